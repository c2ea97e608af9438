package io.portcullis.krakend.convert;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 2s}, {@code 1h30m}, {@code 1.5ms}. */
final class Durations {
  private static final Pattern PART =
      Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
  private static final double LONGEST = 9.0e18;

  private Durations() {}

  /** Nanoseconds; -1 for a text that is no duration. */
  static long nanos(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher part = PART.matcher(text);
    double nanos = 0;
    int from = 0;
    while (from < text.length() && part.region(from, text.length()).lookingAt()) {
      nanos += Double.parseDouble(part.group(1)) * factor(part.group(2));
      from = part.end();
    }
    return from == 0 || from < text.length() || nanos > LONGEST ? -1 : Math.round(nanos);
  }

  private static double factor(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> 1e3;
    };
  }
}
