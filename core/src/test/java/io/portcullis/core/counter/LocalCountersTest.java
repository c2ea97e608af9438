package io.portcullis.core.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalCountersTest {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final LocalCounters counters =
      new LocalCounters(() -> Instant.ofEpochMilli(now.get()), scheduler, 1_000);

  @AfterEach
  void stop() {
    counters.close();
    scheduler.shutdownNow();
  }

  @Test
  void the_same_window_is_the_same_counter() {
    AtomicLong counter = counters.counter("k", 1_000_000, 1_000);
    counter.incrementAndGet();

    assertThat(counters.counter("k", 1_000_000, 1_000)).isSameAs(counter);
    assertThat(counters.counter("other", 1_000_000, 1_000)).hasValue(0);
  }

  @Test
  void a_new_window_starts_at_zero_and_a_late_reader_still_finds_the_old_one() {
    AtomicLong old = counters.counter("k", 1_000, 1_000);
    old.set(7);
    AtomicLong next = counters.counter("k", 2_000, 1_000);

    assertThat(next).hasValue(0);
    assertThat(counters.counter("k", 1_000, 1_000)).isSameAs(old);
  }

  @Test
  void a_reader_two_windows_late_counts_in_the_newest_one() {
    counters.counter("k", 1_000, 1_000);
    counters.counter("k", 2_000, 1_000);
    AtomicLong newest = counters.counter("k", 3_000, 1_000);

    assertThat(counters.counter("k", 1_000, 1_000)).isSameAs(newest);
  }

  @Test
  void a_sweep_drops_windows_whose_lifetime_is_over() {
    counters.counter("short", 1_000_000, 1_000);
    counters.counter("long", 1_000_000, 60_000);
    now.set(1_001_000);
    counters.sweep();

    assertThat(counters.size()).isEqualTo(1);
  }

  @Test
  void more_keys_than_allowed_are_trimmed() {
    for (int i = 0; i < 3_000; i++) {
      counters.counter(i, 1_000_000, 60_000);
    }
    counters.sweep();

    assertThat(counters.size()).isLessThanOrEqualTo(1_000);
  }

  @Test
  void threads_that_meet_at_a_new_window_share_one_counter()
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 200; round++) {
        long start = 10_000L + round;
        List<Future<AtomicLong>> found = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          found.add(threads.submit(() -> counters.counter("k", start, 1_000)));
        }
        AtomicLong first = found.getFirst().get();
        for (Future<AtomicLong> other : found) {
          assertThat(other.get()).isSameAs(first);
        }
      }
    }
  }
}
