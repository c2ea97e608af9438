package io.portcullis.krakend.convert;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads what pages of other origins may do, as the plugin {@code cors} is told it. */
final class CorsKeys {
  private static final double NANOS_PER_SECOND = 1e9;

  private CorsKeys() {}

  static ObjectNode config(Section cors) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    list(config, "origins", or(cors.texts("allow_origins"), List.of("*")));
    list(config, "methods", or(cors.texts("allow_methods"), List.of("GET", "HEAD", "POST")));
    List<String> headers = cors.texts("allow_headers");
    if (!headers.isEmpty() && !headers.contains("*")) {
      list(config, "headers", headers);
    }
    List<String> exposed = cors.texts("expose_headers");
    if (!exposed.isEmpty()) {
      list(config, "exposed_headers", exposed);
    }
    config.put("credentials", cors.truth("allow_credentials"));
    config.put("private_network", cors.truth("allow_private_network"));
    config.put("preflight_continue", cors.truth("options_passthrough"));
    String age = cors.duration("max_age");
    config.put("max_age", (long) (Durations.nanos(age == null ? "12h" : age) / NANOS_PER_SECOND));
    cors.accept("debug");
    cors.ignore("has no effect here", "options_success_status");
    cors.finish();
    return config;
  }

  private static List<String> or(List<String> given, List<String> fallback) {
    return given.isEmpty() ? fallback : given;
  }

  private static void list(ObjectNode config, String name, List<String> texts) {
    ArrayNode array = config.putArray(name);
    texts.forEach(array::add);
  }
}
