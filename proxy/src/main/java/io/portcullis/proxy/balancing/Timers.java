package io.portcullis.proxy.balancing;

import java.time.Duration;

/** Runs short tasks at their time. Thread-safe. */
public interface Timers {
  /** Runs a task once. */
  Running after(Duration delay, Runnable task);

  /** Runs a task at once and then again and again. */
  Running every(Duration interval, Runnable task);

  /** A task that has not come to its end. */
  @FunctionalInterface
  interface Running {
    /** It does not start (again); a run that has begun goes on. */
    void cancel();
  }
}
