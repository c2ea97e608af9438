package io.portcullis.plugins.websocketlimits;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code websocket-limits}.
 *
 * @param maxMessageSize octets; 0 for no limit of its own
 * @param pingPeriod seconds; 0 for no pings
 * @param pongWait seconds; 0 for any silence
 * @param subprotocols that clients may ask for; null for any
 */
public record WebSocketLimitsConfig(
    long maxMessageSize, double pingPeriod, double pongWait, @Nullable List<String> subprotocols) {}
