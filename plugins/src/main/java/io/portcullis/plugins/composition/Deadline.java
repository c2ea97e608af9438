package io.portcullis.plugins.composition;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When an answer must be there. Immutable.
 *
 * @param nanos a clock that only goes forward
 * @param start reading of that clock when the request came
 * @param allowed nanoseconds after the start
 */
record Deadline(LongSupplier nanos, long start, long allowed) {
  static final String EXCEEDED = "context deadline exceeded";

  private static final int PERCENT = 100;

  static Deadline in(Duration timeout, LongSupplier nanos) {
    return new Deadline(nanos, nanos.getAsLong(), timeout.toNanos());
  }

  /** The deadline for a share of the work that is over earlier. */
  Deadline percent(int share) {
    return new Deadline(nanos, start, allowed / PERCENT * share);
  }

  /** Zero or less when it has passed. */
  Duration remaining() {
    return Duration.ofNanos(start + allowed - nanos.getAsLong());
  }
}
