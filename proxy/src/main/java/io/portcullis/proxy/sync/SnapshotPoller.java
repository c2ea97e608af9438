package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.proxy.routing.RoutingTable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the live table up to date with its source, on one virtual thread. While the source fails
 * the last good table serves.
 */
public final class SnapshotPoller implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SnapshotPoller.class.getName());
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final SnapshotSource source;
  private final ConfigurationModel model;
  private final LiveRoutingTable live;
  private final Duration interval;
  private final @Nullable LastGoodSnapshot lastGood;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wakened = lock.newCondition();
  private final Condition polled = lock.newCondition();

  // Guarded by the lock.
  private boolean wanted;
  private boolean closed;
  private boolean loaded;
  private boolean fromLastGood;
  private long served;
  private @Nullable String failure;

  /** The poller thread's own: whether the model may be half changed. */
  private boolean distrusted;

  /** The poller thread's own: whether something is live that was not kept yet. */
  private boolean unkept;

  /**
   * @param interval between two looks at the source, 50 ms to 60 s
   */
  public SnapshotPoller(
      SnapshotSource source, ConfigurationModel model, LiveRoutingTable live, Duration interval) {
    this(source, model, live, interval, null);
  }

  /**
   * @param interval between two looks at the source, 50 ms to 60 s
   * @param lastGood where what goes live is kept; null for nowhere
   */
  public SnapshotPoller(
      SnapshotSource source,
      ConfigurationModel model,
      LiveRoutingTable live,
      Duration interval,
      @Nullable LastGoodSnapshot lastGood) {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "interval " + interval + " is not between " + SHORTEST + " and " + LONGEST);
    }
    this.source = source;
    this.model = model;
    this.live = live;
    this.interval = interval;
    this.lastGood = lastGood;
    this.thread = Thread.ofVirtual().name("snapshot-poller").unstarted(this::run);
  }

  /** Begins to poll, at once. */
  public void start() {
    thread.start();
  }

  /**
   * Serves what was kept until the source answers; to be called before {@link #start}.
   *
   * @param reason why the source does not answer
   */
  public void serve(Snapshot kept, String reason) {
    live.replace(model.load(kept));
    // The source may have a past of its own: what it answers replaces everything.
    distrusted = true;
    lock.lock();
    try {
      loaded = true;
      fromLastGood = true;
      served = kept.version();
      failure = reason;
    } finally {
      lock.unlock();
    }
  }

  /** Looks at the source now, unless {@code version} is served already. Never blocks. */
  public void written(long version) {
    lock.lock();
    try {
      if (!loaded || served < version) {
        wanted = true;
        wakened.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Looks at the source now and not at the end of the interval. Never blocks. */
  public void wake() {
    lock.lock();
    try {
      wanted = true;
      wakened.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a version is live, and makes the poller hurry. Writers that wait at the same time
   * share one poll.
   *
   * @return false when the time is over or the poller is closed
   */
  public boolean awaitVersion(long version, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      if (!loaded || served < version) {
        wanted = true;
        wakened.signal();
      }
      while (!loaded || served < version) {
        if (left <= 0 || closed) {
          return false;
        }
        left = polled.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until any configuration is live; false as {@link #awaitVersion}. */
  public boolean awaitLoaded(Duration timeout) throws InterruptedException {
    return awaitVersion(Long.MIN_VALUE, timeout);
  }

  public ProxyStatus status() {
    lock.lock();
    try {
      return new ProxyStatus(
          loaded, served, fromLastGood, failure == null, failure, model.quarantined());
    } finally {
      lock.unlock();
    }
  }

  /** Stops polling. The live table stays and the model is left to its owner. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wakened.signal();
      polled.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(FAREWELL)) {
        thread.interrupt();
        thread.join(FAREWELL);
      }
    } catch (IllegalThreadStateException neverStarted) {
      LOG.log(Level.DEBUG, "closed before it was started", neverStarted);
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    do {
      poll();
      keep();
      model.closeUnused();
    } while (pause());
    if (unkept && lastGood != null) {
      lastGood.keepNow(model.snapshot());
    }
  }

  /** What a burst of changes leads to is kept once; the rest of it after a pause. */
  private void keep() {
    if (lastGood != null && lastGood.ready() && (unkept || lastGood.failed())) {
      unkept = false;
      lastGood.keep(model.snapshot());
    }
  }

  /** Waits for the end of the interval or a wake; false when closed. */
  private boolean pause() {
    lock.lock();
    try {
      long left =
          unkept && lastGood != null
              ? Math.min(interval.toNanos(), lastGood.pause().toNanos())
              : interval.toNanos();
      while (!wanted && !closed && left > 0) {
        left = wakened.awaitNanos(left);
      }
      wanted = false;
      return !closed;
    } catch (InterruptedException interrupted) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void poll() {
    try {
      long newest = source.version();
      boolean current = isLoaded() && newest == model.table().version();
      if (!current || distrusted) {
        RoutingTable table = read(newest);
        live.replace(table);
        unkept = true;
      }
      succeeded();
    } catch (IOException | RuntimeException | LinkageError problem) {
      failed(problem);
    }
  }

  private RoutingTable read(long newest) throws IOException {
    long start = System.nanoTime();
    RoutingTable table = changed(newest);
    LOG.log(
        Level.DEBUG,
        () ->
            "version "
                + table.version()
                + " is ready after "
                + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start)
                + " us");
    return table;
  }

  private RoutingTable changed(long newest) throws IOException {
    long version = model.table().version();
    if (isLoaded() && !distrusted && newest > version) {
      switch (source.changesSince(version)) {
        case SnapshotSource.Changes.Incremental changes -> {
          return trusted(() -> model.apply(changes.version(), changes.changes()));
        }
        case SnapshotSource.Changes.TooFarBehind _ ->
            LOG.log(Level.INFO, "the change log is shorter than our absence: loading everything");
      }
    }
    var snapshot = source.load();
    return trusted(() -> model.load(snapshot));
  }

  /** If applying breaks off, everything is loaded again the next time. */
  private RoutingTable trusted(java.util.function.Supplier<RoutingTable> application) {
    distrusted = true;
    RoutingTable table = application.get();
    distrusted = false;
    return table;
  }

  private boolean isLoaded() {
    lock.lock();
    try {
      return loaded;
    } finally {
      lock.unlock();
    }
  }

  private void succeeded() {
    lock.lock();
    try {
      if (failure != null) {
        LOG.log(Level.INFO, "the configuration source answers again");
      }
      failure = null;
      loaded = true;
      fromLastGood = false;
      served = live.current().version();
      polled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void failed(Throwable problem) {
    String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (failure == null) {
        String effect = loaded ? "version " + served + " keeps serving" : "nothing is served yet";
        // A source that is away says so in a line; where anything else fails is of interest.
        LOG.log(
            Level.ERROR,
            "cannot read the configuration, " + effect + ": " + reason,
            problem instanceof IOException ? null : problem);
      }
      failure = reason;
    } finally {
      lock.unlock();
    }
  }
}
