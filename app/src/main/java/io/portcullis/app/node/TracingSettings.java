package io.portcullis.app.node;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.plugin.Tracing;
import io.portcullis.core.plugin.Tracing.Layer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads what the settings say of traces, in Kong's words. */
final class TracingSettings {
  /** Spans that Kong has and this gateway does not. */
  private static final List<String> WITHOUT_EFFECT =
      List.of("db_query", "dns_query", "router", "plugin_rewrite", "plugin_header_filter");

  private TracingSettings() {}

  static Tracing of(Settings settings) throws SettingsException {
    Set<Layer> layers = EnumSet.noneOf(Layer.class);
    for (String name : settings.list(Setting.TRACING_INSTRUMENTATIONS)) {
      switch (name) {
        case "all" -> layers.addAll(EnumSet.allOf(Layer.class));
        case "off" -> {}
        case "request" -> layers.add(Layer.REQUEST);
        case "plugin_access" -> layers.add(Layer.PLUGINS);
        case "balancer" -> layers.add(Layer.UPSTREAM);
        case "http_client" -> layers.add(Layer.CALLS);
        default -> {
          if (!WITHOUT_EFFECT.contains(name)) {
            throw new SettingsException(
                Setting.TRACING_INSTRUMENTATIONS.key()
                    + ": expected all, off, or a list of request, plugin_access, balancer,"
                    + " http_client, got '"
                    + name
                    + "'");
          }
        }
      }
    }
    return new Tracing(settings.number(Setting.TRACING_SAMPLING_RATE, 0, 1), layers);
  }
}
