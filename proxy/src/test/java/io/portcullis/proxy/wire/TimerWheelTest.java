package io.portcullis.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final long MILLI = 1_000_000;
  private final TimerWheel wheel = new TimerWheel(0);
  private final List<String> expired = new ArrayList<>();

  private final class Named extends Deadline {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    protected void expired() {
      expired.add(name);
    }
  }

  @Test
  void expires_what_is_due_and_nothing_else() {
    wheel.set(new Named("soon"), 0, 100);
    wheel.set(new Named("late"), 0, 60_000);
    wheel.advance(99 * MILLI);
    assertThat(expired).isEmpty();
    wheel.advance(140 * MILLI);
    assertThat(expired).containsExactly("soon");
    wheel.advance(59_999 * MILLI);
    assertThat(expired).hasSize(1);
    wheel.advance(60_040 * MILLI);
    assertThat(expired).containsExactly("soon", "late");
    assertThat(wheel.isEmpty()).isTrue();
  }

  @Test
  void follows_a_deadline_that_is_moved_or_cleared() {
    Named moved = new Named("moved");
    Named earlier = new Named("earlier");
    Named cleared = new Named("cleared");
    wheel.set(moved, 0, 100);
    wheel.set(earlier, 0, 10_000);
    wheel.set(cleared, 0, 100);
    wheel.set(moved, 50 * MILLI, 1000);
    wheel.set(earlier, 50 * MILLI, 50);
    wheel.clear(cleared);
    wheel.advance(200 * MILLI);
    assertThat(expired).containsExactly("earlier");
    wheel.advance(1100 * MILLI);
    assertThat(expired).containsExactly("earlier", "moved");
  }

  @Test
  void lets_an_expiry_set_and_forget_others() {
    Named other = new Named("other");
    Deadline busy =
        new Deadline() {
          private int times;

          @Override
          protected void expired() {
            expired.add("busy");
            wheel.forget(other);
            if (times++ < 2) {
              wheel.set(this, times * 100 * MILLI, 0);
            }
          }
        };
    wheel.set(busy, 0, 100);
    wheel.set(other, 0, 100);
    wheel.advance(130 * MILLI);
    wheel.advance(500 * MILLI);
    assertThat(expired.stream().filter("busy"::equals)).hasSize(3);
    assertThat(wheel.isEmpty()).isTrue();
  }

  @Test
  void catches_up_after_standing_still() {
    wheel.set(new Named("a"), 0, 100);
    wheel.set(new Named("b"), 0, 100_000);
    wheel.advance(3_600_000 * MILLI);
    assertThat(expired).containsExactlyInAnyOrder("a", "b");
  }

  @Property(tries = 200)
  void agrees_with_a_plain_list_of_deadlines(@ForAll long seed) {
    Random random = new Random(seed);
    TimerWheel tested = new TimerWheel(0);
    Map<Integer, Long> dueAt = new HashMap<>();
    List<Integer> early = new ArrayList<>();
    long[] now = new long[1];
    Deadline[] all = new Deadline[20];
    for (int i = 0; i < all.length; i++) {
      int which = i;
      all[i] =
          new Deadline() {
            @Override
            protected void expired() {
              Long expected = dueAt.remove(which);
              if (expected == null || now[0] < expected) {
                early.add(which);
              }
            }
          };
    }
    for (int step = 0; step < 300; step++) {
      int which = random.nextInt(all.length);
      switch (random.nextInt(4)) {
        case 0 -> {
          tested.clear(all[which]);
          dueAt.remove(which);
        }
        case 1 -> {
          tested.forget(all[which]);
          dueAt.remove(which);
        }
        default -> {
          long millis = random.nextInt(random.nextBoolean() ? 100 : 50_000);
          tested.set(all[which], now[0] * MILLI, millis);
          dueAt.put(which, now[0] + millis);
        }
      }
      now[0] += random.nextInt(random.nextInt(10) == 0 ? 30_000 : 50);
      tested.advance(now[0] * MILLI);
      assertThat(early).isEmpty();
      for (long left : dueAt.values()) {
        assertThat(left + 2 * TimerWheel.TICK_MILLIS).isGreaterThan(now[0]);
      }
    }
  }
}
