package io.portcullis.plugins.botdetection;

import java.util.List;

/**
 * Configuration of {@code bot-detection}.
 *
 * @param allow regexes of user agents that are let through; looked at first
 * @param deny regexes of user agents that are refused
 */
public record BotDetectionConfig(List<String> allow, List<String> deny) {}
