package io.portcullis.proxy.balancing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so; tasks run on the test's thread. */
final class ManualTimers implements Timers {
  private final List<Task> tasks = new ArrayList<>();
  private long now;

  private static final class Task implements Running {
    final Runnable work;
    final long interval;
    long due;
    boolean cancelled;

    Task(Runnable work, long due, long interval) {
      this.work = work;
      this.due = due;
      this.interval = interval;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public Running after(Duration delay, Runnable task) {
    Task made = new Task(task, now + delay.toNanos(), 0);
    tasks.add(made);
    return made;
  }

  @Override
  public Running every(Duration interval, Runnable task) {
    Task made = new Task(task, now, interval.toNanos());
    tasks.add(made);
    return made;
  }

  /** Tasks that would still run. */
  int pending() {
    tasks.removeIf(task -> task.cancelled);
    return tasks.size();
  }

  long nanoTime() {
    return now;
  }

  /** Lets time pass. */
  void pass(Duration time) {
    long end = now + time.toNanos();
    while (true) {
      tasks.removeIf(task -> task.cancelled);
      Task next =
          tasks.stream()
              .filter(task -> task.due <= end)
              .min(Comparator.comparingLong(task -> task.due))
              .orElse(null);
      if (next == null) {
        now = end;
        return;
      }
      now = Math.max(now, next.due);
      if (next.interval == 0) {
        next.cancelled = true;
      } else {
        next.due += next.interval;
      }
      next.work.run();
    }
  }
}
