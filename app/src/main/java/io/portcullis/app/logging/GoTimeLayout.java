package io.portcullis.app.logging;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how Go writes layouts of times: as they would show the second of January 2006. */
final class GoTimeLayout {
  private static final Pattern ELEMENT =
      Pattern.compile(
          "January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|-07|002|_2|0[1-6]|15|PM|pm"
              + "|[.,](?:0+|9+)(?!\\d)|[1-5]");
  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          Map.entry("January", "MMMM"),
          Map.entry("Jan", "MMM"),
          Map.entry("Monday", "EEEE"),
          Map.entry("Mon", "EEE"),
          Map.entry("MST", "zzz"),
          Map.entry("2006", "uuuu"),
          Map.entry("Z07:00", "XXX"),
          Map.entry("Z0700", "XX"),
          Map.entry("-07:00", "xxx"),
          Map.entry("-0700", "xx"),
          Map.entry("-07", "x"),
          Map.entry("002", "DDD"),
          Map.entry("_2", "ppd"),
          Map.entry("01", "MM"),
          Map.entry("02", "dd"),
          Map.entry("03", "hh"),
          Map.entry("04", "mm"),
          Map.entry("05", "ss"),
          Map.entry("06", "uu"),
          Map.entry("15", "HH"),
          Map.entry("PM", "a"),
          Map.entry("pm", "a"),
          Map.entry("1", "M"),
          Map.entry("2", "d"),
          Map.entry("3", "h"),
          Map.entry("4", "m"),
          Map.entry("5", "s"));

  private GoTimeLayout() {}

  /** The same layout; it needs a zone. What is no element stands for itself. */
  static DateTimeFormatter of(String layout) {
    DateTimeFormatterBuilder formatter = new DateTimeFormatterBuilder();
    Matcher element = ELEMENT.matcher(layout);
    int from = 0;
    while (element.find()) {
      formatter.appendLiteral(layout.substring(from, element.start()));
      String found = element.group();
      String pattern = PATTERNS.get(found);
      int digits = found.length() - 1;
      if (pattern != null) {
        formatter.appendPattern(pattern);
      } else if (found.charAt(1) == '9') {
        // Zeros at the end are left out, and the point with the last of them.
        formatter.appendFraction(ChronoField.NANO_OF_SECOND, 0, Math.min(9, digits), true);
      } else {
        formatter
            .appendLiteral(found.charAt(0))
            .appendFraction(
                ChronoField.NANO_OF_SECOND, Math.min(9, digits), Math.min(9, digits), false);
      }
      from = element.end();
    }
    formatter.appendLiteral(layout.substring(from));
    return formatter.toFormatter(Locale.ENGLISH);
  }
}
