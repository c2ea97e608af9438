package io.portcullis.proxy.balancing;

import io.portcullis.proxy.upstream.TargetAddress;
import io.portcullis.proxy.upstream.TargetAddress.Protocol;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Answer of {@link Balancer#pick}. */
public sealed interface Pick {
  /**
   * A target; the same object for the same target, as long as nothing changes.
   *
   * @param address resolved
   * @param host its name, as configured
   * @param text the address without port, as text
   * @param cleartext where to connect in clear text for HTTP/1.1
   * @param cleartextHttp2 the same for HTTP/2
   * @param balanced who wants to hear how it goes; null for a target that is no upstream's
   */
  record Target(
      InetSocketAddress address,
      String host,
      String text,
      TargetAddress cleartext,
      TargetAddress cleartextHttp2,
      @Nullable BalancedAddress balanced)
      implements Pick {
    Target(
        InetSocketAddress address, String host, String text, @Nullable BalancedAddress balanced) {
      this(
          address,
          host,
          text,
          TargetAddress.cleartext(address, Protocol.HTTP_1_1),
          TargetAddress.cleartext(address, Protocol.HTTP_2),
          balanced);
    }
  }

  /** The answer comes later. */
  record Waiting() implements Pick {
    static final Waiting INSTANCE = new Waiting();
  }

  /** There is no such name. */
  record NameNotFound(String host) implements Pick {}

  /** The name servers did not help. */
  record ResolveFailed(String host, String problem) implements Pick {}

  /** No target that may be used: none is there, or none is healthy. */
  record NoTarget() implements Pick {
    static final NoTarget INSTANCE = new NoTarget();
  }
}
