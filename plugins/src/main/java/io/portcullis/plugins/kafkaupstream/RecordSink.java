package io.portcullis.plugins.kafkaupstream;

import java.time.Duration;

/** Where records go. Thread-safe. It stands between the handler and Kafka's client library. */
interface RecordSink {
  /**
   * Sends one record. May block its caller; tells the outcome once, from any thread.
   *
   * @param value kept until the outcome is told, and not to be changed
   */
  void send(byte[] value, Outcome outcome);

  /** Waits for records that were sent, for so long at most, and closes the connections. Blocks. */
  void close(Duration limit);

  /** Gets to know what became of a record. Must not block. */
  interface Outcome {
    void delivered();

    /**
     * @param reason for the operator, in a line
     */
    void failed(DeliveryProblem problem, String reason);
  }
}
