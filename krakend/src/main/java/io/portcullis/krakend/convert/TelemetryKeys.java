package io.portcullis.krakend.convert;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns what a file says of telemetry into plugins for every request. */
final class TelemetryKeys {
  private static final String NO_EFFECT = "has no effect here";
  private static final double NANOS = 1e9;

  private TelemetryKeys() {}

  /**
   * Adds the plugins.
   *
   * @param document with all of its routes
   * @param settings gets what is no plugin's
   */
  static void convert(
      Section extra, Document document, Map<String, String> settings, Findings findings) {
    TraceKeys.convert(extra, document, settings, findings);
    if (extra.has("telemetry/metrics")) {
      document.plugin("stats", stats(extra, document, findings));
    } else if (extra.has("telemetry/influx")) {
      findings.mistake(
          extra.at("telemetry/influx"),
          "'telemetry/influx' pushes nothing without telemetry/metrics");
      extra.any("telemetry/influx");
    }
  }

  private static ObjectNode stats(Section extra, Document document, Findings findings) {
    Section metrics = extra.section("telemetry/metrics");
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("collection_time", seconds(metrics.duration("collection_time"), 60));
    if (!metrics.truth("endpoint_disabled")) {
      config.put("listen_address", metrics.text("listen_address", ":8090"));
    } else {
      metrics.accept("listen_address");
    }
    metrics.ignore(NO_EFFECT, "proxy_disabled", "router_disabled", "backend_disabled");
    metrics.finish();
    ObjectNode names = config.putObject("names");
    for (JsonNode route : document.json().path("routes")) {
      for (JsonNode plugin : route.path("plugins")) {
        if (plugin.path("name").asString("").equals("composition")) {
          names.put(
              route.path("name").asString(""), plugin.path("config").path("endpoint").asString(""));
        }
      }
    }
    if (extra.has("telemetry/influx")) {
      config.set("influx", influx(extra.section("telemetry/influx"), findings));
    }
    return config;
  }

  private static ObjectNode influx(Section influx, Findings findings) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    String address = influx.text("address", "");
    if (address.isEmpty()) {
      findings.error(influx.at(), "'telemetry/influx' without 'address'");
    }
    config.put("address", address);
    config.put("ttl", seconds(influx.duration("ttl"), 60));
    for (Map.Entry<String, String> text :
        Map.of("db", "krakend", "username", "", "password", "").entrySet()) {
      String value = influx.text(text.getKey(), text.getValue());
      if (!value.isEmpty()) {
        config.put(text.getKey(), value);
      }
    }
    influx.ignore("has no effect: each snapshot is sent at once", "buffer_size");
    influx.finish();
    return config;
  }

  private static double seconds(@Nullable String duration, double usual) {
    return duration == null ? usual : Math.max(0.01, Durations.nanos(duration) / NANOS);
  }
}
