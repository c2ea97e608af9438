package io.portcullis.plugins.ratelimiting;

import io.portcullis.core.plugin.CounterStore;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests in calendar windows and never lets more through than a limit says, however many
 * threads ask. A request that is refused is not counted. Takes no lock.
 */
final class WindowLimiter {
  private final CounterStore counters;
  private final Limit[] limits;
  private final @Nullable UUID routeId;
  private final @Nullable UUID serviceId;

  /**
   * A limiter whose counters belong to a scope: configurations of the same scope share them.
   *
   * @param routeId the route that the plugin is configured on, not the one that matched
   */
  WindowLimiter(
      CounterStore counters, Limit[] limits, @Nullable UUID routeId, @Nullable UUID serviceId) {
    this.counters = counters;
    this.limits = limits;
    this.routeId = routeId;
    this.serviceId = serviceId;
  }

  /**
   * Counts one request if all limits allow it.
   *
   * @param now milliseconds since 1970
   */
  Usage count(Object identifier, long now) {
    int periods = limits.length;
    double[] remaining = new double[periods];
    AtomicLong[] taken = new AtomicLong[periods];
    int refusing = -1;
    for (int i = 0; i < periods; i++) {
      Period period = limits[i].period();
      AtomicLong counter =
          counters.counter(
              new CounterKey(routeId, serviceId, period, identifier),
              period.windowStart(now),
              period.lifetimeMillis());
      if (refusing >= 0) {
        remaining[i] = limits[i].requests() - counter.get();
      } else {
        long before = take(counter, limits[i].requests());
        if (before < 0) {
          refusing = i;
          remaining[i] = 0;
          giveBack(taken, i);
        } else {
          taken[i] = counter;
          remaining[i] = limits[i].requests() - before;
        }
      }
    }
    return usage(remaining, refusing, now);
  }

  /**
   * Adds one unless the limit is reached.
   *
   * @return the count before, or -1 when the limit is reached
   */
  private static long take(AtomicLong counter, double limit) {
    long before = counter.get();
    while (before < limit) {
      if (counter.compareAndSet(before, before + 1)) {
        return before;
      }
      before = counter.get();
    }
    return -1;
  }

  private static void giveBack(AtomicLong[] taken, int count) {
    for (int i = 0; i < count; i++) {
      taken[i].decrementAndGet();
    }
  }

  private Usage usage(double[] remaining, int refusing, long now) {
    int tightest = 0;
    for (int i = 0; i < remaining.length; i++) {
      if (refusing < 0) {
        remaining[i] -= 1;
      }
      remaining[i] = Math.max(0, remaining[i]);
      if (remaining[i] <= remaining[tightest]) {
        tightest = i; // of two that are equal the longer period
      }
    }
    Period period = limits[tightest].period();
    long elapsed = Math.floorDiv(now - period.windowStart(now), 1_000L);
    long reset = Math.max(1, period.seconds() - elapsed);
    return new Usage(limits, remaining, tightest, reset, refusing < 0);
  }

  private record CounterKey(
      @Nullable UUID routeId, @Nullable UUID serviceId, Period period, Object identifier) {
    @Override
    public int hashCode() {
      int hash = identifier.hashCode() * 31 + Long.hashCode(period.seconds());
      hash = hash * 31 + Objects.hashCode(routeId);
      return hash * 31 + Objects.hashCode(serviceId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof CounterKey key
          && period == key.period
          && identifier.equals(key.identifier)
          && Objects.equals(routeId, key.routeId)
          && Objects.equals(serviceId, key.serviceId);
    }
  }
}
