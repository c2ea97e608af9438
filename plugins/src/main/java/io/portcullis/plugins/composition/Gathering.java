package io.portcullis.plugins.composition;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls that one answer waits for. */
final class Gathering {
  private final Queue<CompletableFuture<Outcome>> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger missing;
  private volatile boolean cancelled;

  Gathering(int count) {
    this.missing = new AtomicInteger(count);
  }

  void add(CompletableFuture<Outcome> call) {
    calls.add(call);
    if (cancelled) {
      call.cancel(false);
    }
  }

  /** Counts one that is over; answers whether it was the last. */
  boolean arrived() {
    return missing.decrementAndGet() == 0;
  }

  /** Gives up those that are not over. */
  void cancel() {
    cancelled = true;
    calls.forEach(call -> call.cancel(false));
  }
}
