package io.portcullis.app.declarative;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What unquoted YAML means: YAML 1.1, as Kong and decK read it, without dates and numbers to the
 * base of 60, which are text here: {@code 2020-01-01} and {@code 12:30} occur as names.
 */
final class YamlScalar {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String TAG = "tag:yaml.org,2002:";
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUE =
      Set.of("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]+)?");
  private static final int LONGEST_NUMBER = 64;

  private YamlScalar() {}

  /** The value of a text without quotes or tag. */
  static JsonNode implicit(String text) {
    if (NULLS.contains(text)) {
      return NODES.nullNode();
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return NODES.booleanNode(TRUE.contains(text));
    }
    JsonNode number = isNumber(text) ? number(text) : null;
    return number == null ? NODES.stringNode(text) : number;
  }

  /** The value of a text with a tag; null when it does not fit, or when the tag is unknown. */
  static @Nullable JsonNode tagged(String tag, String text) {
    if (!tag.startsWith(TAG)) {
      return null;
    }
    return switch (tag.substring(TAG.length())) {
      case "str" -> NODES.stringNode(text);
      case "null" -> NULLS.contains(text) ? NODES.nullNode() : null;
      case "bool" ->
          TRUE.contains(text) || FALSE.contains(text)
              ? NODES.booleanNode(TRUE.contains(text))
              : null;
      case "int" -> INTEGER.matcher(text).matches() ? number(text) : null;
      case "float" -> isNumber(text) ? NODES.numberNode(Double.parseDouble(plain(text))) : null;
      default -> null;
    };
  }

  /** Whether {@link #implicit} would make something else than text of it. */
  static boolean isPlainText(String text) {
    return implicit(text).isString();
  }

  private static boolean isNumber(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
      return false;
    }
    char first = text.charAt(0);
    return (first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.')
        && (INTEGER.matcher(text).matches() || FLOAT.matcher(text).matches());
  }

  private static @Nullable JsonNode number(String text) {
    try {
      if (!INTEGER.matcher(text).matches()) {
        return NODES.numberNode(Double.parseDouble(plain(text)));
      }
      String digits = plain(text);
      boolean negative = digits.startsWith("-");
      digits = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
      int base = 10;
      if (digits.startsWith("0b") || digits.startsWith("0x")) {
        base = digits.charAt(1) == 'b' ? 2 : 16;
        digits = digits.substring(2);
      } else if (digits.length() > 1 && digits.startsWith("0")) {
        base = 8;
      }
      BigInteger value = new BigInteger(digits, base);
      value = negative ? value.negate() : value;
      if (value.bitLength() < Integer.SIZE) {
        return NODES.numberNode(value.intValue());
      }
      return value.bitLength() < Long.SIZE
          ? NODES.numberNode(value.longValue())
          : NODES.numberNode(value);
    } catch (NumberFormatException noNumber) {
      return null; // nothing but underscores
    }
  }

  private static String plain(String text) {
    return text.indexOf('_') < 0 ? text : text.replace("_", "");
  }
}
