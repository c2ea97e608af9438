package io.portcullis.krakend.template;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** What Go's literals stand for: {@code "text"}, {@code `text`}, {@code 'x'}, {@code 0x1F}. */
final class Literals {
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

  private Literals() {}

  /**
   * The text of a quoted literal, escapes resolved.
   *
   * @throws FunctionException for an escape that Go does not know
   */
  static String string(String literal) {
    String inner = literal.substring(1, literal.length() - 1);
    if (literal.charAt(0) == '`') {
      return inner.replace("\r", "");
    }
    return inner.indexOf('\\') < 0 ? inner : unescaped(inner, '"');
  }

  /** The code point of a character literal. */
  static long character(String literal) {
    String inner = unescaped(literal.substring(1, literal.length() - 1), '\'');
    if (inner.isEmpty() || inner.codePointCount(0, inner.length()) != 1) {
      throw new FunctionException("malformed character constant: " + literal);
    }
    return inner.codePointAt(0);
  }

  /** A Long or a Double, as the form of the literal says. */
  static Object number(String literal) {
    String text = literal;
    boolean negative = text.startsWith("-");
    if (negative || text.startsWith("+")) {
      text = text.substring(1);
    }
    text = withoutSeparators(text, literal);
    int radix = radix(text);
    boolean hexadecimal = radix == 16;
    try {
      if (hexadecimal ? containsAny(text, ".pP") : containsAny(text, ".eE")) {
        double value = Double.parseDouble(text);
        if (hexadecimal && !containsAny(text, "pP")
            || containsAny(text.substring(text.length() - 1), "dDfF")) {
          throw illegal(literal);
        }
        return negative ? -value : value;
      }
      BigInteger value = new BigInteger(text.substring(prefixLength(text, radix)), radix);
      value = negative ? value.negate() : value;
      if (value.compareTo(MAX) > 0 || value.compareTo(MIN) < 0) {
        throw new FunctionException("integer overflow: \"" + literal + "\"");
      }
      return value.longValueExact();
    } catch (NumberFormatException e) {
      throw illegal(literal);
    }
  }

  private static FunctionException illegal(String literal) {
    return new FunctionException("illegal number syntax: \"" + literal + "\"");
  }

  private static String withoutSeparators(String text, String literal) {
    if (text.endsWith("_") || text.startsWith("_") || text.contains("__")) {
      throw illegal(literal);
    }
    return text.replace("_", "");
  }

  private static int radix(String text) {
    if (text.length() < 2 || text.charAt(0) != '0') {
      return 10;
    }
    return switch (text.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      default -> containsAny(text, ".eE") ? 10 : 8;
    };
  }

  private static int prefixLength(String text, int radix) {
    return switch (radix) {
      case 16, 2 -> 2;
      case 8 -> containsAny(text.substring(1, 2), "oO") ? 2 : 1;
      default -> 0;
    };
  }

  private static boolean containsAny(String text, String characters) {
    return text.chars().anyMatch(c -> characters.indexOf(c) >= 0);
  }

  /** Escapes of octets are collected as octets: together they may be one character. */
  private static String unescaped(String inner, char quote) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(inner.length());
    int at = 0;
    while (at < inner.length()) {
      int c = inner.codePointAt(at);
      at += Character.charCount(c);
      if (c != '\\') {
        octets.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      char kind = inner.charAt(at++);
      int digits =
          switch (kind) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 0;
          };
      if (digits > 0) {
        int value = digits(inner, at, digits, 16);
        at += digits;
        if (kind == 'x') {
          octets.write(value);
        } else {
          octets.writeBytes(codePoint(value).getBytes(StandardCharsets.UTF_8));
        }
      } else if (kind >= '0' && kind <= '7') {
        octets.write(digits(inner, at - 1, 3, 8));
        at += 2;
      } else {
        octets.write(simple(kind, quote));
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }

  private static int simple(char kind, char quote) {
    return switch (kind) {
      case 'a' -> 7;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case '\\' -> '\\';
      default -> {
        if (kind == quote) {
          yield quote;
        }
        throw new FunctionException("invalid escape \\" + kind);
      }
    };
  }

  private static int digits(String inner, int at, int count, int radix) {
    if (at + count > inner.length()) {
      throw new FunctionException("an escape is too short");
    }
    try {
      int value = Integer.parseUnsignedInt(inner, at, at + count, radix);
      if (radix == 8 && value > 255) {
        throw new FunctionException("an octal escape is over \\377");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new FunctionException("an escape has wrong digits: " + inner.substring(at, at + count));
    }
  }

  private static String codePoint(int value) {
    if (!Character.isValidCodePoint(value) || value >= 0xD800 && value <= 0xDFFF) {
      throw new FunctionException("an escape is no character");
    }
    return Character.toString(value);
  }
}
