package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.plugin.CertificateStore;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic through Kafka's own client. The only class that is compiled against the library's larger
 * part; it is loaded when the first record is sent.
 */
final class KafkaTopic implements RecordSink {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  private KafkaTopic(KafkaProducer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Makes a producer; it connects by itself, and again when connections break. Resolves the names
   * of the brokers, which blocks.
   *
   * @throws UnreachableTopicException when no broker's name resolves, or the settings do not fit
   */
  static RecordSink open(
      KafkaUpstreamConfig config, String clientId, CertificateStore certificates) {
    Map<String, Object> settings = ProducerSettings.of(config, clientId, certificates);
    try {
      return new KafkaTopic(
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
          config.topic());
    } catch (KafkaException refused) {
      throw new UnreachableTopicException(reason(refused));
    }
  }

  @Override
  public void send(byte[] value, Outcome outcome) {
    try {
      producer.send(
          new ProducerRecord<>(topic, value),
          (metadata, failure) -> {
            if (failure == null) {
              outcome.delivered();
            } else {
              outcome.failed(problem(failure), reason(failure));
            }
          });
    } catch (KafkaException | IllegalStateException failure) {
      // Thrown instead of told: the producer is closed, or the caller's thread was interrupted.
      outcome.failed(problem(failure), reason(failure));
    }
  }

  @Override
  public void close(Duration limit) {
    producer.close(limit);
  }

  private static DeliveryProblem problem(Exception failure) {
    // Waiting for a topic that a broker does not give out ends with a timeout.
    Throwable reason =
        failure instanceof TimeoutException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (reason) {
      case RecordTooLargeException _ -> DeliveryProblem.TOO_LARGE;
      case AuthenticationException _ -> DeliveryProblem.UNREACHABLE;
      case UnknownTopicOrPartitionException _ -> DeliveryProblem.REFUSED;
      case RetriableException _, InterruptException _, IllegalStateException _ ->
          DeliveryProblem.UNAVAILABLE;
      default -> DeliveryProblem.REFUSED;
    };
  }

  /** The innermost message: the outer ones say "failed to construct" and the like. */
  private static String reason(Throwable failure) {
    Throwable innermost = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      innermost = cause;
    }
    String message = innermost.getMessage();
    return message == null ? innermost.getClass().getSimpleName() : message;
  }
}
