package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.HealthChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the addresses of one upstream at intervals whether they are well. Every address has one
 * probe under way at most, so that slow answers cannot pile up.
 */
final class ActiveChecks implements AutoCloseable {
  private static final Duration SHORTEST = Duration.ofMillis(10);

  private final Settings settings;
  private final Supplier<WeightedAddresses> addresses;
  private final BalancingParts parts;
  private final HealthRules rules;
  private final Semaphore concurrency;
  private final List<String> headers;
  private final List<Timers.Running> running = new ArrayList<>(2);
  private volatile boolean closed;

  /**
   * What makes a difference to the checks.
   *
   * @param hostHeader null for each target's own name
   */
  record Settings(HealthChecks.Active active, @Nullable String hostHeader) {}

  /**
   * @param addresses those of the moment
   */
  ActiveChecks(Settings settings, Supplier<WeightedAddresses> addresses, BalancingParts parts) {
    this.settings = settings;
    this.addresses = addresses;
    this.parts = parts;
    HealthChecks.Active active = settings.active;
    this.rules = new HealthRules(active.recovery(), active.failure());
    this.concurrency = new Semaphore(Math.max(active.concurrency(), 1));
    this.headers = lines(active);
  }

  private static List<String> lines(HealthChecks.Active active) {
    List<String> lines = new ArrayList<>();
    active
        .headers()
        .forEach((name, values) -> values.forEach(value -> lines.add(name + ": " + value)));
    return List.copyOf(lines);
  }

  Settings settings() {
    return settings;
  }

  void start() {
    every(settings.active.healthyInterval(), true);
    every(settings.active.unhealthyInterval(), false);
  }

  private void every(Duration interval, boolean healthy) {
    if (interval.isPositive()) {
      Duration bounded = interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval;
      running.add(parts.timers().every(bounded, () -> round(healthy)));
    }
  }

  /** Probes that are under way end, and are not listened to. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Timers.Running::cancel);
  }

  private void round(boolean healthy) {
    WeightedAddresses current = addresses.get();
    for (int i = 0; i < current.size() && !closed; i++) {
      BalancedAddress address = current.address(i);
      if (address.isHealthy() == healthy && address.mayProbe()) {
        try {
          parts.workers().execute(() -> probe(address));
        } catch (RejectedExecutionException stopping) {
          address.probeEnded();
        }
      }
    }
  }

  private void probe(BalancedAddress address) {
    try {
      concurrency.acquire();
      try {
        parts.probes().acquire();
        try {
          if (!closed) {
            Prober.Outcome outcome = parts.prober().probe(question(address));
            if (!closed) {
              address.checked(rules, outcome);
            }
          }
        } finally {
          parts.probes().release();
        }
      } finally {
        concurrency.release();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      address.probeEnded();
    }
  }

  private Prober.Question question(BalancedAddress address) {
    HealthChecks.Active active = settings.active;
    Pick.Target target = address.target();
    String own = target.host().indexOf(':') < 0 ? target.host() : '[' + target.host() + ']';
    String host = settings.hostHeader == null ? own : settings.hostHeader;
    String serverName = active.httpsSni();
    return new Prober.Question(
        target.address(),
        switch (active.type()) {
          case HTTP -> Prober.Kind.HTTP;
          case HTTPS -> Prober.Kind.HTTPS;
          case TCP, GRPC -> Prober.Kind.TCP;
          case GRPCS -> Prober.Kind.TLS;
        },
        active.httpPath(),
        host,
        headers,
        serverName == null ? host(host) : serverName,
        active.httpsVerifyCertificate(),
        active.timeout());
  }

  /** Without the port that a Host header may have. */
  private static String host(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }
}
