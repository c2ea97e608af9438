package io.portcullis.krakend.file;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What unquoted YAML means to Go's reader of YAML: only {@code true} and {@code false} are truths,
 * {@code yes} and {@code on} are texts. Dates are texts.
 */
final class PlainScalar {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSE = Set.of("false", "False", "FALSE");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]+)?");
  private static final int LONGEST_NUMBER = 64;

  private PlainScalar() {}

  static Value value(String text, Position at) {
    if (NULLS.contains(text)) {
      return new Value.Nothing(at);
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return new Value.Truth(TRUE.contains(text), at);
    }
    JsonNode number = text.length() > LONGEST_NUMBER ? null : number(text);
    return number == null ? new Value.Text(text, at) : new Value.Numeric(number, at);
  }

  private static @Nullable JsonNode number(String text) {
    try {
      if (INTEGER.matcher(text).matches()) {
        return integer(text.replace("_", ""));
      }
      return FLOAT.matcher(text).matches()
          ? NODES.numberNode(Double.parseDouble(text.replace("_", "")))
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static JsonNode integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int base = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      char mark = digits.charAt(1);
      base = mark == 'b' ? 2 : mark == 'x' ? 16 : 8;
      digits = digits.substring(Character.isDigit(mark) ? 1 : 2);
    }
    BigInteger value = new BigInteger(digits, base);
    value = negative ? value.negate() : value;
    if (value.bitLength() < Integer.SIZE) {
      return NODES.numberNode(value.intValue());
    }
    return value.bitLength() < Long.SIZE
        ? NODES.numberNode(value.longValue())
        : NODES.numberNode(value);
  }
}
