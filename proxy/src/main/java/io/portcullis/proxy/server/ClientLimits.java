package io.portcullis.proxy.server;

import java.time.Duration;

/**
 * How much and how long a client may.
 *
 * @param headSize octets of a request head
 * @param headTimeout for the whole head, from its first octet (or the connection's start)
 * @param bodyTimeout between two reads of a body, and the grace before the minimum rate counts
 * @param bodyRate octets of a body per second, at least, once the grace is over
 * @param sendTimeout between two writes to a client that reads slowly
 * @param keepAliveTimeout without a request
 * @param lingerTimeout for what a client still sends after its answer was made
 * @param messageSize octets of a WebSocket's message, from either side; 0 for no limit
 */
public record ClientLimits(
    int headSize,
    Duration headTimeout,
    Duration bodyTimeout,
    int bodyRate,
    Duration sendTimeout,
    Duration keepAliveTimeout,
    Duration lingerTimeout,
    long messageSize) {
  /** The defaults of the settings. */
  public static final ClientLimits DEFAULT =
      new ClientLimits(
          32 * 1024,
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          500,
          Duration.ofSeconds(60),
          Duration.ofSeconds(75),
          Duration.ofSeconds(5),
          0);
}
