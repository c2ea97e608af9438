package io.portcullis.plugins.prometheus;

import static io.portcullis.core.schema.Fields.bool;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;

/** Counts requests for the page that a Prometheus server scrapes. */
public final class PrometheusPlugin implements Plugin<PrometheusConfig> {
  private static final PluginSpec<PrometheusConfig> SPEC =
      PluginSpec.of("prometheus", PrometheusConfig.class)
          .priority(13)
          .anyProtocol()
          .field(flag("per_consumer", "Whether series tell consumers apart."))
          .field(flag("status_code_metrics", "Whether requests are counted by status."))
          .field(flag("ai_metrics", "Accepted for compatibility; adds nothing."))
          .field(flag("latency_metrics", "Whether latencies are measured in histograms."))
          .field(flag("bandwidth_metrics", "Whether octets are counted."))
          .field(flag("upstream_health_metrics", "Whether the page shows the health of targets."));

  @Override
  public PluginSpec<PrometheusConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(PrometheusConfig config, PluginContext context) {
    return new PrometheusHandler(config, context.shared(RequestMetrics.class, RequestMetrics::new));
  }

  private static FieldSpec flag(String name, String doc) {
    return bool(name).defaultsTo(false).doc(doc);
  }
}
