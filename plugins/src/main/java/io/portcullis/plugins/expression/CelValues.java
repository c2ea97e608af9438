package io.portcullis.plugins.expression;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as CEL sees it, and back. */
public final class CelValues {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private CelValues() {}

  /** The value in CEL. */
  public static Object of(JsonNode json) {
    if (json instanceof ObjectNode object) {
      Map<String, Object> map = new LinkedHashMap<>();
      object.properties().forEach(member -> map.put(member.getKey(), of(member.getValue())));
      return map;
    }
    if (json instanceof ArrayNode array) {
      List<Object> list = new ArrayList<>(array.size());
      array.forEach(element -> list.add(of(element)));
      return list;
    }
    if (json.isBoolean()) {
      return json.booleanValue();
    }
    if (json.isIntegralNumber() && json.canConvertToLong()) {
      return json.longValue();
    }
    if (json.isNumber()) {
      return json.doubleValue();
    }
    return json.isNull() ? NullValue.NULL_VALUE : json.asString();
  }

  /**
   * The value in JSON; null for null.
   *
   * @throws IllegalArgumentException when it has no form in JSON
   */
  public static @Nullable JsonNode toJson(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case NullValue _ -> null;
      case String text -> JSON.stringNode(text);
      case Boolean truth -> JSON.booleanNode(truth);
      case Long number -> JSON.numberNode(number);
      case Integer number -> JSON.numberNode(number);
      case UnsignedLong number -> JSON.numberNode(number.bigIntegerValue());
      case Double number when !number.isNaN() && !number.isInfinite() -> JSON.numberNode(number);
      case List<?> list -> {
        ArrayNode array = JSON.arrayNode(list.size());
        list.forEach(element -> array.add(orNull(toJson(element))));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = JSON.objectNode();
        map.forEach((key, member) -> object.set(String.valueOf(key), orNull(toJson(member))));
        yield object;
      }
      default ->
          throw new IllegalArgumentException(
              "a value of type " + value.getClass().getSimpleName() + " cannot be logged");
    };
  }

  private static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? JSON.nullNode() : node;
  }
}
