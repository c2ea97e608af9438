package io.portcullis.core.counter;

import io.portcullis.core.plugin.CounterStore;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counters kept in memory, one window per key. Looking one up takes no lock; a sweep drops what has
 * run out.
 *
 * <p>Memory is bounded: over {@code maximum} keys, a sweep at once drops expired windows and, if
 * that is not enough, others in no particular order. A client that can invent keys can thereby make
 * the store forget, but not make it grow.
 */
public final class LocalCounters implements CounterStore, AutoCloseable {
  private static final long SWEEP_SECONDS = 10;

  private final ConcurrentHashMap<Object, Window> windows = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicBoolean sweepAsked = new AtomicBoolean();
  private final InstantSource clock;
  private final Executor executor;
  private final int maximum;
  private final ScheduledFuture<?> sweeps;

  /**
   * Starts sweeping.
   *
   * @param maximum keys that are kept
   */
  public LocalCounters(InstantSource clock, ScheduledExecutorService scheduler, int maximum) {
    this.clock = clock;
    this.executor = scheduler;
    this.maximum = maximum;
    this.sweeps =
        scheduler.scheduleWithFixedDelay(
            this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public AtomicLong counter(Object key, long windowStart, long lifetime) {
    while (true) {
      Window window = windows.get(key);
      if (window == null) {
        Window first = new Window(windowStart, lifetime, null);
        if (windows.putIfAbsent(key, first) == null) {
          if (size.incrementAndGet() > maximum && sweepAsked.compareAndSet(false, true)) {
            executor.execute(this::sweep);
          }
          return first;
        }
      } else if (window.start == windowStart) {
        return window;
      } else if (window.start > windowStart) {
        // A request that read the clock just before the window turned. Without its old counter it
        // would be admitted by the new window as well as by none.
        Window previous = window.previous;
        return previous != null && previous.start == windowStart ? previous : window;
      } else {
        Window next = new Window(windowStart, lifetime, window);
        if (windows.replace(key, window, next)) {
          window.previous = null;
          return next;
        }
      }
    }
  }

  /** How many keys are kept. */
  public int size() {
    return size.get();
  }

  /** Drops what has run out, and more if the store is too full. */
  public void sweep() {
    sweepAsked.set(false);
    long now = clock.millis();
    windows.forEach(
        (key, window) -> {
          if (window.end <= now && windows.remove(key, window)) {
            size.decrementAndGet();
          }
        });
    Iterator<Object> keys = windows.keySet().iterator();
    while (size.get() > maximum && keys.hasNext()) {
      if (windows.remove(keys.next()) != null) {
        size.decrementAndGet();
      }
    }
  }

  @Override
  public void close() {
    sweeps.cancel(false);
  }

  /** Identity is what {@link ConcurrentHashMap#replace} compares, so no equals here. */
  @SuppressWarnings("serial")
  private static final class Window extends AtomicLong {
    private final long start;
    private final long end;
    private transient volatile @Nullable Window previous;

    Window(long start, long lifetime, @Nullable Window previous) {
      this.start = start;
      this.end = start + lifetime;
      this.previous = previous;
    }
  }
}
