package io.portcullis.plugins.transform;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A parsed expression of a template. Values are null, {@link Boolean}, {@link Double} and {@link
 * String}, with Lua's rules for truth and equality.
 */
sealed interface TemplateExpression {
  /**
   * The value for a request.
   *
   * @throws TemplateException for what Lua calls a run-time error
   */
  @Nullable Object value(TemplateSource source);

  /** A literal. */
  record Constant(@Nullable Object constant) implements TemplateExpression {
    @Override
    public @Nullable Object value(TemplateSource source) {
      return constant;
    }
  }

  /**
   * A header; underscores find dashes where there is no line with underscores.
   *
   * @param dashed the name with dashes
   */
  record Header(String name, String dashed) implements TemplateExpression {
    static Header named(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      return new Header(lower, lower.replace('_', '-'));
    }

    @Override
    public @Nullable Object value(TemplateSource source) {
      String exact = source.header(name);
      return exact == null ? source.header(dashed) : exact;
    }
  }

  /** A query argument. */
  record Argument(String name) implements TemplateExpression {
    @Override
    public @Nullable Object value(TemplateSource source) {
      return source.argument(name);
    }
  }

  /** A group of the route's regex. */
  record Capture(String name) implements TemplateExpression {
    @Override
    public @Nullable Object value(TemplateSource source) {
      return source.capture(name);
    }
  }

  /** {@code not}. */
  record Not(TemplateExpression operand) implements TemplateExpression {
    @Override
    public @Nullable Object value(TemplateSource source) {
      return !truth(operand.value(source));
    }
  }

  /** An operator between two operands; {@code and} and {@code or} look at the right one late. */
  record Binary(String operator, TemplateExpression left, TemplateExpression right)
      implements TemplateExpression {
    @Override
    public @Nullable Object value(TemplateSource source) {
      Object first = left.value(source);
      return switch (operator) {
        case "and" -> truth(first) ? right.value(source) : first;
        case "or" -> truth(first) ? first : right.value(source);
        case "==" -> same(first, right.value(source));
        case "~=" -> !same(first, right.value(source));
        default -> text(first, "concatenate") + text(right.value(source), "concatenate");
      };
    }

    private static boolean same(@Nullable Object first, @Nullable Object second) {
      return first == null ? second == null : first.equals(second);
    }
  }

  /** {@code lower}, {@code upper}, {@code sub} and {@code tostring}. */
  record Call(String function, List<TemplateExpression> arguments) implements TemplateExpression {
    @Override
    public @Nullable Object value(TemplateSource source) {
      Object subject = arguments.getFirst().value(source);
      return switch (function) {
        case "tostring" -> subject == null ? "nil" : shown(subject);
        case "lower" -> changed(subject, 'A', 'Z', 'a' - 'A');
        case "upper" -> changed(subject, 'a', 'z', 'A' - 'a');
        default -> part(text(subject, "take a part of"), source);
      };
    }

    /** Letters of ASCII change; others are octets of something that may be UTF-8. */
    private static String changed(@Nullable Object subject, char from, char to, int distance) {
      char[] letters = text(subject, "change").toCharArray();
      for (int i = 0; i < letters.length; i++) {
        if (letters[i] >= from && letters[i] <= to) {
          letters[i] = (char) (letters[i] + distance);
        }
      }
      return new String(letters);
    }

    private String part(String text, TemplateSource source) {
      int length = text.length();
      int start = position(arguments.get(1).value(source), length);
      int end = arguments.size() < 3 ? length : position(arguments.get(2).value(source), length);
      start = Math.max(start, 1);
      end = Math.min(end, length);
      return start > end ? "" : text.substring(start - 1, end);
    }

    /** Counted from 1, and from the end when negative. */
    private static int position(@Nullable Object value, int length) {
      if (value instanceof Double number) {
        return number < 0 ? (int) (length + 1 + number) : number.intValue();
      }
      throw new TemplateException("a position is a number");
    }
  }

  /** Only nil and false are not true. */
  static boolean truth(@Nullable Object value) {
    return value != null && !Boolean.FALSE.equals(value);
  }

  /** What a template shows of a value. */
  static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Double number -> spelled(number);
      default -> value.toString();
    };
  }

  private static String text(@Nullable Object value, String verb) {
    if (value == null || value instanceof Boolean) {
      throw new TemplateException(
          "attempt to " + verb + " a " + (value == null ? "nil" : "boolean") + " value");
    }
    return shown(value);
  }

  private static String spelled(double number) {
    long whole = (long) number;
    return whole == number
        ? Long.toString(whole)
        : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
