package io.portcullis.plugins.proxycache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers by key, bounded by the octets they take. Thread-safe, and no call waits for another: what
 * has to go is found by the library's policy, off the I/O threads.
 */
final class AnswerCache {
  private final Cache<String, StoredAnswer> answers;
  private final long limit;

  /** Octets of answers that are still being collected. */
  private final AtomicLong collecting = new AtomicLong();

  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  /**
   * An empty cache.
   *
   * @param limit octets that all answers together may take
   * @param executor runs the removal of answers
   */
  AnswerCache(long limit, InstantSource clock, Executor executor) {
    this.limit = limit;
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(limit)
            .weigher((String key, StoredAnswer answer) -> answer.weight())
            .expireAfter(
                Expiry.writing((String key, StoredAnswer answer) -> answer.timeInStorage()))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(executor)
            .build();
  }

  @Nullable StoredAnswer get(String key) {
    return answers.getIfPresent(key);
  }

  void put(String key, StoredAnswer answer) {
    answers.put(key, answer);
  }

  /** Forgets one answer; says whether there was one. */
  boolean remove(String key) {
    return answers.asMap().remove(key) != null;
  }

  void clear() {
    answers.invalidateAll();
  }

  /** Octets of the longest answer that is kept. */
  int longestBody() {
    return (int) Math.min(Integer.MAX_VALUE / 2, limit / 8);
  }

  /**
   * Begins to collect an answer; one request per key does so at a time. To be paired with {@link
   * #end}.
   */
  boolean begin(String key) {
    return underWay.add(key);
  }

  void end(String key) {
    underWay.remove(key);
  }

  /** Takes octets for answers that are being collected, if a quarter of the limit allows it. */
  boolean reserve(int octets) {
    if (collecting.addAndGet(octets) > limit / 4) {
      collecting.addAndGet(-octets);
      return false;
    }
    return true;
  }

  void release(int octets) {
    collecting.addAndGet(-octets);
  }

  /** What {@link #reserve} gave and was not released. */
  long reserved() {
    return collecting.get();
  }

  /** Removes what is too old or too much at once; for tests. */
  void cleanUp() {
    answers.cleanUp();
  }
}
