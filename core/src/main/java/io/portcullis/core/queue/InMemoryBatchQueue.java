package io.portcullis.core.queue;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One queue. At most one thread at a time drains it ({@link State}); adding is lock-free.
 *
 * <p>Entries of the batch being sent no longer count against {@code maxEntries} and {@code
 * maxBytes}, so that dropping the oldest never takes an entry out of a batch on the wire.
 */
final class InMemoryBatchQueue implements BatchQueue {
  private static final System.Logger LOG = System.getLogger(InMemoryBatchQueue.class.getName());
  private static final double NANOS = 1_000_000_000.0;
  private static final int NEARLY_FULL_PERCENT = 80;

  private enum State {
    /** Nothing waits, or somebody just added and will start collecting. */
    IDLE,
    /** Waits for the batch to fill, up to the coalescing delay. */
    COLLECTING,
    /** A batch is on its way, or waits for its next try. */
    SENDING
  }

  private final String name;
  private final QueueSettings settings;
  private final BatchQueues.Sender sender;
  private final ScheduledExecutorService scheduler;
  private final Executor executor;
  private final InstantSource clock;

  private final ConcurrentLinkedQueue<byte[]> entries = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger onTheWay = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final AtomicLong round = new AtomicLong();
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicBoolean nearlyFull = new AtomicBoolean();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private volatile boolean finishing;
  private volatile @Nullable Runnable wakeUp;

  /** Guarded by the map bin of {@link InMemoryBatchQueues}. */
  int users;

