package io.portcullis.plugins.botdetector;

import java.util.List;

/**
 * Configuration of {@code bot-detector}: that of KrakenD in its own words.
 *
 * @param allow whole user agents that are let through; looked at first
 * @param deny whole user agents that are refused
 * @param patterns regexes, found anywhere in a user agent, of those that are refused
 * @param cacheSize user agents whose answer is remembered; 0 for none
 * @param emptyUserAgentIsBot whether requests without a user agent are refused
 */
public record BotDetectorConfig(
    List<String> allow,
    List<String> deny,
    List<String> patterns,
    int cacheSize,
    boolean emptyUserAgentIsBot) {}
