package io.portcullis.plugins.gelflog;

import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code gelf-log}.
 *
 * @param host name or address of the receiver
 * @param facility text that tells this gateway's messages from others; null for none
 */
public record GelfLogConfig(String host, int port, boolean enableTcp, @Nullable String facility) {}
