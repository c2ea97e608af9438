package io.portcullis.app.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LineRingTest {
  @Test
  void keeps_the_order_and_takes_no_more_than_it_can_hold() {
    LineRing ring = new LineRing(4);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 4; i++) {
        assertThat(ring.offer("line " + i)).isTrue();
      }
      assertThat(ring.offer("one too many")).isFalse();
      for (int i = 0; i < 4; i++) {
        assertThat(ring.poll()).isEqualTo("line " + i);
      }
      assertThat(ring.poll()).isNull();
    }
  }

  @Test
  void every_line_that_was_taken_comes_out_once_and_in_the_order_of_its_thread() throws Exception {
    int writers = 4;
    int lines = 50_000;
    LineRing ring = new LineRing(1024);
    List<String> read = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      for (int writer = 0; writer < writers; writer++) {
        String name = writer + ":";
        threads.execute(
            () -> {
              for (int i = 0; i < lines; i++) {
                while (!ring.offer(name + i)) {
                  Thread.onSpinWait();
                }
              }
            });
      }
      while (read.size() < writers * lines) {
        String line = ring.poll();
        if (line == null) {
          ring.await(TimeUnit.SECONDS.toNanos(10));
        } else {
          read.add(line);
        }
      }
    }
    Map<String, Integer> next = new HashMap<>();
    for (String line : read) {
      String writer = line.substring(0, 2);
      int number = Integer.parseInt(line.substring(2));
      assertThat(number).isEqualTo(next.getOrDefault(writer, 0));
      next.put(writer, number + 1);
    }
    assertThat(ring.poll()).isNull();
  }
}
