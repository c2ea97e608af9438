package io.portcullis.core.queue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Queues in this process's memory: what they hold is lost with the process, except that {@link
 * #close} sends what is left.
 */
public final class InMemoryBatchQueues implements BatchQueues, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(InMemoryBatchQueues.class.getName());

  private final ConcurrentHashMap<String, InMemoryBatchQueue> open = new ConcurrentHashMap<>();
  private final Set<InMemoryBatchQueue> closing = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService scheduler;
  private final Executor executor;
  private final InstantSource clock;
  private final Duration flushLimit;

  /**
   * No queues yet.
   *
   * @param scheduler wakes queues up; never runs a sender
   * @param executor runs senders
   * @param flushLimit how long {@link #close} may take
   */
  public InMemoryBatchQueues(
      ScheduledExecutorService scheduler,
      Executor executor,
      InstantSource clock,
      Duration flushLimit) {
    this.scheduler = scheduler;
    this.executor = executor;
    this.clock = clock;
    this.flushLimit = flushLimit;
  }

  @Override
  public BatchQueue acquire(String name, QueueSettings settings, Sender sender) {
    return open.compute(
        name,
        (key, existing) -> {
          InMemoryBatchQueue queue =
              existing != null
                  ? existing
                  : new InMemoryBatchQueue(name, settings, sender, scheduler, executor, clock);
          queue.users++;
          return queue;
        });
  }

  @Override
  public void release(BatchQueue queue) {
    if (!(queue instanceof InMemoryBatchQueue ours)) {
      throw new IllegalArgumentException("not a queue of this object: " + queue);
    }
    open.computeIfPresent(
        ours.name(),
        (name, existing) -> {
          if (existing != ours || --ours.users > 0) {
            return existing;
          }
          closing.add(ours);
          var _ = ours.finish().thenRun(() -> closing.remove(ours));
          return null;
        });
  }

  /** Entries that wait or are being sent, over all queues. */
  public int waiting() {
    int sum = 0;
    for (InMemoryBatchQueue queue : open.values()) {
      sum += queue.waiting();
    }
    for (InMemoryBatchQueue queue : closing) {
      sum += queue.waiting();
    }
    return sum;
  }

  /** Sends what is left and waits for that, within the limit; then drops the rest. Blocks. */
  @Override
  public void close() {
    List<CompletableFuture<Void>> finishing = new ArrayList<>();
    closing.addAll(open.values());
    open.clear();
    for (InMemoryBatchQueue queue : closing) {
      finishing.add(queue.finish());
    }
    try {
      CompletableFuture.allOf(finishing.toArray(CompletableFuture<?>[]::new))
          .get(flushLimit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "queues were not empty after " + flushLimit + ": " + waiting() + " entries are lost");
    } catch (ExecutionException e) {
      LOG.log(System.Logger.Level.WARNING, "queues could not be flushed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closing.clear();
  }
}
