package io.portcullis.proxy.balancing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whether an address is healthy, and what speaks against its present state: failures in a row of a
 * healthy one, successes in a row of an unhealthy one. Starts healthy. Thread-safe without a lock;
 * all of it is one word.
 */
final class HealthState {
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(HealthState.class, "word", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final long UNHEALTHY = 1L << 63;
  private static final int COUNTER_BITS = 12;
  private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;

  /** Kinds of failure, each with a counter and a limit of its own. */
  enum Fault {
    HTTP(0, "an unhealthy status"),
    TCP(1, "no connection, or a broken one"),
    TIMEOUT(2, "no answer in time");

    private final int shift;
    private final String words;

    Fault(int counter, String words) {
      this.shift = counter * COUNTER_BITS;
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** 0 is healthy with nothing against it, the usual case. */
  @SuppressWarnings("UnusedVariable") // written through WORD
  private volatile long word;

  boolean isHealthy() {
    return word >= 0;
  }

  /**
   * Counts a success; it ends the row of failures.
   *
   * @param limit successes in a row that make an unhealthy address healthy; 0 for none
   * @return whether this one did
   */
  boolean succeeded(int limit) {
    while (true) {
      long before = word;
      if (before == 0) {
        return false;
      }
      if (before > 0) {
        if (WORD.compareAndSet(this, before, 0L)) {
          return false;
        }
        continue;
      }
      if (limit == 0) {
        return false;
      }
      long successes = (before & COUNTER_MASK) + 1;
      boolean healthy = successes >= limit;
      if (WORD.compareAndSet(this, before, healthy ? 0L : UNHEALTHY | successes)) {
        return healthy;
      }
    }
  }

  /**
   * Counts a failure; it ends the row of successes.
   *
   * @param limit failures of this kind in a row that make a healthy address unhealthy; 0 for none
   * @return whether this one did
   */
  boolean failed(Fault kind, int limit) {
    while (true) {
      long before = word;
      if (before < 0) {
        if (before == UNHEALTHY || WORD.compareAndSet(this, before, UNHEALTHY)) {
          return false;
        }
        continue;
      }
      if (limit == 0) {
        return false;
      }
      int shift = kind.shift;
      long failures = (before >>> shift & COUNTER_MASK) + 1;
      boolean unhealthy = failures >= limit;
      if (WORD.compareAndSet(this, before, unhealthy ? UNHEALTHY : before + (1L << shift))) {
        return unhealthy;
      }
    }
  }

  /**
   * Sets the state and forgets what was counted.
   *
   * @return whether the state is another one now
   */
  boolean set(boolean healthy) {
    long before = (long) WORD.getAndSet(this, healthy ? 0L : UNHEALTHY);
    return before >= 0 != healthy;
  }
}
