package io.portcullis.plugins.proxycache;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Reply;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final int LIMIT = 1_000_000;

  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
  private final AnswerCache cache =
      new AnswerCache(LIMIT, () -> Instant.ofEpochMilli(now.get()), Runnable::run);

  @Test
  void all_answers_together_stay_within_the_limit() {
    for (int i = 0; i < 1000; i++) {
      cache.put("key " + i, answer(10_000, 60));
    }
    cache.cleanUp();

    long octets = 0;
    for (int i = 0; i < 1000; i++) {
      StoredAnswer kept = cache.get("key " + i);
      octets += kept == null ? 0 : kept.weight();
    }
    assertThat(octets).isPositive().isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void each_answer_has_its_own_time() {
    cache.put("short", answer(1, 10));
    cache.put("long", answer(1, 100));
    cache.put("for ever", answer(1, 0));

    now.addAndGet(11_000);
    assertThat(cache.get("short")).isNull();
    assertThat(cache.get("long")).isNotNull();
    now.addAndGet(100_000_000);
    assertThat(cache.get("long")).isNull();
    assertThat(cache.get("for ever")).isNotNull();
  }

  @Test
  void an_answer_that_is_put_again_has_its_time_anew() {
    cache.put("key", answer(1, 10));
    now.addAndGet(9_000);
    cache.put("key", answer(1, 10));
    now.addAndGet(9_000);

    assertThat(cache.get("key")).isNotNull();
  }

  @Test
  void what_is_being_collected_is_bounded_too() {
    assertThat(cache.reserve(LIMIT / 4)).isTrue();
    assertThat(cache.reserve(1)).isFalse();
    cache.release(1);
    assertThat(cache.reserve(1)).isTrue();
    assertThat(cache.reserved()).isEqualTo(LIMIT / 4);
    assertThat(cache.longestBody()).isEqualTo(LIMIT / 8);
  }

  private StoredAnswer answer(int length, long keptFor) {
    Reply.Exit reply = new Reply.Exit(200, List.of(), new byte[length], true);
    return new StoredAnswer(reply, now.get() / 1000, 60, keptFor, List.of());
  }
}
