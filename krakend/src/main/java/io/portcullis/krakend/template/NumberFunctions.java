package io.portcullis.krakend.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic. The functions without an {@code f} convert everything to whole numbers first, and
 * what is no number to zero, as Sprig does.
 */
final class NumberFunctions {
  private static final Parameter ANY = Parameter.ANY;
  private static final Parameter INTEGER = Parameter.INTEGER;

  private NumberFunctions() {}

  static void addTo(FunctionTable table) {
    table.addOpen("add", ANY, of -> folded(0, of.values(), Long::sum));
    table.add("add1", of -> whole(of.any(0)) + 1, ANY);
    table.add("sub", of -> whole(of.any(0)) - whole(of.any(1)), ANY, ANY);
    table.addOpen("mul", ANY, of -> folded(1, of.values(), (a, b) -> a * b), ANY);
    table.add("div", of -> whole(of.any(0)) / divisor(of.any(1)), ANY, ANY);
    table.add("mod", of -> whole(of.any(0)) % divisor(of.any(1)), ANY, ANY);
    table.addOpen("max", ANY, of -> folded(whole(of.any(0)), of.from(1), Math::max), ANY);
    table.addOpen("biggest", ANY, of -> folded(whole(of.any(0)), of.from(1), Math::max), ANY);
    table.addOpen("min", ANY, of -> folded(whole(of.any(0)), of.from(1), Math::min), ANY);
    table.addOpen("maxf", ANY, of -> foldedDecimal(of, Math::max), ANY);
    table.addOpen("minf", ANY, of -> foldedDecimal(of, Math::min), ANY);
    table.addOpen("addf", ANY, of -> exact(BigDecimal.ZERO, of.values(), BigDecimal::add));
    table.addOpen("subf", ANY, of -> exact(big(of.any(0)), of.from(1), BigDecimal::subtract), ANY);
    table.addOpen("mulf", ANY, of -> exact(big(of.any(0)), of.from(1), BigDecimal::multiply), ANY);
    table.addOpen(
        "divf", ANY, of -> exact(big(of.any(0)), of.from(1), NumberFunctions::divided), ANY);
    table.add("ceil", of -> rounded(of, Math::ceil), ANY);
    table.add("floor", of -> rounded(of, Math::floor), ANY);
    table.add("round", of -> round(decimal(of.any(0)), of.integer(1)), ANY, INTEGER);
    table.add("int", of -> whole(of.any(0)), ANY);
    table.add("int64", of -> whole(of.any(0)), ANY);
    table.add("float64", of -> decimal(of.any(0)), ANY);
    table.add("atoi", of -> parsed(of.string(0), 10), Parameter.STRING);
    table.add("until", of -> steps(0, of.integer(0), of.integer(0) < 0 ? -1 : 1), INTEGER);
    table.add(
        "untilStep",
        of -> steps(of.integer(0), of.integer(1), of.integer(2)),
        INTEGER,
        INTEGER,
        INTEGER);
    table.addOpen("seq", INTEGER, NumberFunctions::sequence);
  }

  private static long folded(long start, List<@Nullable Object> values, LongBinaryOperator by) {
    long result = start;
    for (Object value : values) {
      result = by.applyAsLong(result, whole(value));
    }
    return result;
  }

  private static double foldedDecimal(Arguments of, DoubleBinaryOperator by) {
    double result = decimal(of.any(0));
    for (Object value : of.from(1)) {
      result = by.applyAsDouble(result, decimal(value));
    }
    return result;
  }

  private static double exact(
      BigDecimal start, List<@Nullable Object> values, BinaryOperator<BigDecimal> by) {
    BigDecimal result = start;
    for (Object value : values) {
      result = by.apply(result, big(value));
    }
    return result.doubleValue();
  }

  private static BigDecimal big(@Nullable Object value) {
    double number = decimal(value);
    if (!Double.isFinite(number)) {
      throw new FunctionException("Cannot create a Decimal from " + GoText.number(number));
    }
    return new BigDecimal(Double.toString(number));
  }

  private static BigDecimal divided(BigDecimal a, BigDecimal b) {
    if (b.signum() == 0) {
      throw new FunctionException("decimal division by 0");
    }
    return a.divide(b, 16, RoundingMode.HALF_UP);
  }

  private static double rounded(Arguments of, DoubleUnaryOperator by) {
    return by.applyAsDouble(decimal(of.any(0)));
  }

  private static double round(double value, long places) {
    double scale = Math.pow(10, (double) places);
    double shifted = scale * value;
    double fraction = shifted - (shifted < 0 ? Math.ceil(shifted) : Math.floor(shifted));
    return (fraction >= 0.5 ? Math.ceil(shifted) : Math.floor(shifted)) / scale;
  }

  /** The value as a whole number: fractions are cut, texts read with Go's prefixes. */
  private static long whole(@Nullable Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number.longValue();
      case Boolean truth -> truth ? 1 : 0;
      case String text -> {
        String digits = text.replaceFirst("\\.0*$", "");
        try {
          yield !digits.isEmpty() && Literals.number(digits) instanceof Long number ? number : 0;
        } catch (FunctionException e) {
          yield 0;
        }
      }
      case null, default -> 0;
    };
  }

  private static double decimal(@Nullable Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number;
      case Boolean truth -> truth ? 1 : 0;
      case String text -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          yield 0;
        }
      }
      case null, default -> 0;
    };
  }

  private static long divisor(@Nullable Object value) {
    long divisor = whole(value);
    if (divisor == 0) {
      throw new FunctionException("runtime error: integer divide by zero");
    }
    return divisor;
  }

  private static long parsed(String text, int radix) {
    try {
      return Long.parseLong(text, radix);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Numbers from start to before stop; none when the step leads away. */
  private static List<@Nullable Object> steps(long start, long stop, long step) {
    List<@Nullable Object> numbers = new ArrayList<>();
    boolean falls = stop < start;
    if (falls ? step >= 0 : step <= 0) {
      return numbers;
    }
    for (long number = start; falls ? number > stop : number < stop; number += step) {
      numbers.add(number);
      Limits.checkItems(numbers.size());
    }
    return numbers;
  }

  /** Numbers as a text with spaces; unlike {@code until} the end is among them. */
  private static String sequence(Arguments of) {
    if (of.size() == 0 || of.size() > 3) {
      return "";
    }
    long start = of.size() == 1 ? 1 : of.integer(0);
    long end = of.integer(of.size() - 1);
    long direction = end < start ? -1 : 1;
    long step = of.size() == 3 ? of.integer(1) : direction;
    if (direction < 0 && step > 0) {
      return "";
    }
    return steps(start, end + direction, step).stream()
        .map(GoText::of)
        .collect(Collectors.joining(" "));
  }
}