  InMemoryBatchQueue(
      String name,
      QueueSettings settings,
      BatchQueues.Sender sender,
      ScheduledExecutorService scheduler,
      Executor executor,
      InstantSource clock) {
    this.name = name;
    this.settings = settings;
    this.sender = sender;
    this.scheduler = scheduler;
    this.executor = executor;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  int waiting() {
    return count.get() + onTheWay.get();
  }

  @Override
  public void add(byte[] entry) {
    Integer maxBytes = settings.maxBytes();
    if (maxBytes != null && entry.length > maxBytes) {
      warn("string to be queued is longer (" + entry.length + " bytes) than the queue's max_bytes");
      return;
    }
    if (settings.concurrencyLimit() < 0) {
      onTheWay.incrementAndGet();
      execute(() -> send(new Batch(List.of(entry), false)));
      return;
    }
    entries.add(entry);
    bytes.addAndGet(entry.length);
    int size = count.incrementAndGet();
    if (size > settings.maxEntries() || (maxBytes != null && bytes.get() > maxBytes)) {
      dropOldest();
    } else if (size * 100L >= settings.maxEntries() * (long) NEARLY_FULL_PERCENT) {
      if (size > 1 && nearlyFull.compareAndSet(false, true)) {
        warn("queue at " + NEARLY_FULL_PERCENT + "% capacity");
      }
    }
    proceed();
  }

  /** Sends what is left without waiting for batches to fill; the stage completes when empty. */
  CompletableFuture<Void> finish() {
    finishing = true;
    Runnable sleeping = wakeUp;
    if (sleeping != null) {
      sleeping.run();
    }
    proceed();
    completeWhenEmpty();
    return finished;
  }

  private void dropOldest() {
    Integer maxBytes = settings.maxBytes();
    while (count.get() > settings.maxEntries() || (maxBytes != null && bytes.get() > maxBytes)) {
      byte[] oldest = entries.poll();
      if (oldest == null) {
        return;
      }
      count.decrementAndGet();
      bytes.addAndGet(-oldest.length);
    }
    if (full.compareAndSet(false, true)) {
      warn("queue full, dropping old entries until processing is successful again");
    }
  }

  private void proceed() {
    if (count.get() == 0) {
      return;
    }
    boolean enough =
        finishing
            || settings.maxBatchSize() == 1
            || count.get() >= settings.maxBatchSize()
            || settings.maxCoalescingDelay() <= 0;
    if (enough) {
      if (state.compareAndSet(State.IDLE, State.SENDING)
          || state.compareAndSet(State.COLLECTING, State.SENDING)) {
        round.incrementAndGet();
        execute(this::sendNext);
      }
    } else if (state.compareAndSet(State.IDLE, State.COLLECTING)) {
      long collecting = round.incrementAndGet();
      after(settings.maxCoalescingDelay(), () -> stopCollecting(collecting));
    }
  }

  /** The timer of an earlier round must not cut a later one short. */
  private void stopCollecting(long collecting) {
    if (round.get() == collecting && state.compareAndSet(State.COLLECTING, State.SENDING)) {
      round.incrementAndGet();
      execute(this::sendNext);
    }
  }

  private void sendNext() {
    List<byte[]> batch = new ArrayList<>(Math.min(settings.maxBatchSize(), count.get() + 1));
    onTheWay.incrementAndGet(); // keeps waiting() above 0 while entries change hands
    while (batch.size() < settings.maxBatchSize()) {
      byte[] entry = entries.poll();
      if (entry == null) {
        break;
      }
      count.decrementAndGet();
      bytes.addAndGet(-entry.length);
      batch.add(entry);
    }
    onTheWay.addAndGet(batch.size() - 1);
    if (batch.isEmpty()) {
      rest();
    } else {
      send(new Batch(batch, true));
    }
  }

  private void send(Batch batch) {
    CompletionStage<?> stage;
    try {
      stage = Objects.requireNonNull(sender.send(batch.entries));
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    var _ =
        stage.whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                full.set(false);
                nearlyFull.set(false);
                done(batch);
              } else {
                retry(batch, failure instanceof CompletionException e ? cause(e) : failure);
              }
            });
  }

  private void retry(Batch batch, Throwable failure) {
    double elapsed = (clock.millis() - batch.startedAt) / 1000.0;
    if (finishing && batch.triedWhileFinishing) {
      lose(batch, "the gateway stops", failure);
    } else if (settings.maxRetryTime() < 0 || elapsed > settings.maxRetryTime()) {
      lose(batch, "max_retry_time exceeded", failure);
    } else {
      double delay =
          Math.min(
              settings.maxRetryDelay(), settings.initialRetryDelay() * Math.pow(2, batch.tries));
      if (batch.tries == 0) {
        warn("handler could not process entries, will be tried again: " + failure);
      }
      batch.tries++;
      batch.triedWhileFinishing = finishing;
      AtomicBoolean once = new AtomicBoolean();
      Runnable again =
          () -> {
            if (once.compareAndSet(false, true)) {
              execute(() -> send(batch));
            }
          };
      if (batch.inOrder) {
        wakeUp = again;
      }
      after(finishing ? 0 : delay, again);
    }
  }

  private void lose(Batch batch, String reason, Throwable failure) {
    LOG.log(
        System.Logger.Level.ERROR,
        "queue {0}: could not send entries due to {1}. {2} queue entries were lost: {3}",
        name,
        reason,
        Integer.toString(batch.entries.size()),
        failure.toString());
    done(batch);
  }

  private void done(Batch batch) {
    onTheWay.addAndGet(-batch.entries.size());
    if (batch.inOrder) {
      wakeUp = null;
      rest();
    } else {
      completeWhenEmpty();
    }
  }

  /** Leaves SENDING; whoever adds from now on, or this thread, starts the next batch. */
  private void rest() {
    state.set(State.IDLE);
    proceed();
    completeWhenEmpty();
  }

  private void completeWhenEmpty() {
    if (finishing && waiting() == 0 && finished.complete(null)) {
      execute(sender::close);
    }
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.ERROR, "queue " + name + " cannot send any more", e);
    }
  }

  private void after(double seconds, Runnable task) {
    if (seconds <= 0) {
      task.run();
      return;
    }
    try {
      var _ = scheduler.schedule(task, (long) (seconds * NANOS), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      task.run(); // the scheduler is gone because the gateway stops: no time left to wait
    }
  }

  private void warn(String text) {
    LOG.log(System.Logger.Level.WARNING, "queue " + name + ": " + text);
  }

  private static Throwable cause(CompletionException e) {
    Throwable cause = e.getCause();
    return cause != null ? cause : e;
  }

  /** Entries that travel together, and how often they were tried. One thread at a time. */
  private final class Batch {
    private final List<byte[]> entries;
    private final boolean inOrder;
    private final long startedAt = clock.millis();
    private int tries;
    private boolean triedWhileFinishing;

    Batch(List<byte[]> entries, boolean inOrder) {
      this.entries = entries;
      this.inOrder = inOrder;
    }
  }
}
