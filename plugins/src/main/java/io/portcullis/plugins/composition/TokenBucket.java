package io.portcullis.plugins.composition;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets calls through as long as there are tokens: {@code capacity} at the start, one more each
 * {@code every / max_rate}. Thread-safe without locks.
 */
final class TokenBucket {
  private final LongSupplier nanos;
  private final long perToken;
  private final long burst;

  /** When the bucket is full again; what lies ahead is what was taken. */
  private final AtomicLong fullAt;

  TokenBucket(RateLimitConfig config, LongSupplier nanos) {
    this.nanos = nanos;
    Duration every = GoDuration.parse(config.every());
    double period = every == null || every.isZero() ? 1e9 : every.toNanos();
    this.perToken = Math.max(1, Math.round(period / config.maxRate()));
    int capacity = config.capacity() > 0 ? config.capacity() : Math.max(1, (int) config.maxRate());
    this.burst = perToken * (capacity - 1L);
    this.fullAt = new AtomicLong(nanos.getAsLong());
  }

  boolean take() {
    while (true) {
      long now = nanos.getAsLong();
      long full = fullAt.get();
      long from = full - now < 0 ? now : full;
      if (from - now > burst) {
        return false;
      }
      if (fullAt.compareAndSet(full, from + perToken)) {
        return true;
      }
    }
  }
}
