package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes and looks into JSON trees. */
final class Json {
  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  static JsonNode of(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case JsonNode node -> node;
      case String text -> NODES.stringNode(text);
      case Boolean truth -> NODES.booleanNode(truth);
      case Integer number -> NODES.numberNode(number);
      case Long number -> integer(number);
      case Double number -> NODES.numberNode(number);
      case List<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(item -> array.add(of(item)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, item) -> object.set(String.valueOf(key), of(item)));
        yield object;
      }
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    };
  }

  /** The node that a parser makes of the number: nodes of different width are not equal. */
  private static JsonNode integer(long number) {
    return (int) number == number ? NODES.numberNode((int) number) : NODES.numberNode(number);
  }

  static List<JsonNode> all(@Nullable Object... values) {
    List<JsonNode> nodes = new ArrayList<>(values.length);
    for (Object value : values) {
      nodes.add(of(value));
    }
    return List.copyOf(nodes);
  }

  /** The value at a dotted path, null when a step is absent or leads through no object. */
  static @Nullable JsonNode at(JsonNode root, List<String> path) {
    JsonNode node = root;
    for (String step : path) {
      if (node == null || !node.isObject()) {
        return null;
      }
      node = node.get(step);
    }
    return node;
  }

  static boolean isAbsent(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  /** Numbers by value, everything else by equality. */
  static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return toDouble(a) == toDouble(b);
    }
    return a.equals(b);
  }

  /** As Lua's {@code tostring} prints it: texts bare, whole numbers without a fraction. */
  static String plain(JsonNode node) {
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isNumber()) {
      return number(toDouble(node));
    }
    return node.isNull() ? "null" : node.toString();
  }

  /** Numbers beyond a double's range are infinite. */
  static double toDouble(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong()
        ? number.longValue()
        : Double.parseDouble(number.asString());
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
