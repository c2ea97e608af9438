package io.portcullis.plugins.endpoint;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets so many through at once, and one more each time a token comes. Thread-safe, no locks. */
public final class TokenBucket {
  /** Three years: what is slower never comes again. */
  private static final long SLOWEST = 100_000_000_000_000_000L;

  private final Bucket bucket;

  /**
   * A full bucket.
   *
   * @param perPeriod tokens per {@code period}, more than 0
   * @param capacity tokens that it holds, 1 or more
   * @param nanos monotonic time, as {@link System#nanoTime}
   */
  public TokenBucket(double perPeriod, Duration period, long capacity, LongSupplier nanos) {
    long perToken = Math.clamp(Math.round(period.toNanos() / perPeriod), 1, SLOWEST);
    this.bucket =
        Bucket.builder()
            .withCustomTimePrecision(new Elapsed(nanos, nanos.getAsLong()))
            .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, Duration.ofNanos(perToken)))
            .build();
  }

  /** Takes a token; false when there is none. */
  public boolean take() {
    return bucket.tryConsume(1);
  }

  /** Counts from the bucket's beginning, so that the source may overflow. */
  private record Elapsed(LongSupplier nanos, long start) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanos.getAsLong() - start;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
