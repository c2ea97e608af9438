package io.portcullis.plugins.kafkaupstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryLogTest {
  private static final Logger LOGGER = Logger.getLogger(DeliveryLog.class.getName());

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final DeliveryLog log = new DeliveryLog("topic t", () -> Instant.ofEpochMilli(now.get()));
  private final Handler recording =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.addHandler(recording);
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(recording);
  }

  @Test
  void a_cluster_that_is_away_is_a_line_every_half_minute() {
    for (int i = 0; i <= 600; i++) {
      now.set(i * 100L);
      log.failed("no broker");
    }
    log.delivered();
    log.delivered();

    assertThat(lines)
        .containsExactly(
            "kafka-upstream: a record for topic t not delivered: no broker",
            "kafka-upstream: 300 records for topic t not delivered: no broker",
            "kafka-upstream: 300 records for topic t not delivered: no broker",
            "kafka-upstream: records for topic t are delivered again");
  }

  @Test
  void trouble_that_comes_and_goes_does_not_fill_the_log() {
    for (int i = 0; i < 100; i++) {
      now.set(i * 100L);
      log.failed("no broker");
      log.delivered();
    }

    assertThat(lines).hasSize(2);
  }

  @Test
  void a_topic_without_trouble_says_nothing() {
    log.delivered();

    assertThat(lines).isEmpty();
  }
}
