package io.portcullis.krakend.template;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an argument of a function has to be. Nothing is converted, as in Go. */
enum Parameter {
  ANY("interface {}"),
  STRING("string"),
  INTEGER("int"),
  DECIMAL("float64"),
  BOOLEAN("bool"),
  MAP("map[string]interface {}");

  private final String goName;

  Parameter(String goName) {
    this.goName = goName;
  }

  /**
   * The argument for a value.
   *
   * @throws FunctionException if the value is of another type
   */
  @Nullable Object of(@Nullable Object value) {
    if (value == null) {
      if (this == ANY || this == MAP) {
        return null;
      }
      throw new FunctionException("invalid value; expected " + goName);
    }
    if (!fits(value)) {
      throw new FunctionException(
          "wrong type for value; expected " + goName + "; got " + GoValues.typeName(value));
    }
    return value;
  }

  /** The argument for a literal: numbers fit when they are the same number. */
  Object ofLiteral(Object value, String written) {
    Object converted = value;
    if (this == INTEGER && value instanceof Double d && d == Math.rint(d)) {
      converted = d.longValue();
    } else if (this == DECIMAL && value instanceof Long l) {
      converted = l.doubleValue();
    }
    if (!fits(converted)) {
      String wanted = this == INTEGER ? "integer" : this == DECIMAL ? "float" : goName;
      throw new FunctionException("expected " + wanted + "; found " + written);
    }
    return converted;
  }

  private boolean fits(Object value) {
    return switch (this) {
      case ANY -> true;
      case STRING -> value instanceof String;
      case INTEGER -> value instanceof Long;
      case DECIMAL -> value instanceof Double;
      case BOOLEAN -> value instanceof Boolean;
      case MAP -> value instanceof Map<?, ?>;
    };
  }
}
