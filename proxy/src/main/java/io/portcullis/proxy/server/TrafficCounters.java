package io.portcullis.proxy.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many connections and requests there are and were, as the stub status of common servers has
 * it. Each I/O thread counts for itself, so that requests never contend; reading adds up and may be
 * a moment behind.
 */
public final class TrafficCounters {
  private final Cell[] cells;

  /**
   * @param threads how many I/O threads count
   */
  public TrafficCounters(int threads) {
    cells = new Cell[threads];
    for (int i = 0; i < threads; i++) {
      cells[i] = new Cell();
    }
  }

  Cell cell(int thread) {
    return cells[thread];
  }

  /** Connections taken since the start. */
  public long accepted() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.accepted.get();
    }
    return sum;
  }

  /** Those of them that were served: all but what a limit turned away. */
  public long handled() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.accepted.get() - cell.refused.get();
    }
    return sum;
  }

  /** Requests since the start. */
  public long requests() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.requests.get();
    }
    return sum;
  }

  /** Connections open now. */
  public long active() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.accepted.get() - cell.refused.get() - cell.closed.get();
    }
    return Math.max(sum, 0);
  }

  /** Connections on which part of a request head has come. */
  public long reading() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.reading.get();
    }
    return Math.max(sum, 0);
  }

  /** Requests that are being answered. */
  public long writing() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.requests.get() - cell.finished.get();
    }
    return Math.max(sum, 0);
  }

  /** WebSockets open now; each is a request that is being answered, too. */
  public long tunnels() {
    long sum = 0;
    for (Cell cell : cells) {
      sum += cell.tunnels.get();
    }
    return Math.max(sum, 0);
  }

  /** Connections that wait for a request. */
  public long waiting() {
    return Math.max(active() - reading() - writing(), 0);
  }

  /** What one I/O thread counts; no other thread writes here. */
  static final class Cell {
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong reading = new AtomicLong();
    private final AtomicLong tunnels = new AtomicLong();

    /** How many that makes. */
    long accepted() {
      add(accepted, 1);
      return accepted.get();
    }

    void refused() {
      add(refused, 1);
    }

    void closed() {
      add(closed, 1);
    }

    void requestStarted() {
      add(requests, 1);
    }

    void requestFinished() {
      add(finished, 1);
    }

    void readingStarted() {
      add(reading, 1);
    }

    void readingFinished() {
      add(reading, -1);
    }

    void tunnelOpened() {
      add(tunnels, 1);
    }

    void tunnelClosed() {
      add(tunnels, -1);
    }

    /** One writer: no atomic instruction is needed. */
    private static void add(AtomicLong counter, long more) {
      counter.setRelease(counter.getPlain() + more);
    }
  }
}
