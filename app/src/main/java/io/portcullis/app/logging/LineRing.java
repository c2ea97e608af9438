package io.portcullis.app.logging;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A bounded queue from many threads to one, without a lock; a line that finds it full is lost. */
final class LineRing {
  private final AtomicReferenceArray<@Nullable String> slots;
  private final int mask;
  private final AtomicLong tail = new AtomicLong();
  private volatile long head;
  private volatile @Nullable Thread sleeper;

  /**
   * @param capacity a power of two
   */
  LineRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(capacity + " is no power of two");
    }
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
  }

  /** Adds a line; false when there is no room. Never waits. */
  boolean offer(String line) {
    long ticket;
    do {
      ticket = tail.get();
      if (ticket - head > mask) {
        return false;
      }
    } while (!tail.compareAndSet(ticket, ticket + 1));
    // Volatile, so that either this thread sees the sleeper or the sleeper sees the line.
    slots.set((int) ticket & mask, line);
    Thread reader = sleeper;
    if (reader != null) {
      LockSupport.unpark(reader);
    }
    return true;
  }

  /** The oldest line, null when there is none; for the one thread that reads. */
  @Nullable String poll() {
    long at = head;
    int slot = (int) at & mask;
    String line = slots.get(slot);
    if (line != null) {
      slots.setRelease(slot, null);
      head = at + 1;
    }
    return line;
  }

  /** Waits until there is a line, or for so long, or without a reason; for the one that reads. */
  void await(long nanos) {
    sleeper = Thread.currentThread();
    if (slots.get((int) head & mask) == null) {
      LockSupport.parkNanos(this, nanos);
    }
    sleeper = null;
  }
}
