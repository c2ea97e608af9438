package io.portcullis.plugins.opentelemetry;

import io.portcullis.core.plugin.PluginContext;
import java.util.concurrent.ConcurrentHashMap;

/** The pipelines of this node: equal configurations share one. */
final class Pipelines {
  private final ConcurrentHashMap<OpenTelemetryConfig, Pipeline> open = new ConcurrentHashMap<>();

  /** Each call must be paired with one {@link #release}. */
  Pipeline acquire(OpenTelemetryConfig config, PluginContext context) {
    return open.compute(
        config,
        (_, known) -> {
          Pipeline pipeline = known == null ? Pipeline.open(config, context) : known;
          pipeline.users++;
          return pipeline;
        });
  }

  /** Gives a pipeline back; the last one sends what waits. May block for a moment. */
  void release(OpenTelemetryConfig config, Pipeline pipeline) {
    if (open.computeIfPresent(config, (_, known) -> --known.users > 0 ? known : null) == null) {
      pipeline.close();
    }
  }
}
