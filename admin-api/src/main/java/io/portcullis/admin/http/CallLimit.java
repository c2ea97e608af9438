package io.portcullis.admin.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A token bucket per client address. Thread-safe; never blocks. */
final class CallLimit {
  /** So many addresses are remembered; then those that have been quiet are forgotten. */
  private static final int MOST_CLIENTS = 10_000;

  private final int perSecond;
  private final int burst;
  private final ConcurrentMap<String, Bucket> buckets = new ConcurrentHashMap<>();

  /**
   * @param perSecond 0 for any number
   */
  CallLimit(int perSecond) {
    this.perSecond = perSecond;
    this.burst = perSecond > Integer.MAX_VALUE / 2 ? perSecond : 2 * perSecond;
  }

  /** Counts a call; answers the time to wait, zero when it may pass. */
  Duration take(String client) {
    if (perSecond == 0) {
      return Duration.ZERO;
    }
    if (buckets.size() >= MOST_CLIENTS) {
      forgetQuietOnes();
    }
    ConsumptionProbe probe =
        buckets.computeIfAbsent(client, ignored -> bucket()).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
  }

  /** Whoever has all tokens is not limited by being forgotten; a flood of others is all dropped. */
  private void forgetQuietOnes() {
    buckets.values().removeIf(bucket -> bucket.getAvailableTokens() >= burst);
    if (buckets.size() >= MOST_CLIENTS) {
      buckets.clear();
    }
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }
}
