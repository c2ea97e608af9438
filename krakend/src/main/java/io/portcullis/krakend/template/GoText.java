package io.portcullis.krakend.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints values as Go does with {@code %v}. */
final class GoText {
  private static final int MAX_DEPTH = 200;

  private GoText() {}

  /** The value's text: {@code [1 2]}, {@code map[a:1]}, {@code 1e+06}, {@code <nil>}. */
  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case String text -> text;
      case Double number -> number(number);
      case List<?> list -> nested(list);
      case Map<?, ?> map -> nested(map);
      default -> value.toString();
    };
  }

  private static String nested(Object value) {
    StringBuilder out = new StringBuilder();
    append(out, value, 0);
    return out.toString();
  }

  private static void append(StringBuilder out, @Nullable Object value, int depth) {
    Limits.checkDepth(depth, MAX_DEPTH);
    Limits.checkLength(out.length());
    switch (value) {
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object item : list) {
          out.append(separator);
          append(out, item, depth + 1);
          separator = " ";
        }
        out.append(']');
      }
      case Map<?, ?> map -> {
        out.append("map[");
        String separator = "";
        for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
          out.append(separator).append(entry.getKey()).append(':');
          append(out, entry.getValue(), depth + 1);
          separator = " ";
        }
        out.append(']');
      }
      case null, default -> out.append(of(value));
    }
  }

  /**
   * The shortest digits, with an exponent when it is below -4 or above 5: {@code %v} of a float64.
   */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    return exponent < -4 || exponent > 5 ? scientific(digits) : digits.toPlainString();
  }

  /** Digits with an exponent of at least two digits: {@code 1.5e+06}. */
  static String scientific(BigDecimal digits) {
    String unscaled = digits.unscaledValue().abs().toString();
    int exponent = digits.precision() - digits.scale() - 1;
    StringBuilder out = new StringBuilder();
    if (digits.signum() < 0) {
      out.append('-');
    }
    out.append(unscaled.charAt(0));
    if (unscaled.length() > 1) {
      out.append('.').append(unscaled, 1, unscaled.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    int size = Math.abs(exponent);
    return out.append(size < 10 ? "0" : "").append(size).toString();
  }

  /** A literal of Go for the text, as {@code %q} writes it. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> appendQuoted(out, c, '"'));
    return out.append('"').toString();
  }

  /** A literal of Go for the character. */
  static String quotedCharacter(int character) {
    StringBuilder out = new StringBuilder("'");
    appendQuoted(out, character, '\'');
    return out.append('\'').toString();
  }

  private static void appendQuoted(StringBuilder out, int c, char quote) {
    if (c == quote || c == '\\') {
      out.append('\\').appendCodePoint(c);
      return;
    }
    String escape =
        switch (c) {
          case 7 -> "\\a";
          case '\b' -> "\\b";
          case '\f' -> "\\f";
          case '\n' -> "\\n";
          case '\r' -> "\\r";
          case '\t' -> "\\t";
          case 11 -> "\\v";
          default -> "";
        };
    if (!escape.isEmpty()) {
      out.append(escape);
    } else if (isPrintable(c)) {
      out.appendCodePoint(c);
    } else if (c < 0x80) {
      out.append("\\x").append(hexadecimal(c, 2));
    } else if (c < 0x10000) {
      out.append("\\u").append(hexadecimal(c, 4));
    } else {
      out.append("\\U").append(hexadecimal(c, 8));
    }
  }

  private static String hexadecimal(int value, int digits) {
    String text = Integer.toHexString(value);
    return "0".repeat(digits - text.length()) + text;
  }

  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
