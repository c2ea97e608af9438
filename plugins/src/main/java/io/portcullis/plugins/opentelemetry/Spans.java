package io.portcullis.plugins.opentelemetry;

import io.portcullis.core.plugin.Tracing.Layer;
import java.util.Set;

/**
 * Which spans a trace is made of.
 *
 * @param request the request itself
 * @param plugins what plugins did before the call
 * @param upstream the call of the service and its tries
 * @param calls those of plugins
 */
record Spans(boolean request, boolean plugins, boolean upstream, boolean calls) {
  static Spans of(Set<Layer> layers) {
    return new Spans(
        layers.contains(Layer.REQUEST),
        layers.contains(Layer.PLUGINS),
        layers.contains(Layer.UPSTREAM),
        layers.contains(Layer.CALLS));
  }
}
