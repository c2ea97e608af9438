package io.portcullis.plugins.kafkaupstream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A topic that is opened when the first record comes, so that neither a node without Kafka nor a
 * configuration whose brokers are away pays for it. An attempt that failed is not repeated for a
 * second. Thread-safe.
 */
final class LateTopic {
  private static final long PATIENCE_MILLIS = 1000;

  private final Supplier<RecordSink> opening;
  private final InstantSource clock;

  /** Held by one thread that opens or closes, off the I/O threads. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable RecordSink sink;
  private @Nullable UnreachableTopicException failure;
  private long failedAt;
  private boolean closed;

  /**
   * @param opening connects; may throw {@link UnreachableTopicException}
   */
  LateTopic(Supplier<RecordSink> opening, InstantSource clock) {
    this.opening = opening;
    this.clock = clock;
  }

  /**
   * The topic, opened if need be. May block.
   *
   * @throws UnreachableTopicException when it cannot be opened, or was closed
   */
  RecordSink get() {
    RecordSink open = sink;
    return open == null ? open() : open;
  }

  private RecordSink open() {
    lock.lock();
    try {
      RecordSink open = sink;
      if (open != null) {
        return open;
      }
      if (closed) {
        throw new UnreachableTopicException("the configuration is no longer in use");
      }
      UnreachableTopicException earlier = failure;
      if (earlier != null && clock.millis() - failedAt < PATIENCE_MILLIS) {
        throw earlier;
      }
      try {
        open = opening.get();
        sink = open;
        failure = null;
        return open;
      } catch (UnreachableTopicException unreachable) {
        failure = unreachable;
        failedAt = clock.millis();
        throw unreachable;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes it, if it was opened. Blocks for so long at most. */
  void close(Duration limit) {
    RecordSink open;
    lock.lock();
    try {
      closed = true;
      open = sink;
      sink = null;
    } finally {
      lock.unlock();
    }
    if (open != null) {
      open.close(limit);
    }
  }
}
