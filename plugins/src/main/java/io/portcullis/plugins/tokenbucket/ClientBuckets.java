package io.portcullis.plugins.tokenbucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.portcullis.plugins.endpoint.TokenBucket;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * A bucket for each client. Those who are quiet for long are forgotten, and in a crowd those who
 * come rarely. Thread-safe; requests of known clients share no lock.
 */
final class ClientBuckets {
  /** What all of them may take in octets, roughly: 64 MiB. */
  private static final long MEMORY = 64L << 20;

  private static final int OVERHEAD = 320;
  private static final Duration QUIET = Duration.ofMinutes(10);

  private final Cache<String, TokenBucket> buckets;
  private final double rate;
  private final Duration period;
  private final int capacity;
  private final LongSupplier nanos;

  ClientBuckets(TokenBucketConfig config, LongSupplier nanos, Executor executor) {
    this.rate = config.clientMaxRate();
    this.period = config.period();
    this.capacity = config.clientTokens();
    this.nanos = nanos;
    Duration slow = period.plus(period.dividedBy(4));
    this.buckets =
        Caffeine.newBuilder()
            .maximumWeight(MEMORY)
            .weigher((String client, TokenBucket _) -> OVERHEAD + client.length())
            .expireAfterAccess(slow.compareTo(QUIET) > 0 ? slow : QUIET)
            .ticker(ticker(nanos))
            .executor(executor)
            .build();
  }

  /** Takes a token of one client; false when there is none. */
  boolean take(String client) {
    TokenBucket bucket = buckets.getIfPresent(client);
    if (bucket == null) {
      bucket = buckets.get(client, _ -> new TokenBucket(rate, period, capacity, nanos));
    }
    return bucket.take();
  }

  long size() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private static Ticker ticker(LongSupplier nanos) {
    return nanos::getAsLong;
  }
}
