package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.Target;
import io.portcullis.core.entity.Upstream;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.proxy.upstream.AddressResolver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The balancers of all upstreams of this node. One thread changes it; any may ask for health.
 * Closing it ends all checks.
 */
public final class UpstreamBalancers implements UpstreamHealth, AutoCloseable {
  /** How often names are looked at; new questions are asked when an answer's time is over. */
  private static final Duration LOOK_AT_NAMES = Duration.ofSeconds(1);

  /** Active checks under way at once, of all upstreams together. */
  private static final int MOST_PROBES = 256;

  private final BalancingParts parts;
  private final Map<UUID, UpstreamBalancer> balancers = new ConcurrentHashMap<>();
  private final Timers.Running names;

  UpstreamBalancers(BalancingParts parts) {
    this.parts = parts;
    this.names =
        parts
            .timers()
            .every(LOOK_AT_NAMES, () -> balancers.values().forEach(UpstreamBalancer::refresh));
  }

  /**
   * Without upstreams.
   *
   * @param prober makes the active checks
   * @param workers runs each task on a thread of its own, which may wait
   */
  public static UpstreamBalancers of(
      AddressResolver resolver, Timers timers, SocketProber prober, Executor workers) {
    return new UpstreamBalancers(
        new BalancingParts(
            resolver,
            timers,
            prober,
            new Semaphore(MOST_PROBES),
            workers,
            System::nanoTime,
            UpstreamBalancers::cookieValue));
  }

  /** Not a secret: who knows another's value comes to the same target, no more. */
  private static String cookieValue() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long most = random.nextLong() & ~0xf000L | 0x4000L;
    long least = random.nextLong() & ~(3L << 62) | 1L << 63;
    return new UUID(most, least).toString();
  }

  /**
   * Adds or changes an upstream.
   *
   * @return its balancer, the same as long as it is not removed
   */
  public UpstreamBalancer put(Upstream upstream, Collection<Target> targets) {
    UpstreamBalancer balancer =
        balancers.computeIfAbsent(upstream.id(), id -> new UpstreamBalancer(upstream, parts));
    balancer.change(upstream, targets);
    return balancer;
  }

  /** Removes an upstream, if it is there, and ends its checks. */
  public void remove(UUID upstream) {
    UpstreamBalancer balancer = balancers.remove(upstream);
    if (balancer != null) {
      balancer.close();
    }
  }

  /** Those of the moment. */
  public List<UpstreamBalancer> all() {
    return List.copyOf(balancers.values());
  }

  @Override
  public Optional<Report> report(UUID upstream) {
    return Optional.ofNullable(balancers.get(upstream)).map(UpstreamBalancer::report);
  }

  @Override
  public Answer set(UUID upstream, UUID target, @Nullable String address, boolean healthy) {
    UpstreamBalancer balancer = balancers.get(upstream);
    return balancer == null ? Answer.NO_BALANCER : balancer.set(target, address, healthy);
  }

  @Override
  public void close() {
    names.cancel();
    List.copyOf(balancers.keySet()).forEach(this::remove);
  }
}
