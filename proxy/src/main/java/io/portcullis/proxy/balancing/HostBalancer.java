package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.proxy.upstream.AddressResolver;
import io.portcullis.proxy.upstream.AddressResolver.Resolution;
import io.portcullis.proxy.upstream.LiteralAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A service whose host is the target itself: its addresses take turns. */
public final class HostBalancer implements Balancer {
  private final String host;
  private final int port;
  private final AddressResolver resolver;
  private final Pick.@Nullable Target literal;
  private volatile @Nullable Turns turns;

  public HostBalancer(String host, int port, AddressResolver resolver) {
    this.host = host;
    this.port = port;
    this.resolver = resolver;
    InetAddress address = LiteralAddress.parse(host);
    this.literal = address == null ? null : target(address);
  }

  @Override
  public Pick pick(
      @Nullable Exchange exchange, List<Pick.Target> tried, Executor loop, Consumer<Pick> later) {
    if (literal != null) {
      return literal;
    }
    Resolution known = resolver.known(host);
    if (known != null) {
      return choose(known, tried);
    }
    resolver.resolve(host, answer -> loop.execute(() -> later.accept(choose(answer, tried))));
    return Pick.Waiting.INSTANCE;
  }

  private Pick choose(Resolution resolution, List<Pick.Target> tried) {
    return switch (resolution) {
      case Resolution.Addresses addresses -> turns(addresses).next(tried);
      case Resolution.NotFound _ -> new Pick.NameNotFound(host);
      case Resolution.Failed failed -> new Pick.ResolveFailed(host, failed.problem());
    };
  }

  @SuppressWarnings("ReferenceEquality") // another object means another answer, cheaply told
  private Turns turns(Resolution.Addresses addresses) {
    Turns current = turns;
    if (current == null || current.addresses != addresses) {
      List<InetAddress> all = addresses.addresses();
      Pick.Target[] targets = new Pick.Target[all.size()];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = target(all.get(i));
      }
      current = new Turns(addresses, targets);
      turns = current;
    }
    return current;
  }

  private Pick.Target target(InetAddress address) {
    return new Pick.Target(
        new InetSocketAddress(address, port), host, address.getHostAddress(), null);
  }

  /** Targets in the order of their turns. */
  private static final class Turns {
    final Resolution.Addresses addresses;
    private final Pick.Target[] targets;

    /** Threads may take the same turn now and then; that costs less than agreeing. */
    private int next;

    Turns(Resolution.Addresses addresses, Pick.Target[] targets) {
      this.addresses = addresses;
      this.targets = targets;
    }

    Pick.Target next(List<Pick.Target> tried) {
      if (targets.length == 1) {
        return targets[0];
      }
      int turn = next;
      next = turn + 1;
      Pick.Target first = targets[Math.floorMod(turn, targets.length)];
      for (int i = 1; i < targets.length && tried.contains(first); i++) {
        first = targets[Math.floorMod(turn + i, targets.length)];
      }
      return first;
    }
  }
}
