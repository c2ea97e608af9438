package io.portcullis.plugins.composition;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When an answer must be there. Immutable.
 *
 * @param nanos a clock that only goes forward
 * @param start reading of that clock when the request came
 * @param allowed nanoseconds after the start
 * @param timeout nanoseconds that the whole request may take
 */
record Deadline(LongSupplier nanos, long start, long allowed, long timeout) {
  static final String EXCEEDED = "context deadline exceeded";

  private static final int PERCENT = 100;

  static Deadline in(Duration timeout, LongSupplier nanos) {
    return new Deadline(nanos, nanos.getAsLong(), timeout.toNanos(), timeout.toNanos());
  }

  /** The deadline of a part of the work: a share of the timeout from now on, at most this one. */
  Deadline percent(int share) {
    long from = nanos.getAsLong() - start;
    return new Deadline(nanos, start, Math.min(allowed, from + timeout / PERCENT * share), timeout);
  }

  /** Zero or less when it has passed. */
  Duration remaining() {
    return Duration.ofNanos(start + allowed - nanos.getAsLong());
  }
}
