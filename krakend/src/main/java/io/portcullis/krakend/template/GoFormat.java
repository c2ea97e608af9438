package io.portcullis.krakend.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code printf}: the verbs {@code v s q d t f e g x X o b c U T %} with flags, width and
 * precision. What does not fit is printed as Go prints it: {@code %!d(string=x)}.
 */
final class GoFormat {
  private static final int MAX_WIDTH = 10_000;

  private final String format;
  private final List<@Nullable Object> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int used;

  /** One verb with what stands before it; absent numbers are -1. */
  private record Verb(char letter, String flags, int width, int precision) {
    boolean has(char flag) {
      return flags.indexOf(flag) >= 0;
    }
  }

  private GoFormat(String format, List<@Nullable Object> arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static String print(String format, List<@Nullable Object> arguments) {
    GoFormat run = new GoFormat(format, arguments);
    run.run();
    return run.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      if (percent < 0) {
        out.append(format, at, format.length());
        break;
      }
      out.append(format, at, percent);
      at = percent + 1;
      directive();
      Limits.checkLength(out.length());
    }
    if (used < arguments.size()) {
      out.append("%!(EXTRA ");
      String separator = "";
      for (Object argument : arguments.subList(used, arguments.size())) {
        out.append(separator).append(typed(argument));
        separator = ", ";
      }
      out.append(')');
    }
  }

