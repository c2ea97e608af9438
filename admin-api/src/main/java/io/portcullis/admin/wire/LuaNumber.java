package io.portcullis.admin.wire;

import java.util.OptionalDouble;

/**
 * Text read as a number the way Lua's {@code tonumber} does: {@code 2.0}, {@code 1e2}, {@code
 * 0x10}.
 */
public final class LuaNumber {
  private static final int MAX_LENGTH = 64;

  private LuaNumber() {}

  /** The number, or nothing when the text is none. */
  public static OptionalDouble parse(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty() || trimmed.length() > MAX_LENGTH) {
      return OptionalDouble.empty();
    }
    boolean negative = trimmed.charAt(0) == '-';
    String digits = negative || trimmed.charAt(0) == '+' ? trimmed.substring(1) : trimmed;
    try {
      double value;
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        boolean hasExponent = digits.indexOf('p') >= 0 || digits.indexOf('P') >= 0;
        value = Double.parseDouble(hasExponent ? digits : digits + "p0");
      } else if (isDecimal(digits)) {
        value = Double.parseDouble(digits);
      } else {
        return OptionalDouble.empty();
      }
      return OptionalDouble.of(negative ? -value : value);
    } catch (NumberFormatException noNumber) {
      return OptionalDouble.empty();
    }
  }

  /** Java also takes {@code 1d}, {@code NaN} and {@code Infinity}; Lua does not. */
  private static boolean isDecimal(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      char unit = digits.charAt(i);
      boolean sign = (unit == '-' || unit == '+') && i > 0;
      boolean allowed =
          (unit >= '0' && unit <= '9') || unit == '.' || unit == 'e' || unit == 'E' || sign;
      if (!allowed) {
        return false;
      }
    }
    return true;
  }
}
