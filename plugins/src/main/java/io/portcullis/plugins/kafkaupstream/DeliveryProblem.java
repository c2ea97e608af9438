package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.plugin.Reply;

/** Why a record did not get into its topic, as far as a client needs to know. */
enum DeliveryProblem {
  /** No broker can be found, or none lets the gateway in. */
  UNREACHABLE(502, "the Kafka cluster cannot be reached"),
  /** A broker does not want the record. */
  REFUSED(502, "the Kafka cluster refused the message"),
  /** Brokers do not answer in time; the record may have got there. */
  UNAVAILABLE(503, "the Kafka cluster does not answer"),
  /** Too many records are on their way. */
  BUSY(503, "too many messages are waiting for the Kafka cluster"),
  /** The record is larger than the gateway or a broker allows. */
  TOO_LARGE(413, "the message is too large");

  private static final int UNAVAILABLE_STATUS = 503;

  private final int status;
  private final String message;

  DeliveryProblem(int status, String message) {
    this.status = status;
    this.message = message;
  }

  /** What the client is told; it may try again where that could help. */
  Reply reply() {
    String body = "{\"message\":\"" + message + "\"}";
    return status == UNAVAILABLE_STATUS
        ? Reply.exit(status, body, new Reply.HeaderLine("retry-after", "1"))
        : Reply.exit(status, body);
  }
}
