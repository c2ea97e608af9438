package io.portcullis.app.node;

import io.portcullis.admin.http.EntityAccess;
import io.portcullis.admin.http.NodeStatus;
import io.portcullis.plugins.prometheus.GatewayStatistics;
import io.portcullis.proxy.server.TrafficCounters;
import io.portcullis.proxy.sync.ProxyStatus;
import io.portcullis.proxy.sync.SnapshotPoller;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** What this node tells about itself on {@code /status} and {@code /metrics}. */
final class NodeReport implements NodeStatus, GatewayStatistics {
  private final TrafficCounters traffic;
  private final SnapshotPoller poller;
  private final EntityAccess entities;
  private final ScheduledThreadPoolExecutor scheduler;
  private volatile boolean draining;

  NodeReport(
      TrafficCounters traffic,
      SnapshotPoller poller,
      EntityAccess entities,
      ScheduledThreadPoolExecutor scheduler) {
    this.scheduler = scheduler;
    this.traffic = traffic;
    this.poller = poller;
    this.entities = entities;
  }

  /** From now on the node asks to be left alone. */
  void drain() {
    draining = true;
  }

  @Override
  public Traffic traffic() {
    return new Traffic(
        traffic.active(),
        traffic.reading(),
        traffic.writing(),
        traffic.waiting(),
        traffic.accepted(),
        traffic.handled(),
        traffic.requests());
  }

  @Override
  public Optional<Serving> serving() {
    ProxyStatus status = poller.status();
    if (!status.loaded()) {
      return Optional.empty();
    }
    List<Quarantined> quarantined =
        status.quarantined().stream()
            .map(broken -> new Quarantined(broken.entity(), broken.id(), broken.reason()))
            .toList();
    String source = entities.engine().equals("off") ? "file" : "database";
    return Optional.of(new Serving(status.servedVersion(), source, quarantined));
  }

  @Override
  public Optional<String> notReady() {
    if (draining) {
      return Optional.of("draining");
    }
    return poller.status().loaded() ? Optional.empty() : Optional.of("no configuration available");
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

  /** No upstream entities yet, hence no addresses with a health of their own. */
  @Override
  public List<TargetHealth> targets() {
    return List.of();
  }

  @Override
  public boolean datastoreReachable() {
    return entities.reachable();
  }
}
