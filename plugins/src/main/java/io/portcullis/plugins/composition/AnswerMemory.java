package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that large answers of a node may fill together until they are put together and written:
 * the limit of one answer does not bound many at once. Small ones are not counted. Thread-safe.
 */
final class AnswerMemory {
  private static final System.Logger LOG = System.getLogger(AnswerMemory.class.getName());

  private final long most;
  private final AtomicLong free;
  private final AtomicBoolean scarce = new AtomicBoolean();

  /**
   * @param most octets
   */
  AnswerMemory(long most) {
    this.most = most;
    this.free = new AtomicLong(most);
  }

  /** Two thirds of what this process may take. */
  static AnswerMemory ofHeap() {
    return new AnswerMemory(Runtime.getRuntime().maxMemory() / 3 * 2);
  }

  /** What one request takes, until it is closed. */
  Share share() {
    return new Share();
  }

  private boolean reserve(long octets) {
    if (free.addAndGet(-octets) >= 0) {
      return true;
    }
    free.addAndGet(octets);
    if (!scarce.getAndSet(true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "composition: large answers fill {0} octets of the heap, more of them fail",
          Long.toString(most));
    }
    return false;
  }

  private void release(long octets) {
    if (free.addAndGet(octets) > most / 2 && scarce.get()) {
      scarce.set(false);
    }
  }

  /** One request's part. Its lock is not shared with other requests. */
  final class Share implements Allowance, AutoCloseable {
    private long taken;
    private boolean closed;

    /** One beside it that can be closed earlier. */
    Share another() {
      return share();
    }

    @Override
    public synchronized boolean take(long octets) {
      if (closed || !reserve(octets)) {
        return false;
      }
      taken += octets;
      return true;
    }

    /** Gives all of it back; who is still reading gets no more. */
    @Override
    public synchronized void close() {
      closed = true;
      if (taken > 0) {
        release(taken);
        taken = 0;
      }
    }
  }
}
