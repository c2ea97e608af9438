package io.portcullis.krakend.convert;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what pages of other origins may do. */
final class CorsKeys {
  private CorsKeys() {}

  /** The configuration of {@code cross-origin}. */
  static ObjectNode config(Section cors) {
    ObjectNode config =
        cors.taken(
            "allow_credentials",
            "allow_private_network",
            "options_passthrough",
            "options_success_status");
    for (String key :
        List.of("allow_origins", "allow_methods", "allow_headers", "expose_headers")) {
      List<String> texts = cors.texts(key);
      if (!texts.isEmpty()) {
        ArrayNode array = config.putArray(key);
        texts.forEach(array::add);
      }
    }
    String age = cors.duration("max_age");
    config.put("max_age", age == null ? "0s" : age);
    cors.ignore("has no effect here", "debug");
    cors.finish();
    return config;
  }
}
