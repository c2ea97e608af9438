package io.portcullis.plugins.kafkaupstream;

import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the operator of records that were not delivered: one line every half minute at most, which
 * counts those before it, and one when records get through again. Thread-safe.
 */
final class DeliveryLog {
  private static final System.Logger LOG = System.getLogger(DeliveryLog.class.getName());
  private static final long INTERVAL_MILLIS = 30_000;

  private final String topic;
  private final InstantSource clock;
  private final AtomicLong toldAt = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong untold = new AtomicLong();
  private final AtomicBoolean troubled = new AtomicBoolean();

  /**
   * @param topic names it in the lines
   */
  DeliveryLog(String topic, InstantSource clock) {
    this.topic = topic;
    this.clock = clock;
  }

  void failed(String reason) {
    untold.incrementAndGet();
    long before = toldAt.get();
    long now = clock.millis();
    boolean due = before == Long.MIN_VALUE || now - before >= INTERVAL_MILLIS;
    if (due && toldAt.compareAndSet(before, now)) {
      troubled.set(true);
      long count = untold.getAndSet(0);
      LOG.log(
          Level.ERROR,
          "kafka-upstream: "
              + (count == 1 ? "a record" : count + " records")
              + " for "
              + topic
              + " not delivered: "
              + reason);
    }
  }

  void delivered() {
    // Read first: for a topic without trouble nothing is ever written here.
    if (troubled.get() && troubled.compareAndSet(true, false)) {
      LOG.log(Level.INFO, "kafka-upstream: records for " + topic + " are delivered again");
    }
  }
}
