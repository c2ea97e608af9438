package io.portcullis.plugins.ratelimiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.counter.LocalCounters;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WindowLimiterTest {
  /** Whatever the limits and the number of threads, exactly the smallest limit gets through. */
  @Property(tries = 40)
  void never_admits_more_than_the_limit_and_never_loses_a_place(
      @ForAll @IntRange(min = 1, max = 300) int hourly,
      @ForAll @IntRange(min = 0, max = 300) int more,
      @ForAll @IntRange(min = 2, max = 6) int threads)
      throws InterruptedException {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (LocalCounters counters = new LocalCounters(InstantSource.system(), scheduler, 1_000)) {
      WindowLimiter limiter =
          new WindowLimiter(
              counters, limits(Period.HOUR, hourly, Period.DAY, hourly + more), null, null);
      AtomicInteger admitted = new AtomicInteger();
      runAtOnce(
          threads,
          () -> {
            for (int i = 0; i < 200; i++) {
              if (limiter.count("client", 1_000_000_000_000L).admitted()) {
                admitted.incrementAndGet();
              }
            }
          });
      // Alone after the storm: places that a lost race gave back are free again.
      for (int i = 0; i < 400; i++) {
        if (limiter.count("client", 1_000_000_000_000L).admitted()) {
          admitted.incrementAndGet();
        }
      }

      assertThat(admitted).hasValue(hourly);
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Property(tries = 20)
  void never_admits_more_per_window_while_windows_turn(@ForAll long seed)
      throws InterruptedException {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (LocalCounters counters = new LocalCounters(InstantSource.system(), scheduler, 1_000)) {
      int limit = 25;
      int windows = 4;
      WindowLimiter limiter =
          new WindowLimiter(
              counters, limits(Period.SECOND, limit, Period.YEAR, 1_000_000), null, null);
      AtomicInteger[] admitted = new AtomicInteger[windows];
      for (int i = 0; i < windows; i++) {
        admitted[i] = new AtomicInteger();
      }
      Random random = new Random(seed);
      int[] jitter = random.ints(4, 0, 900).toArray();
      AtomicInteger thread = new AtomicInteger();
      Phaser met = new Phaser(4);
      runAtOnce(
          4,
          () -> {
            int offset = jitter[thread.getAndIncrement()];
            for (int i = 0; i < 100 * windows; i++) {
              if (i % 100 == 50) {
                met.arriveAndAwaitAdvance(); // nobody is later than the window before
              }
              long now = 1_000_000_000_000L + (i / 100) * 1_000L + offset % 1_000;
              if (limiter.count("client", now).admitted()) {
                admitted[i / 100].incrementAndGet();
              }
            }
          });

      for (AtomicInteger window : admitted) {
        assertThat(window.get()).isLessThanOrEqualTo(limit);
      }
    } finally {
      scheduler.shutdownNow();
    }
  }

  private static Limit[] limits(Period first, int limit, Period second, int secondLimit) {
    return new Limit[] {
      new Limit(first, limit, Integer.toString(limit)),
      new Limit(second, secondLimit, Integer.toString(secondLimit))
    };
  }

  private static void runAtOnce(int threads, Runnable task) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      start.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    task.run();
                  }));
    }
    start.countDown();
    for (Thread thread : running) {
      thread.join();
    }
  }
}
