package io.portcullis.app.node;

import io.portcullis.admin.http.EntityAccess;
import io.portcullis.admin.http.NodeStatus;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.plugins.prometheus.GatewayStatistics;
import io.portcullis.proxy.balancing.HostAndPort;
import io.portcullis.proxy.balancing.UpstreamBalancer;
import io.portcullis.proxy.server.TrafficCounters;
import io.portcullis.proxy.sync.ProxyStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this node tells about itself on {@code /status} and {@code /metrics}. */
final class NodeReport implements NodeStatus, GatewayStatistics {
  private final TrafficCounters traffic;
  private final @Nullable DataPlane plane;
  private final EntityAccess entities;
  private final ScheduledThreadPoolExecutor scheduler;
  private final Supplier<String> configurationHash;
  private volatile boolean draining;

  /**
   * @param plane null for a node that only administers
   * @param configurationHash of the declarative configuration
   */
  NodeReport(
      @Nullable DataPlane plane,
      EntityAccess entities,
      ScheduledThreadPoolExecutor scheduler,
      Supplier<String> configurationHash) {
    this.traffic = plane == null ? new TrafficCounters(1) : plane.server().counters();
    this.plane = plane;
    this.entities = entities;
    this.scheduler = scheduler;
    this.configurationHash = configurationHash;
  }

  /** From now on the node asks to be left alone. */
  void drain() {
    draining = true;
  }

  @Override
  public String configurationHash() {
    return configurationHash.get();
  }

  @Override
  public Traffic traffic() {
    return new Traffic(
        traffic.active(),
        traffic.reading(),
        traffic.writing(),
        traffic.waiting(),
        traffic.tunnels(),
        traffic.accepted(),
        traffic.handled(),
        traffic.requests());
  }

  @Override
  public Optional<Serving> serving() {
    if (plane == null) {
      return Optional.empty();
    }
    ProxyStatus status = plane.poller().status();
    if (!status.loaded()) {
      return Optional.empty();
    }
    List<Quarantined> quarantined =
        status.quarantined().stream()
            .map(broken -> new Quarantined(broken.entity(), broken.id(), broken.reason()))
            .toList();
    String source =
        entities.engine().equals("off") ? "file" : status.fromLastGood() ? "snapshot" : "database";
    return Optional.of(new Serving(status.servedVersion(), source, quarantined));
  }

  /**
   * A node that proxies is ready with any configuration, also without its database; one that only
   * administers is of no use without it.
   */
  @Override
  public Optional<String> notReady() {
    if (draining) {
      return Optional.of("draining");
    }
    if (plane == null) {
      return entities.reachable() ? Optional.empty() : Optional.of("the database is unreachable");
    }
    return plane.poller().status().loaded()
        ? Optional.empty()
        : Optional.of("no configuration available");
  }

  @Override
  public Connections connections() {
    return new Connections(
        traffic.accepted(),
        traffic.handled(),
        traffic.active(),
        traffic.reading(),
        traffic.writing(),
        traffic.waiting());
  }

  @Override
  public long requests() {
    return traffic.requests();
  }

  @Override
  public int runningTimers() {
    return scheduler.getActiveCount();
  }

  @Override
  public int pendingTimers() {
    return scheduler.getQueue().size();
  }

  @Override
  public List<TargetHealth> targets() {
    if (plane == null) {
      return List.of();
    }
    List<TargetHealth> all = new ArrayList<>();
    for (UpstreamBalancer balancer : plane.upstreams().all()) {
      String upstream = balancer.upstream().name();
      for (UpstreamHealth.TargetReport target : balancer.report().targets()) {
        String name = HostAndPort.text(target.host(), target.port());
        if (target.addresses().isEmpty()) {
          all.add(new TargetHealth(upstream, name, "", state(target.health())));
        }
        for (UpstreamHealth.AddressReport address : target.addresses()) {
          String text = HostAndPort.text(address.ip(), address.port());
          all.add(new TargetHealth(upstream, name, text, state(address.health())));
        }
      }
    }
    return all;
  }

  private static State state(UpstreamHealth.Health health) {
    return switch (health) {
      case HEALTHY -> State.HEALTHY;
      case UNHEALTHY -> State.UNHEALTHY;
      case HEALTHCHECKS_OFF -> State.HEALTHCHECKS_OFF;
      case DNS_ERROR -> State.DNS_ERROR;
    };
  }

  @Override
  public boolean datastoreReachable() {
    return entities.reachable();
  }
}
