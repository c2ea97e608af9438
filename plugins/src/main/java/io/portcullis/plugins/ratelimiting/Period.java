package io.portcullis.plugins.ratelimiting;

/**
 * A calendar window in UTC. Its length for {@code RateLimit-Reset} and for keeping the counter is
 * Kong's: a month is 30 days and a year 365, whatever the calendar says.
 */
enum Period {
  SECOND(1, "second"),
  MINUTE(60, "minute"),
  HOUR(3_600, "hour"),
  DAY(86_400, "day"),
  MONTH(2_592_000, "month"),
  YEAR(31_536_000, "year");

  /** Longer than any month and year is, so that a counter never ends before its window. */
  private static final long CALENDAR_SLACK_SECONDS = 2 * 86_400;

  private static final int DAYS_PER_ERA = 146_097;
  private static final int DAYS_TO_MARCH_OF_YEAR_0 = 719_468;

  private final long seconds;
  private final String limitHeader;
  private final String remainingHeader;

  Period(long seconds, String name) {
    this.seconds = seconds;
    this.limitHeader = "x-ratelimit-limit-" + name;
    this.remainingHeader = "x-ratelimit-remaining-" + name;
  }

  long seconds() {
    return seconds;
  }

  String limitHeader() {
    return limitHeader;
  }

  String remainingHeader() {
    return remainingHeader;
  }

  /** Milliseconds after its start for which a window's counter is needed. */
  long lifetimeMillis() {
    return (this == MONTH || this == YEAR ? seconds + CALENDAR_SLACK_SECONDS : seconds) * 1_000;
  }

  /** Start of the window that holds {@code now}; both are milliseconds since 1970. */
  long windowStart(long now) {
    return switch (this) {
      case SECOND, MINUTE, HOUR, DAY -> now - Math.floorMod(now, seconds * 1_000);
      case MONTH, YEAR -> calendarStart(now);
    };
  }

  /**
   * Days to year and month in the proleptic Gregorian calendar, counted in eras of 400 years that
   * begin on 1 March, so that the leap day is the last of its year.
   */
  private long calendarStart(long now) {
    long today = Math.floorDiv(now, 86_400_000L);
    long shifted = today + DAYS_TO_MARCH_OF_YEAR_0;
    long dayOfEra = Math.floorMod(shifted, DAYS_PER_ERA);
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long monthFromMarch = (5 * dayFromMarch + 2) / 153;
    long dayOfMonth = dayFromMarch - (153 * monthFromMarch + 2) / 5;
    if (this == MONTH) {
      return (today - dayOfMonth) * 86_400_000L;
    }
    long calendarYear = Math.floorDiv(shifted, DAYS_PER_ERA) * 400 + yearOfEra;
    if (monthFromMarch >= 10) {
      calendarYear++;
    }
    return firstOfJanuary(calendarYear) * 86_400_000L;
  }

  /** In days since 1970. */
  private static long firstOfJanuary(long calendarYear) {
    long before = calendarYear - 1;
    long leapDays =
        Math.floorDiv(before, 4) - Math.floorDiv(before, 100) + Math.floorDiv(before, 400);
    return 365 * (calendarYear - 1970) + leapDays - 477;
  }
}
