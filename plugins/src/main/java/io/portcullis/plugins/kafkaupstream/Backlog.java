package io.portcullis.plugins.kafkaupstream;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Counts the records that are on their way, so that a cluster that is away cannot fill the memory:
 * so many records and so many octets at once. Thread-safe; entering never blocks.
 */
final class Backlog {
  private final int mostRecords;
  private final int mostOctets;
  private final Semaphore records;
  private final Semaphore octets;

  Backlog(int mostRecords, int mostOctets) {
    this.mostRecords = mostRecords;
    this.mostOctets = mostOctets;
    this.records = new Semaphore(mostRecords);
    this.octets = new Semaphore(mostOctets);
  }

  /** Whether there is room for one more record of that size; if so, it is taken. */
  boolean enter(int size) {
    if (!records.tryAcquire()) {
      return false;
    }
    if (!octets.tryAcquire(Math.min(size, mostOctets))) {
      records.release();
      return false;
    }
    return true;
  }

  /** Gives the room back that {@link #enter} took for that size. */
  void leave(int size) {
    octets.release(Math.min(size, mostOctets));
    records.release();
  }

  /** Records that are on their way. */
  int size() {
    return mostRecords - records.availablePermits();
  }

  /** Lets nothing in any more and waits, for so long at most, until nothing is on its way. */
  void close(Duration limit) {
    try {
      boolean empty = records.tryAcquire(mostRecords, limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!empty) {
        records.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
