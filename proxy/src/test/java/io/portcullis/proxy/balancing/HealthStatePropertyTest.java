package io.portcullis.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.balancing.HealthState.Fault;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** One word of counters behaves like the rules as they are written down. */
class HealthStatePropertyTest {

  /** The rules, written down. */
  private static final class Naive {
    boolean healthy = true;
    int successes;
    final Map<Fault, Integer> failures = new EnumMap<>(Fault.class);

    boolean succeeded(int limit) {
      failures.clear();
      if (healthy || limit == 0) {
        return false;
      }
      successes++;
      if (successes < limit) {
        return false;
      }
      set(true);
      return true;
    }

    boolean failed(Fault kind, int limit) {
      successes = 0;
      if (!healthy || limit == 0) {
        return false;
      }
      if (failures.merge(kind, 1, Integer::sum) < limit) {
        return false;
      }
      set(false);
      return true;
    }

    boolean set(boolean to) {
      boolean changed = healthy != to;
      healthy = to;
      successes = 0;
      failures.clear();
      return changed;
    }
  }

  @Property(tries = 500)
  void behaves_like_the_rules(
      @ForAll long seed,
      @ForAll @IntRange(max = 255) int successes,
      @ForAll @IntRange(max = 255) int http,
      @ForAll @IntRange(max = 4) int tcp,
      @ForAll @IntRange(max = 255) int timeouts) {
    Random random = new Random(seed);
    Naive naive = new Naive();
    HealthState state = new HealthState();
    int likely = random.nextInt(10);
    int[] limits = {http, tcp, timeouts};
    for (int i = 0; i < 2000; i++) {
      int what = random.nextInt(100);
      if (what == 0) {
        boolean to = random.nextBoolean();
        assertThat(state.set(to)).isEqualTo(naive.set(to));
      } else if (what % 10 < likely) {
        assertThat(state.succeeded(successes)).isEqualTo(naive.succeeded(successes));
      } else {
        Fault kind = Fault.values()[random.nextInt(3)];
        int limit = limits[kind.ordinal()];
        assertThat(state.failed(kind, limit)).isEqualTo(naive.failed(kind, limit));
      }
      assertThat(state.isHealthy()).isEqualTo(naive.healthy);
    }
  }

  @Example
  void turns_once_however_many_threads_report() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      HealthState state = new HealthState();
      AtomicInteger turned = new AtomicInteger();
      Runnable reports =
          () -> {
            for (int i = 0; i < 50; i++) {
              if (state.failed(Fault.HTTP, 100)) {
                turned.incrementAndGet();
              }
            }
          };
      List<Thread> threads = List.of(new Thread(reports), new Thread(reports), new Thread(reports));
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(state.isHealthy()).isFalse();
      assertThat(turned).hasValue(1);
    }
  }
}
