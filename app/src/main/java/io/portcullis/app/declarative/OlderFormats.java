package io.portcullis.app.declarative;

import io.portcullis.core.schema.Paths;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What files of the formats 1.1 and 2.1 say in other words than those of 3.0: a route's path was a
 * regular expression when it looked like one, and was not kept normalised.
 */
final class OlderFormats {
  private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9._~/%-]*");

  private OlderFormats() {}

  /** Rewrites an entity of an older file. */
  static void modernise(String entity, ObjectNode input) {
    if (!entity.equals("routes") || !(input.get("paths") instanceof ArrayNode paths)) {
      return;
    }
    for (int i = 0; i < paths.size(); i++) {
      JsonNode path = paths.get(i);
      if (path.isString() && path.stringValue().startsWith("/")) {
        paths.set(i, input.stringNode(modern(path.stringValue())));
      }
    }
  }

  private static String modern(String path) {
    return PLAIN_PATH.matcher(path).matches() ? Paths.normal(path) : "~" + path;
  }
}
