package io.portcullis.core.log;

import io.portcullis.core.plugin.ExchangeLog;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed expression of the small language that custom log fields are written in. It reads the
 * finished exchange and the clock, and nothing else. Values are null, {@link Boolean}, {@link
 * Double} and {@link String}, with Lua's rules for truth, conversion and comparison.
 */
sealed interface Expression {
  /**
   * The value for this exchange.
   *
   * @throws ExpressionException for what Lua calls a run-time error: arithmetic on nil, for example
   */
  @Nullable Object value(ExchangeLog log, InstantSource clock);

  /** A number, a string, true, false or nil. */
  record Constant(@Nullable Object constant) implements Expression {
    @Override
    public @Nullable Object value(ExchangeLog log, InstantSource clock) {
      return constant;
    }
  }

  /** A call of one of the {@link Function}s. */
  record Call(Function function, List<Expression> arguments) implements Expression {
    @Override
    public @Nullable Object value(ExchangeLog log, InstantSource clock) {
      Object argument = arguments.isEmpty() ? null : arguments.getFirst().value(log, clock);
      return function.call(argument, log, clock);
    }
  }

  /** {@code not}, {@code -} and {@code #}. */
  record Unary(String operator, Expression operand) implements Expression {
    @Override
    public @Nullable Object value(ExchangeLog log, InstantSource clock) {
      Object value = operand.value(log, clock);
      return switch (operator) {
        case "not" -> !truth(value);
        case "-" -> -number(value);
        default -> (double) text(value).length();
      };
    }
  }

  /** An operator between two operands; {@code and} and {@code or} look at the right one late. */
  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public @Nullable Object value(ExchangeLog log, InstantSource clock) {
      Object first = left.value(log, clock);
      switch (operator) {
        case "and":
          return truth(first) ? right.value(log, clock) : first;
        case "or":
          return truth(first) ? first : right.value(log, clock);
        default:
      }
      Object second = right.value(log, clock);
      return switch (operator) {
        case "+" -> number(first) + number(second);
        case "-" ->
            number(isDuration() ? Function.NOW.call(null, log, clock) : first) - number(second);
        case "*" -> number(first) * number(second);
        case "/" -> number(first) / number(second);
        case "%" -> {
          double divisor = number(second);
          double dividend = number(first);
          yield dividend - Math.floor(dividend / divisor) * divisor;
        }
        case "^" -> Math.pow(number(first), number(second));
        case ".." -> text(first) + text(second);
        case "==" -> same(first, second);
        case "~=" -> !same(first, second);
        case "<" -> compare(first, second) < 0;
        case "<=" -> compare(first, second) <= 0;
        case ">" -> compare(first, second) > 0;
        default -> compare(first, second) >= 0;
      };
    }

    /**
     * Whether whole seconds are compared with the exact start, as people write it to get a
     * duration: for a short request that would be negative.
     */
    private boolean isDuration() {
      return left instanceof Call(Function now, _)
          && (now == Function.TIME || now == Function.NGINX_TIME)
          && right instanceof Call(Function start, _)
          && start == Function.START_TIME;
    }

    private static boolean same(@Nullable Object first, @Nullable Object second) {
      return first == null ? second == null : first.equals(second);
    }

    private static int compare(@Nullable Object first, @Nullable Object second) {
      if (first instanceof Double a && second instanceof Double b) {
        return Double.compare(a, b);
      }
      if (first instanceof String a && second instanceof String b) {
        return a.compareTo(b);
      }
      throw new ExpressionException("attempt to compare " + kind(first) + " with " + kind(second));
    }
  }

  /** Only nil and false are not true. */
  static boolean truth(@Nullable Object value) {
    return value != null && !Boolean.FALSE.equals(value);
  }

  /** A number, or a string that spells one. */
  static double number(@Nullable Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof String string) {
      try {
        return Double.parseDouble(string.strip());
      } catch (NumberFormatException e) {
        throw new ExpressionException(
            "attempt to perform arithmetic on the string '" + string + "'");
      }
    }
    throw new ExpressionException("attempt to perform arithmetic on " + kind(value));
  }

  /** A string, or a number as Lua spells it. */
  static String text(@Nullable Object value) {
    if (value instanceof String string) {
      return string;
    }
    if (value instanceof Double number) {
      return spell(number);
    }
    throw new ExpressionException("attempt to concatenate " + kind(value));
  }

  /** {@code 2}, not {@code 2.0}; 14 significant digits otherwise. */
  static String spell(double number) {
    long whole = (long) number;
    if (whole == number || Double.isNaN(number) || Double.isInfinite(number)) {
      return whole == number ? Long.toString(whole) : Double.toString(number);
    }
    return new BigDecimal(number).round(new MathContext(14)).stripTrailingZeros().toPlainString();
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "a nil value";
      case Boolean ignored -> "a boolean value";
      case Double ignored -> "a number";
      default -> "a string";
    };
  }
}
