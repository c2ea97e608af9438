package io.portcullis.core.plugin;

/**
 * What a WebSocket has to keep to, if a plugin says so before the handshake is answered.
 *
 * @param messageSize octets of the longest message in either direction; 0 for the node's own limit
 * @param pingMillis after how long the client is pinged again; 0 for no pings
 * @param pongMillis how long the client may say nothing, not even a pong; 0 for as long as it likes
 */
public record WebSocketTerms(long messageSize, long pingMillis, long pongMillis) {
  /** Where a plugin leaves them. */
  public static final ExchangeKey<WebSocketTerms> KEY = ExchangeKey.named("WebSocket terms");
}
