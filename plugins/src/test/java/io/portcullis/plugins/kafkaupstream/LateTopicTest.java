package io.portcullis.plugins.kafkaupstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LateTopicTest {
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void an_attempt_that_failed_is_not_repeated_for_a_second() {
    LateTopic topic =
        new LateTopic(
            () -> {
              if (attempts.incrementAndGet() == 1) {
                throw new UnreachableTopicException("unknown host");
              }
              return new Sink();
            },
            () -> Instant.ofEpochMilli(now.get()));

    assertThatThrownBy(topic::get).hasMessage("unknown host");
    now.set(999);
    assertThatThrownBy(topic::get).hasMessage("unknown host");
    assertThat(attempts).hasValue(1);
    now.set(1000);
    assertThat(topic.get()).isSameAs(topic.get());
    assertThat(attempts).hasValue(2);
  }

  @Test
  void after_closing_nothing_is_opened() {
    LateTopic topic = new LateTopic(Sink::new, () -> Instant.ofEpochMilli(now.get()));
    topic.get();
    topic.close(Duration.ZERO);

    assertThat(closed).hasValue(1);
    assertThatThrownBy(topic::get).isInstanceOf(UnreachableTopicException.class);
  }

  private final class Sink implements RecordSink {
    @Override
    public void send(byte[] value, Outcome outcome) {}

    @Override
    public void close(Duration limit) {
      closed.incrementAndGet();
    }
  }
}
