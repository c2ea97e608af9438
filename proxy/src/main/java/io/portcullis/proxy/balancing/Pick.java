package io.portcullis.proxy.balancing;

import java.net.InetSocketAddress;

/** Answer of {@link Balancer#pick}. */
public sealed interface Pick {
  /**
   * A target; the same object for the same target, as long as nothing changes.
   *
   * @param address resolved
   * @param host its name, as configured
   * @param text the address without port, as text
   */
  record Target(InetSocketAddress address, String host, String text) implements Pick {}

  /** The answer comes later. */
  record Waiting() implements Pick {
    static final Waiting INSTANCE = new Waiting();
  }

  /** There is no such name. */
  record NameNotFound(String host) implements Pick {}

  /** The name servers did not help. */
  record ResolveFailed(String host, String problem) implements Pick {}

  /** No target that may be used: none is there, or none is healthy. */
  record NoTarget() implements Pick {}
}
