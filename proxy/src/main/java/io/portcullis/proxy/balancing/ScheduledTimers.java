package io.portcullis.proxy.balancing;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Timers of the JDK; the tasks share its threads. */
public final class ScheduledTimers implements Timers {
  private static final System.Logger LOG = System.getLogger(ScheduledTimers.class.getName());
  private final ScheduledExecutorService executor;

  public ScheduledTimers(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  @Override
  public Running after(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException stopping) {
      return () -> {};
    }
  }

  @Override
  public Running every(Duration interval, Runnable task) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException failure) {
            // It would end the repetition.
            LOG.log(Level.ERROR, "a timed task failed", failure);
          }
        };
    try {
      Future<?> future =
          executor.scheduleAtFixedRate(guarded, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException stopping) {
      return () -> {};
    }
  }
}
