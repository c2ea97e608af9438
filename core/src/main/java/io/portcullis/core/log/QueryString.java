package io.portcullis.core.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Query arguments as JSON shows them: decoded, a bare name is true, repeats are a list. At most
 * 1000 arguments are shown, Kong's limit.
 */
public final class QueryString {
  private static final int MAX_ARGUMENTS = 1000;

  private QueryString() {}

  /** The arguments of a path with query. */
  public static ObjectNode ofUri(String uri) {
    int question = uri.indexOf('?');
    return arguments(uri, question < 0 ? uri.length() : question + 1);
  }

  /** The arguments of a query without its question mark, or of a form. */
  public static ObjectNode ofQuery(String query) {
    return arguments(query, 0);
  }

  private static ObjectNode arguments(String uri, int from) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    int start = from;
    int seen = 0;
    while (start < uri.length() && seen < MAX_ARGUMENTS) {
      int ampersand = uri.indexOf('&', start);
      int end = ampersand < 0 ? uri.length() : ampersand;
      if (end > start) {
        int equals = uri.indexOf('=', start);
        if (equals < 0 || equals > end) {
          add(arguments, decoded(uri, start, end), BooleanNode.TRUE);
        } else if (equals > start) {
          String value = decoded(uri, equals + 1, end);
          add(arguments, decoded(uri, start, equals), JsonNodeFactory.instance.stringNode(value));
        }
        seen++;
      }
      start = end + 1;
    }
    return arguments;
  }

  /** Sets the member, or makes it a list if it is there already. */
  public static void add(ObjectNode object, String name, JsonNode value) {
    JsonNode earlier = object.get(name);
    if (earlier == null) {
      object.set(name, value);
    } else if (earlier instanceof ArrayNode list) {
      list.add(value);
    } else {
      object.putArray(name).add(earlier).add(value);
    }
  }

  private static String decoded(String text, int start, int end) {
    int special = start;
    while (special < end && text.charAt(special) != '%' && text.charAt(special) != '+') {
      special++;
    }
    if (special == end) {
      return text.substring(start, end);
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(end - start);
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < end ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (low >= 0) {
        octets.write(high << 4 | low);
        i += 2;
      } else {
        octets.write(c == '+' ? ' ' : c);
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }
}
