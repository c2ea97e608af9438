package io.portcullis.e2e.upstream;

import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * JSON text with a space after each comma and colon. The corpus was recorded with bodies in this
 * layout, and it compares their lengths and texts where an upstream or a log endpoint received
 * them.
 */
public final class SpacedJson {
  private SpacedJson() {}

  /** The text of {@code value} with characters outside ASCII as they are. */
  public static String unicode(JsonNode value) {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString();
  }

  /** The text of {@code value} with characters outside ASCII escaped. */
  public static String ascii(JsonNode value) {
    String unicode = unicode(value);
    StringBuilder text = new StringBuilder(unicode.length());
    for (int i = 0; i < unicode.length(); i++) {
      char c = unicode.charAt(i);
      if (c < 128) {
        text.append(c);
      } else {
        text.append("\\u").append(String.format("%04x", (int) c));
      }
    }
    return text.toString();
  }

  private static void append(JsonNode value, StringBuilder text) {
    if (value.isObject()) {
      text.append('{');
      Iterator<Map.Entry<String, JsonNode>> members = value.properties().iterator();
      while (members.hasNext()) {
        Map.Entry<String, JsonNode> member = members.next();
        text.append(StringNode.valueOf(member.getKey()));
        text.append(": ");
        append(member.getValue(), text);
        if (members.hasNext()) {
          text.append(", ");
        }
      }
      text.append('}');
    } else if (value.isArray()) {
      text.append('[');
      for (int i = 0; i < value.size(); i++) {
        if (i > 0) {
          text.append(", ");
        }
        append(value.get(i), text);
      }
      text.append(']');
    } else {
      text.append(value);
    }
  }
}
