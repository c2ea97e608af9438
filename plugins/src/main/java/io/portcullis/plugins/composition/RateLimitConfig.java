package io.portcullis.plugins.composition;

import io.portcullis.plugins.endpoint.GoDuration;
import io.portcullis.plugins.endpoint.TokenBucket;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often a backend is called at most.
 *
 * @param maxRate calls per {@code every}
 * @param capacity calls that may come at once; 0 for as many as {@code maxRate}, 1 at least
 * @param every as Go writes durations
 */
public record RateLimitConfig(double maxRate, int capacity, String every) {

  /** A bucket of its own; {@code nanos} is monotonic. */
  TokenBucket bucket(LongSupplier nanos) {
    Duration parsed = GoDuration.parse(every);
    Duration period = parsed == null || parsed.isZero() ? Duration.ofSeconds(1) : parsed;
    int tokens = capacity > 0 ? capacity : Math.max(1, (int) maxRate);
    return new TokenBucket(maxRate, period, tokens, nanos);
  }
}
