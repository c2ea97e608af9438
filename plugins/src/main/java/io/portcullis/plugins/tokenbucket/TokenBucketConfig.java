package io.portcullis.plugins.tokenbucket;

import io.portcullis.plugins.endpoint.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code token-bucket}: a rate limit of KrakenD in its own words.
 *
 * @param maxRate requests of all clients per {@code every}; 0 for any number
 * @param capacity requests of all clients that may come at once; 0 for the whole ones of a second
 * @param clientMaxRate likewise for each client
 * @param clientCapacity likewise for each client
 * @param strategy what tells clients apart: {@code ip}, {@code header} or {@code param}
 * @param key the header or parameter; with {@code ip} a header that holds the address
 * @param every what rates count in, as Go writes durations; a second at least
 * @param endpoint path with {@code {placeholders}}; null takes parameters from the route's regex
 */
public record TokenBucketConfig(
    double maxRate,
    int capacity,
    double clientMaxRate,
    int clientCapacity,
    String strategy,
    @Nullable String key,
    String every,
    @Nullable String endpoint) {

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** What rates count in. */
  Duration period() {
    Duration parsed = GoDuration.parse(every);
    return parsed == null || parsed.compareTo(SHORTEST) < 0 ? SHORTEST : parsed;
  }

  /** Tokens that the bucket of all clients holds. */
  int allTokens() {
    return capacity > 0 ? capacity : wholePerSecond(maxRate);
  }

  /**
   * Tokens that a client's bucket holds. One, and not what its rate gives, when the rate of all
   * clients is less than one a second: KrakenD's rule, odd as it is.
   */
  int clientTokens() {
    if (clientCapacity > 0) {
      return clientCapacity;
    }
    return perSecond(maxRate) < 1 ? 1 : wholePerSecond(clientMaxRate);
  }

  private int wholePerSecond(double rate) {
    return Math.max(1, (int) perSecond(rate));
  }

  private double perSecond(double rate) {
    return rate * SHORTEST.toNanos() / period().toNanos();
  }
}
