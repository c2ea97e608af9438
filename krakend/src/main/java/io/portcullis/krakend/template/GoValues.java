package io.portcullis.krakend.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as a template sees them: null, Boolean, Long, Double, String, List, and Map with texts as
 * keys. They stand for Go's {@code nil, bool, int, float64, string, []interface{}} and {@code
 * map[string]interface{}}; numbers of JSON are doubles.
 */
final class GoValues {
  private GoValues() {}

  /** Whether {@code if} takes the value for true: everything but nil, false, zero and empty. */
  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /** The name of the value's type in Go. */
  static String typeName(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
      case Boolean truth -> "bool";
      case Long number -> "int";
      case Double number -> "float64";
      case String text -> "string";
      case List<?> list -> "[]interface {}";
      case Map<?, ?> map -> "map[string]interface {}";
      default -> value.getClass().getSimpleName();
    };
  }

  /** The kind of the value's type in Go. */
  static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "invalid";
      case List<?> list -> "slice";
      case Map<?, ?> map -> "map";
      default -> typeName(value);
    };
  }

  /**
   * Whether two values are the same. Unlike in Go, a whole number and a number of JSON can be
   * compared: {@code gt .cups 3} is what people write.
   *
   * @throws FunctionException if their types cannot be compared
   */
  static boolean equal(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == null && b == null;
    }
    if (a instanceof Number x && b instanceof Number y) {
      return compare(x, y) == 0;
    }
    if (!kind(a).equals(kind(b))) {
      throw new FunctionException(
          "incompatible types for comparison: " + typeName(a) + " and " + typeName(b));
    }
    if (a instanceof List<?> || a instanceof Map<?, ?>) {
      throw new FunctionException("non-comparable type " + typeName(a));
    }
    return a.equals(b);
  }

  /**
   * Below zero when a is less than b, above when it is more, zero otherwise.
   *
   * @throws FunctionException if the values have no order
   */
  static int order(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return compare(x, y);
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    if (isOrdered(a) && isOrdered(b)) {
      throw new FunctionException(
          "incompatible types for comparison: " + typeName(a) + " and " + typeName(b));
    }
    throw new FunctionException("invalid type for comparison");
  }

  private static boolean isOrdered(@Nullable Object value) {
    return value instanceof Number || value instanceof String || value instanceof Boolean;
  }

  private static int compare(Number a, Number b) {
    return a instanceof Long x && b instanceof Long y
        ? Long.compare(x, y)
        : Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0);
  }

  /** Go counts a text's octets. */
  static long length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.getBytes(StandardCharsets.UTF_8).length;
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null, default -> throw new FunctionException("len of type " + typeName(value));
    };
  }
}
