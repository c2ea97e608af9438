package io.portcullis.proxy.upstream;

import java.time.Duration;

/**
 * How long connections to targets are kept.
 *
 * @param idleConnections at most, for each address and I/O thread; 0 keeps none
 * @param idleTimeout without a request
 * @param requests that one connection serves
 */
public record PoolLimits(int idleConnections, Duration idleTimeout, int requests) {
  /** Kong's defaults. */
  public static final PoolLimits DEFAULT = new PoolLimits(512, Duration.ofSeconds(60), 10_000);
}
