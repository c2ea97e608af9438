package io.portcullis.plugins.endpoint;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as Go writes them: {@code 2s}, {@code 1h30m}, {@code 1.5ms}. */
public final class GoDuration {
  private static final double LONGEST_NANOS = 9.0e18;

  private GoDuration() {}

  /** The duration, or null if the text is none; a number other than 0 needs a unit. */
  public static @Nullable Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (text.isEmpty()) {
      return null;
    }
    double nanos = 0;
    int i = 0;
    while (i < text.length()) {
      int number = i;
      while (i < text.length() && (Character.isDigit(text.charAt(i)) || text.charAt(i) == '.')) {
        i++;
      }
      int unit = i;
      while (i < text.length() && Character.isLetter(text.charAt(i))) {
        i++;
      }
      double factor = nanosOf(text.substring(unit, i));
      if (number == unit || factor == 0) {
        return null;
      }
      try {
        nanos += Double.parseDouble(text.substring(number, unit)) * factor;
      } catch (NumberFormatException malformed) {
        return null;
      }
    }
    return nanos > LONGEST_NANOS ? null : Duration.ofNanos(Math.round(nanos));
  }

  private static double nanosOf(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> 0;
    };
  }
}
