package io.portcullis.plugins.hmacauth;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * Reads a date as HTTP writes it (RFC 9110 5.6.7), in all three forms: {@code Sun, 06 Nov 1994
 * 08:49:37 GMT}, {@code Sunday, 06-Nov-94 08:49:37 GMT}, {@code Sun Nov 6 08:49:37 1994}. The day
 * of the week is not compared with the date.
 */
final class HttpDate {
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int CENTURY = 100;

  /** Two digits below this are years after 2000. */
  private static final int FIRST_YEAR_OF_OLD_CENTURY = 70;

  private HttpDate() {}

  /** Seconds since 1970; empty for anything else. */
  static OptionalLong seconds(String text) {
    int comma = text.indexOf(',');
    String[] words = split(comma < 0 ? text : text.substring(comma + 1));
    try {
      if (comma < 0) {
        return words.length == 5
            ? seconds(words[4], words[1], words[2], words[3])
            : OptionalLong.empty();
      }
      if (words.length == 5 && words[4].equals("GMT")) {
        return seconds(words[2], words[1], words[0], words[3]);
      }
      if (words.length == 3 && words[2].equals("GMT")) {
        String[] day = words[0].split("-", -1);
        return day.length == 3
            ? seconds(century(day[2]), day[1], day[0], words[1])
            : OptionalLong.empty();
      }
    } catch (NumberFormatException | DateTimeException | IndexOutOfBoundsException broken) {
      // the same as no date
    }
    return OptionalLong.empty();
  }

  private static OptionalLong seconds(String year, String month, String day, String time) {
    int at = MONTHS.indexOf(month);
    if (month.length() != 3
        || at < 0
        || at % 3 != 0
        || time.length() != 8
        || time.charAt(2) != ':'
        || time.charAt(5) != ':') {
      return OptionalLong.empty();
    }
    int second = number(time.substring(6));
    LocalDateTime moment =
        LocalDateTime.of(
            number(year),
            at / 3 + 1,
            number(day),
            number(time.substring(0, 2)),
            number(time.substring(3, 5)),
            second == 60 ? 59 : second);
    return OptionalLong.of(moment.toEpochSecond(ZoneOffset.UTC));
  }

  private static String century(String year) {
    int number = number(year);
    if (year.length() != 2) {
      return year;
    }
    return Integer.toString(
        number + (number < FIRST_YEAR_OF_OLD_CENTURY ? 20 * CENTURY : 19 * CENTURY));
  }

  private static int number(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        throw new NumberFormatException(digits);
      }
    }
    return Integer.parseInt(digits);
  }

  private static String[] split(String text) {
    return text.strip().split(" +");
  }
}
