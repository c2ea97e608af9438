package io.portcullis.plugins.botdetector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code bot-detector}: that of KrakenD in its own words.
 *
 * @param allow whole user agents that are let through; looked at first
 * @param deny whole user agents that are refused
 * @param patterns regexes, found anywhere in a user agent, of those that are refused
 * @param cacheSize user agents whose answer is remembered; 0 for none
 * @param emptyUserAgentIsBot whether requests without a user agent are refused
 * @param exceptPath path that anybody may ask for, that of a health page; null for none
 */
public record BotDetectorConfig(
    List<String> allow,
    List<String> deny,
    List<String> patterns,
    int cacheSize,
    boolean emptyUserAgentIsBot,
    @Nullable String exceptPath) {}
