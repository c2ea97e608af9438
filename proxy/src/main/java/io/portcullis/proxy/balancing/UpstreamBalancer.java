package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.HealthChecks;
import io.portcullis.core.entity.Target;
import io.portcullis.core.entity.Upstream;
import io.portcullis.core.entity.UpstreamHealth.AddressReport;
import io.portcullis.core.entity.UpstreamHealth.Answer;
import io.portcullis.core.entity.UpstreamHealth.Health;
import io.portcullis.core.entity.UpstreamHealth.Report;
import io.portcullis.core.entity.UpstreamHealth.TargetReport;
import io.portcullis.core.entity.UpstreamHealth.Weight;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.proxy.upstream.AddressResolver;
import io.portcullis.proxy.upstream.AddressResolver.Resolution;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Balances the requests of the services whose host is an upstream's name. Changes, answers of name
 * servers and reports take a lock that requests never take; these read what was published last.
 */
public final class UpstreamBalancer implements Balancer, HealthWatch, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(UpstreamBalancer.class.getName());

  private final BalancingParts parts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<UUID, NamedTarget> targets = new LinkedHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private List<Runnable> waiting = new ArrayList<>();
  private @Nullable ActiveChecks checks;
  private boolean closed;

  /** Whether any target is a name. */
  private volatile boolean hasNames;

  private volatile Upstream upstream;
  private volatile Layout layout;
  private volatile @Nullable HealthRules passive;

  /**
   * What requests see.
   *
   * @param pending whether the name of some target has never been looked up to the end
   * @param threshold percentage of weight that must be exceeded by what is available; 0 asks for
   *     one available address
   */
  private record Layout(
      WeightedAddresses addresses, Algorithm algorithm, boolean pending, double threshold) {
    boolean isAvailable() {
      long total = addresses.total();
      return total > 0 && addresses.available() * 100.0 > threshold * total;
    }
  }

  /** A balancer without targets. */
  UpstreamBalancer(Upstream upstream, BalancingParts parts) {
    this.parts = parts;
    this.upstream = upstream;
    WeightedAddresses none = WeightedAddresses.of(List.of());
    this.layout = new Layout(none, new RoundRobin(none, turn), false, 0);
  }

  /** The entity as it is now. */
  public Upstream upstream() {
    return upstream;
  }

  @Override
  public Pick pick(
      @Nullable Exchange exchange, List<Pick.Target> tried, Executor loop, Consumer<Pick> later) {
    Layout current = layout;
    BalancedAddress chosen = choose(current, exchange, tried);
    if (chosen != null) {
      return chosen.target();
    }
    if (current.pending && await(() -> loop.execute(() -> later.accept(now(exchange, tried))))) {
      return Pick.Waiting.INSTANCE;
    }
    return now(exchange, tried);
  }

  private Pick now(@Nullable Exchange exchange, List<Pick.Target> tried) {
    BalancedAddress chosen = choose(layout, exchange, tried);
    return chosen == null ? Pick.NoTarget.INSTANCE : chosen.target();
  }

  private static @Nullable BalancedAddress choose(
      Layout layout, @Nullable Exchange exchange, List<Pick.Target> tried) {
    if (layout.threshold > 0 && !layout.isAvailable()) {
      return null;
    }
    BalancedAddress chosen = layout.algorithm.choose(exchange, tried);
    return chosen == null && !tried.isEmpty()
        ? layout.algorithm.choose(exchange, List.of())
        : chosen;
  }

  /** Keeps a request until name servers have answered; false when they have meanwhile. */
  private boolean await(Runnable request) {
    lock.lock();
    try {
      if (!layout.pending || layout.addresses.size() > 0) {
        return false;
      }
      waiting.add(request);
      return true;
    } finally {
      lock.unlock();
    }
  }

  // Changes

  /** Makes it balance this upstream with these targets; what is the same keeps its state. */
  void change(Upstream changed, Collection<Target> wanted) {
    lock.lock();
    try {
      upstream = changed;
      Map<UUID, NamedTarget> before = Map.copyOf(targets);
      targets.clear();
      for (Target target : wanted) {
        NamedTarget known = before.get(target.id());
        if (known == null || !known.target().target().equals(target.target())) {
          targets.put(target.id(), new NamedTarget(this, target, changed.hostHeader()));
        } else {
          known.change(target, changed.hostHeader());
          targets.put(target.id(), known);
        }
      }
      hasNames = targets.values().stream().anyMatch(NamedTarget::needsResolving);
      HealthChecks health = changed.healthChecks();
      passive =
          health.enabled()
              ? new HealthRules(health.passive().recovery(), health.passive().failure())
              : null;
      if (!health.enabled()) {
        targets
            .values()
            .forEach(target -> target.addresses().forEach(BalancedAddress::forgetHealth));
      }
      resolve();
      publish();
      check();
    } finally {
      lock.unlock();
    }
  }

  /** Looks whether names lead elsewhere by now, and asks where that is not known. */
  void refresh() {
    if (!hasNames) {
      return;
    }
    lock.lock();
    try {
      if (resolve()) {
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean resolve() {
    boolean changed = false;
    AddressResolver resolver = parts.resolver();
    for (NamedTarget target : List.copyOf(targets.values())) {
      if (target.needsResolving() && !target.isAsking()) {
        String host = target.target().host();
        Resolution known = resolver.known(host);
        if (known == null) {
          target.asks();
          resolver.resolve(host, answer -> resolved(target, answer));
        } else {
          changed |= target.resolved(known);
        }
      }
    }
    return changed;
  }

  private void resolved(NamedTarget target, Resolution answer) {
    lock.lock();
    try {
      if (target.resolved(answer) && targets.containsValue(target)) {
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  private void publish() {
    List<BalancedAddress> all = new ArrayList<>();
    boolean pending = false;
    for (NamedTarget target : targets.values()) {
      all.addAll(target.addresses());
      pending |= target.isUnknown();
    }
    WeightedAddresses addresses = WeightedAddresses.of(all);
    HealthChecks health = upstream.healthChecks();
    layout =
        new Layout(
            addresses,
            algorithm(addresses),
            pending && !closed,
            health.enabled() ? health.threshold() : 0);
    if (!layout.pending || addresses.size() > 0) {
      List<Runnable> woken = waiting;
      waiting = new ArrayList<>();
      woken.forEach(UpstreamBalancer::wake);
    }
  }

  private static void wake(Runnable request) {
    try {
      request.run();
    } catch (RejectedExecutionException stopping) {
      LOG.log(Level.DEBUG, "a request waited for a name until the proxy stopped", stopping);
    }
  }

  private Algorithm algorithm(WeightedAddresses addresses) {
    Upstream by = upstream;
    return switch (by.algorithm()) {
      case ROUND_ROBIN -> new RoundRobin(addresses, turn);
      case LEAST_CONNECTIONS -> new LeastConnections(addresses, turn);
      case LATENCY -> new LeastLatency(addresses, parts.nanoTime(), turn);
      case CONSISTENT_HASHING ->
          new ConsistentHashing(
              addresses,
              new HashInput(
                  by.hashOn(), by.hashFallback(), by.hashOnCookiePath(), parts.cookieValues()),
              new RoundRobin(addresses, turn));
    };
  }

  private void check() {
    ActiveChecks.Settings wanted =
        new ActiveChecks.Settings(upstream.healthChecks().active(), upstream.hostHeader());
    ActiveChecks current = checks;
    if (current != null) {
      if (current.settings().equals(wanted) && !closed) {
        return;
      }
      current.close();
      checks = null;
    }
    if (!closed) {
      ActiveChecks next = new ActiveChecks(wanted, () -> layout.addresses, parts);
      checks = next;
      next.start();
    }
  }

  /** Checks no more; requests that have come this far are still served. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      hasNames = false;
      passive = null;
      check();
      publish();
    } finally {
      lock.unlock();
    }
  }

  // Health

  @Override
  public @Nullable HealthRules passive() {
    return passive;
  }

  @Override
  public long nanoTime() {
    return parts.nanoTime().getAsLong();
  }

  @Override
  public void turned(BalancedAddress address, boolean healthy, String why) {
    LOG.log(
        healthy ? Level.INFO : Level.WARNING,
        "upstream {0}: target {1} at {2} is {3}: {4}",
        upstream.name(),
        address.name(),
        text(address),
        healthy ? "healthy again" : "unhealthy",
        why);
  }

  /** Sets the health of a target, or of one address ({@code ip:port}) of it. */
  Answer set(UUID target, @Nullable String address, boolean healthy) {
    lock.lock();
    try {
      NamedTarget known = targets.get(target);
      if (known == null) {
        return Answer.UNKNOWN;
      }
      if (!upstream.healthChecks().enabled()) {
        return Answer.NO_CHECKS;
      }
      boolean found = address == null;
      for (BalancedAddress one : known.addresses()) {
        if (address == null || address.equals(text(one))) {
          one.set(healthy);
          found = true;
        }
      }
      return found ? Answer.DONE : Answer.UNKNOWN;
    } finally {
      lock.unlock();
    }
  }

  /** Address and port as text. */
  static String text(BalancedAddress address) {
    return HostAndPort.text(address.target().text(), address.target().address().getPort());
  }

  /** Everything as it is now. */
  public Report report() {
    lock.lock();
    try {
      boolean checked = upstream.healthChecks().enabled();
      List<TargetReport> reports = new ArrayList<>(targets.size());
      long total = 0;
      long available = 0;
      for (NamedTarget target : targets.values()) {
        TargetReport report = report(target, checked);
        reports.add(report);
        total += report.weight().total();
        available += report.weight().available();
      }
      boolean serves = total > 0 && available * 100.0 > upstream.healthChecks().threshold() * total;
      return new Report(
          !checked ? Health.HEALTHCHECKS_OFF : serves ? Health.HEALTHY : Health.UNHEALTHY,
          serves,
          new Weight(total, available, total - available),
          reports);
    } finally {
      lock.unlock();
    }
  }

  private static TargetReport report(NamedTarget named, boolean checked) {
    Target target = named.target();
    boolean off = !checked || target.weight() == 0;
    List<AddressReport> addresses = new ArrayList<>(named.addresses().size());
    long total = 0;
    long available = 0;
    boolean anyHealthy = false;
    for (BalancedAddress address : named.addresses()) {
      boolean healthy = address.isHealthy();
      anyHealthy |= healthy;
      total += target.weight();
      available += healthy ? target.weight() : 0;
      addresses.add(
          new AddressReport(
              address.target().text(),
              target.port(),
              target.weight(),
              off ? Health.HEALTHCHECKS_OFF : healthy ? Health.HEALTHY : Health.UNHEALTHY));
    }
    Health health =
        addresses.isEmpty()
            ? Health.DNS_ERROR
            : off ? Health.HEALTHCHECKS_OFF : anyHealthy ? Health.HEALTHY : Health.UNHEALTHY;
    return new TargetReport(
        target.id(),
        health,
        target.host(),
        target.port(),
        named.recordType(),
        target.weight(),
        new Weight(total, available, total - available),
        addresses);
  }
}
