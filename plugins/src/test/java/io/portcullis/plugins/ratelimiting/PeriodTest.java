package io.portcullis.plugins.ratelimiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class PeriodTest {
  @Property(tries = 5_000)
  void windows_start_where_the_calendar_says(
      @ForAll @LongRange(min = -60_000_000_000_000L, max = 60_000_000_000_000L) long now) {
    LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC);
    LocalDateTime midnight = time.truncatedTo(ChronoUnit.DAYS);

    assertStart(Period.SECOND, now, time.truncatedTo(ChronoUnit.SECONDS));
    assertStart(Period.MINUTE, now, time.truncatedTo(ChronoUnit.MINUTES));
    assertStart(Period.HOUR, now, time.truncatedTo(ChronoUnit.HOURS));
    assertStart(Period.DAY, now, midnight);
    assertStart(Period.MONTH, now, midnight.with(TemporalAdjusters.firstDayOfMonth()));
    assertStart(Period.YEAR, now, midnight.with(TemporalAdjusters.firstDayOfYear()));
  }

  @Property(tries = 1_000)
  void a_counter_outlives_its_window(
      @ForAll @LongRange(min = 0, max = 60_000_000_000_000L) long now) {
    for (Period period : Period.values()) {
      assertThat(now).isLessThan(period.windowStart(now) + period.lifetimeMillis());
    }
  }

  private static void assertStart(Period period, long now, LocalDateTime expected) {
    assertThat(Instant.ofEpochMilli(period.windowStart(now)))
        .isEqualTo(expected.toInstant(ZoneOffset.UTC));
  }
}
