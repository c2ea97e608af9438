package io.portcullis.plugins.prometheus;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Route;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Response;
import org.jspecify.annotations.Nullable;

/** Counts each exchange that matched a route, as far as its configuration asks for. */
final class PrometheusHandler implements PluginHandler {
  private final RequestMetrics metrics;
  private final boolean perConsumer;
  private final boolean statusCodes;
  private final boolean latencies;
  private final boolean bandwidth;
  private final boolean health;

  PrometheusHandler(PrometheusConfig config, RequestMetrics metrics) {
    this.metrics = metrics;
    this.perConsumer = isTrue(config.perConsumer());
    this.statusCodes = isTrue(config.statusCodeMetrics());
    this.latencies = isTrue(config.latencyMetrics());
    this.bandwidth = isTrue(config.bandwidthMetrics());
    this.health = isTrue(config.upstreamHealthMetrics());
    metrics.started(health);
  }

  @Override
  public void log(ExchangeLog log) {
    Route route = log.route();
    if (route == null || !(statusCodes || latencies || bandwidth)) {
      return;
    }
    RouteSeries series = metrics.series(route, log.service());
    if (series == null) {
      return;
    }
    if (latencies) {
      series.latencies(log.gatewayLatency(), log.upstreamLatency(), log.totalLatency());
    }
    if (statusCodes || bandwidth) {
      RouteSeries.ConsumerSeries counts = series.consumer(name(log.consumer()));
      if (counts != null && statusCodes) {
        counts.answered(log.status(), log.source() == Response.Source.UPSTREAM);
      }
      if (counts != null && bandwidth) {
        counts.octets(log.requestSize(), log.responseSize());
      }
    }
  }

  @Override
  public void close() {
    metrics.stopped(health);
  }

  private String name(@Nullable Consumer consumer) {
    if (!perConsumer || consumer == null) {
      return "";
    }
    if (consumer.username() != null) {
      return consumer.username();
    }
    return consumer.customId() != null ? consumer.customId() : "";
  }

  private static boolean isTrue(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }
}
