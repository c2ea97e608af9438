package io.portcullis.plugins.stats;

import io.portcullis.core.entity.Route;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts exchanges, and takes snapshots for as long as its configuration lives. */
final class StatsHandler implements PluginHandler {
  private static final String OTHER = "other";

  private final GatewayStats stats;
  private final Map<String, String> names;
  private final StatsListeners listeners;
  private final @Nullable String address;
  private final ScheduledFuture<?> collection;
  private final @Nullable ScheduledFuture<?> push;

  StatsHandler(StatsConfig config, PluginContext context) {
    this.stats = context.shared(GatewayStats.class, GatewayStats::new);
    this.listeners = context.shared(StatsListeners.class, StatsListeners::new);
    this.names = config.names() == null ? Map.of() : Map.copyOf(config.names());
    this.address = config.listenAddress();
    stats.snapshot(context.clock().millis());
    if (address != null) {
      listeners.acquire(address, stats);
    }
    long period = millis(config.collectionTime());
    this.collection =
        context
            .scheduler()
            .scheduleAtFixedRate(
                () -> stats.snapshot(context.clock().millis()),
                period,
                period,
                TimeUnit.MILLISECONDS);
    StatsConfig.Influx influx = config.influx();
    this.push = influx == null ? null : push(influx, context);
  }

  private ScheduledFuture<?> push(StatsConfig.Influx influx, PluginContext context) {
    InfluxPush push = new InfluxPush(influx, context.node().hostname(), context.upstreams());
    long period = millis(influx.ttl());
    return context
        .scheduler()
        .scheduleAtFixedRate(
            () -> push.push(stats.latest()), period, period, TimeUnit.MILLISECONDS);
  }

  private static long millis(double seconds) {
    return Math.max(1, Math.round(seconds * 1000));
  }

  @Override
  public Reply rewrite(Exchange exchange) {
    stats.connected();
    return Reply.NEXT;
  }

  @Override
  public void log(ExchangeLog log) {
    stats.disconnected();
    Route route = log.route();
    String name = route == null || route.name() == null ? OTHER : route.name();
    boolean complete = "true".equals(log.responseHeaders().get("x-krakend-completed"));
    stats
        .endpoint(names.getOrDefault(name, name))
        .answered(log.status(), log.responseSize(), log.totalLatency(), complete);
  }

  @Override
  public void close() {
    collection.cancel(false);
    if (push != null) {
      push.cancel(false);
    }
    if (address != null) {
      listeners.release(address);
    }
  }
}