  private void directive() {
    int start = at;
    while (at < format.length() && "+-# 0".indexOf(format.charAt(at)) >= 0) {
      at++;
    }
    String flags = format.substring(start, at);
    int width = digits();
    int precision = -1;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      precision = Math.max(0, digits());
    }
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    char letter = format.charAt(at++);
    if (letter == '%') {
      out.append('%');
    } else if (used >= arguments.size()) {
      out.append("%!").append(letter).append("(MISSING)");
    } else if (letter == '*' || letter == '[') {
      throw new FunctionException("printf: %" + letter + " is not supported");
    } else {
      out.append(formatted(new Verb(letter, flags, width, precision), arguments.get(used++)));
    }
  }

  private int digits() {
    int start = at;
    int value = 0;
    while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
      value = value * 10 + format.charAt(at++) - '0';
      if (value > MAX_WIDTH) {
        throw new FunctionException("printf: a width is over " + MAX_WIDTH);
      }
    }
    return at == start ? -1 : value;
  }

  private static String formatted(Verb verb, @Nullable Object value) {
    if (verb.letter() == 'T') {
      return padded(verb, value == null ? "<nil>" : GoValues.typeName(value));
    }
    if (verb.has('#')) {
      throw new FunctionException("printf: the flag # is not supported");
    }
    return switch (value) {
      case null -> verb.letter() == 'v' ? padded(verb, "<nil>") : bad(verb, null);
      case String text -> text(verb, text);
      case Long number -> integer(verb, number);
      case Double number -> decimal(verb, number);
      case Boolean truth ->
          "vt".indexOf(verb.letter()) >= 0 ? padded(verb, truth.toString()) : bad(verb, truth);
      case List<?> list -> {
        StringBuilder items = new StringBuilder("[");
        for (Object item : list) {
          items.append(items.length() > 1 ? " " : "").append(formatted(verb, item));
        }
        yield items.append(']').toString();
      }
      case Map<?, ?> map -> {
        StringBuilder entries = new StringBuilder("map[");
        new TreeMap<>(map)
            .forEach(
                (key, item) ->
                    entries
                        .append(entries.length() > 4 ? " " : "")
                        .append(formatted(verb, key))
                        .append(':')
                        .append(formatted(verb, item)));
        yield entries.append(']').toString();
      }
      default -> bad(verb, value);
    };
  }

  private static String bad(Verb verb, @Nullable Object value) {
    return "%!" + verb.letter() + "(" + typed(value) + ")";
  }

  private static String typed(@Nullable Object value) {
    return value == null ? "<nil>" : GoValues.typeName(value) + "=" + GoText.of(value);
  }

  private static String text(Verb verb, String text) {
    String shown = text;
    if (verb.precision() >= 0 && text.codePointCount(0, text.length()) > verb.precision()) {
      shown = text.substring(0, text.offsetByCodePoints(0, verb.precision()));
    }
    return switch (verb.letter()) {
      case 'v', 's' -> padded(verb, shown);
      case 'q' -> padded(verb, GoText.quoted(shown));
      case 'x' -> padded(verb, octets(shown));
      case 'X' -> padded(verb, octets(shown).toUpperCase(Locale.ROOT));
      default -> bad(verb, text);
    };
  }

  private static String octets(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String integer(Verb verb, long number) {
    int radix =
        switch (verb.letter()) {
          case 'v', 'd' -> 10;
          case 'x', 'X' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 0;
        };
    if (radix == 0) {
      boolean character = number >= 0 && Character.isValidCodePoint((int) number);
      return switch (verb.letter()) {
        case 'c' -> padded(verb, character ? Character.toString((int) number) : "\uFFFD");
        case 'q' -> padded(verb, GoText.quotedCharacter(character ? (int) number : 0xFFFD));
        case 'U' -> padded(verb, String.format(Locale.ROOT, "U+%04X", number));
        default -> bad(verb, number);
      };
    }
    String digits = Long.toString(number, radix);
    if (verb.letter() == 'X') {
      digits = digits.toUpperCase(Locale.ROOT);
    }
    boolean negative = digits.startsWith("-");
    String magnitude = negative ? digits.substring(1) : digits;
    if (verb.precision() > magnitude.length()) {
      magnitude = "0".repeat(verb.precision() - magnitude.length()) + magnitude;
    }
    return signed(verb, negative, magnitude, verb.precision() < 0);
  }

  private static String decimal(Verb verb, double number) {
    char letter = Character.toLowerCase(verb.letter());
    if ("vgfe".indexOf(letter) < 0) {
      return bad(verb, number);
    }
    if (!Double.isFinite(number)) {
      return padded(verb, GoText.number(number));
    }
    BigDecimal exact = new BigDecimal(Math.abs(number));
    String digits =
        switch (letter) {
          case 'f' ->
              exact.setScale(orSix(verb.precision()), RoundingMode.HALF_EVEN).toPlainString();
          case 'e' -> scientific(exact, orSix(verb.precision()));
          default ->
              verb.precision() < 0
                  ? GoText.number(Math.abs(number))
                  : general(exact, Math.max(1, verb.precision()));
        };
    if (Character.isUpperCase(verb.letter())) {
      digits = digits.toUpperCase(Locale.ROOT);
    }
    return signed(verb, number < 0, digits, true);
  }

  private static int orSix(int precision) {
    return precision < 0 ? 6 : precision;
  }

  /** One digit, a point, so many digits and the exponent. */
  private static String scientific(BigDecimal exact, int precision) {
    BigDecimal rounded = exact.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    int exponent = exact.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    BigDecimal mantissa = rounded.movePointLeft(exponent).setScale(precision, RoundingMode.DOWN);
    int size = Math.abs(exponent);
    return mantissa.toPlainString() + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
  }

  private static String general(BigDecimal exact, int precision) {
    if (exact.signum() == 0) {
      return "0";
    }
    BigDecimal rounded =
        exact.round(new MathContext(precision, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    boolean whole = precision > rounded.precision() && rounded.precision() > exponent;
    int limit = whole ? rounded.precision() : precision;
    return exponent < -4 || exponent >= limit
        ? GoText.scientific(rounded)
        : rounded.toPlainString();
  }

  private static String signed(Verb verb, boolean negative, String digits, boolean zeros) {
    String sign = negative ? "-" : verb.has('+') ? "+" : verb.has(' ') ? " " : "";
    int missing = verb.width() - sign.length() - digits.length();
    if (zeros && verb.has('0') && !verb.has('-') && missing > 0) {
      return sign + "0".repeat(missing) + digits;
    }
    return padded(verb, sign + digits);
  }

  private static String padded(Verb verb, String text) {
    int missing = verb.width() - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    return verb.has('-') ? text + " ".repeat(missing) : " ".repeat(missing) + text;
  }
}
