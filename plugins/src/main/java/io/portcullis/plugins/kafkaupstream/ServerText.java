package io.portcullis.plugins.kafkaupstream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads {@code kafka:9092} where a record of host and port is wanted. */
final class ServerText {
  private static final int HIGHEST_PORT = 65535;

  private ServerText() {}

  /** The record, or null for a text of another shape. */
  static @Nullable JsonNode read(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return null;
    }
    String digits = text.substring(colon + 1);
    if (host.isEmpty() || !isName(host) || !digits.matches("[0-9]{1,5}")) {
      return null;
    }
    int port = Integer.parseInt(digits);
    return port > HIGHEST_PORT
        ? null
        : JsonNodeFactory.instance.objectNode().put("host", host).put("port", port);
  }

  private static boolean isName(String host) {
    return host.chars().noneMatch(c -> c <= ' ' || c == ',' || c == '/' || c == '[' || c == ']');
  }
}
