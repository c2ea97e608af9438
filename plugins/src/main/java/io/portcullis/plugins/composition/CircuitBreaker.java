package io.portcullis.plugins.composition;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls from a backend that fails again and again: after {@code max_errors} failures in a row
 * the next one opens it, nothing passes for {@code timeout}, then one call at a time probes.
 * Thread-safe without locks.
 */
final class CircuitBreaker {
  private static final System.Logger LOG = System.getLogger(CircuitBreaker.class.getName());
  private static final int DEFAULT_TIMEOUT = 60;

  private enum Kind {
    CLOSED("closed"),
    OPEN("open"),
    HALF_OPEN("half-open");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /**
   * @param generation changes with the kind, so that late outcomes are known
   * @param failures in a row
   * @param until when the failures are forgotten, or the breaker opens a little
   * @param probing whether a probe is under way
   */
  private record State(Kind kind, long generation, int failures, long until, boolean probing) {}

  /** A call that may be made. */
  record Permit(long generation) {}

  private final CircuitBreakerConfig config;
  private final LongSupplier nanos;
  private final long interval;
  private final long timeout;
  private final AtomicReference<State> state;

  CircuitBreaker(CircuitBreakerConfig config, LongSupplier nanos) {
    this.config = config;
    this.nanos = nanos;
    this.interval = TimeUnit.SECONDS.toNanos(config.interval());
    this.timeout =
        TimeUnit.SECONDS.toNanos(config.timeout() == 0 ? DEFAULT_TIMEOUT : config.timeout());
    this.state = new AtomicReference<>(closed(0));
  }

  /** A permit, or null when the call may not be made. */
  @Nullable Permit admit() {
    while (true) {
      State now = state.get();
      switch (now.kind()) {
        case CLOSED -> {
          return new Permit(now.generation());
        }
        case OPEN -> {
          if (nanos.getAsLong() - now.until() < 0) {
            return null;
          }
          State probing = new State(Kind.HALF_OPEN, now.generation() + 1, 0, 0, true);
          if (changed(now, probing)) {
            return new Permit(probing.generation());
          }
        }
        case HALF_OPEN -> {
          if (now.probing()) {
            return null;
          }
          State probing = new State(Kind.HALF_OPEN, now.generation(), 0, 0, true);
          if (changed(now, probing)) {
            return new Permit(probing.generation());
          }
        }
      }
    }
  }

  /** Why {@link #admit} answers null. */
  String refusal() {
    return state.get().kind() == Kind.HALF_OPEN ? "too many requests" : "circuit breaker is open";
  }

  void succeeded(Permit permit) {
    while (true) {
      State now = state.get();
      if (now.generation() != permit.generation()
          || now.kind() == Kind.CLOSED && now.failures() == 0) {
        return;
      }
      State next =
          now.kind() == Kind.CLOSED
              ? new State(Kind.CLOSED, now.generation(), 0, now.until(), false)
              : closed(now.generation() + 1);
      if (changed(now, next)) {
        return;
      }
    }
  }

  void failed(Permit permit) {
    while (true) {
      State now = state.get();
      if (now.generation() != permit.generation()) {
        return;
      }
      long time = nanos.getAsLong();
      boolean forgotten = now.kind() == Kind.CLOSED && interval > 0 && time - now.until() >= 0;
      int failures = forgotten ? 1 : now.failures() + 1;
      State next;
      if (now.kind() == Kind.HALF_OPEN || failures > config.maxErrors()) {
        next = new State(Kind.OPEN, now.generation() + 1, 0, time + timeout, false);
      } else {
        long until = forgotten ? time + interval : now.until();
        next = new State(Kind.CLOSED, now.generation(), failures, until, false);
      }
      if (changed(now, next)) {
        return;
      }
    }
  }

  /** The call was given up for reasons that are not the backend's. */
  void abandoned(Permit permit) {
    while (true) {
      State now = state.get();
      if (now.generation() != permit.generation() || !now.probing()) {
        return;
      }
      if (changed(now, new State(Kind.HALF_OPEN, now.generation(), 0, 0, false))) {
        return;
      }
    }
  }

  private State closed(long generation) {
    return new State(Kind.CLOSED, generation, 0, nanos.getAsLong() + interval, false);
  }

  private boolean changed(State from, State to) {
    boolean changed = state.compareAndSet(from, to);
    if (changed && from.kind() != to.kind() && config.logStatusChange()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "[CB] Circuit breaker named '"
              + config.name()
              + "' went from '"
              + from.kind().word
              + "' to '"
              + to.kind().word
              + "'");
    }
    return changed;
  }
}
