package io.portcullis.plugins.kafkaupstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code kafka-upstream}. Times are milliseconds.
 *
 * @param bootstrapServers brokers that are asked for the others
 * @param topic where records go
 * @param timeout to find the topic, and again to hand a record over
 * @param keepalive after which an idle connection to a broker is closed
 * @param keepaliveEnabled without effect: connections are always kept
 * @param messageFormat {@code auto}, {@code json} or {@code raw}
 * @param forwardMethod whether a JSON record has the method
 * @param forwardUri whether it has the path with query
 * @param forwardHeaders whether it has the headers
 * @param forwardBody whether the record has the body
 * @param producerRequestAcks -1 for all replicas in sync, 1 for the leader, 0 for nobody
 * @param producerRequestTimeout for one answer of a broker
 * @param producerRequestLimitsMessagesPerRequest without effect: batches are bounded in octets
 * @param producerRequestLimitsBytesPerRequest of one record
 * @param producerRequestRetriesMaxAttempts tries after the first one
 * @param producerRequestRetriesBackoffTimeout before a retry
 * @param producerAsync whether the client is answered before the broker has the record
 * @param producerAsyncFlushTimeout that a record waits for others
 * @param producerAsyncBufferingLimitsMessagesInMemory records on their way at once
 * @param authentication null members for none
 * @param security null members for cleartext
 * @param clusterName a label
 */
public record KafkaUpstreamConfig(
    List<Server> bootstrapServers,
    String topic,
    int timeout,
    int keepalive,
    boolean keepaliveEnabled,
    String messageFormat,
    boolean forwardMethod,
    boolean forwardUri,
    boolean forwardHeaders,
    boolean forwardBody,
    int producerRequestAcks,
    int producerRequestTimeout,
    int producerRequestLimitsMessagesPerRequest,
    int producerRequestLimitsBytesPerRequest,
    int producerRequestRetriesMaxAttempts,
    int producerRequestRetriesBackoffTimeout,
    boolean producerAsync,
    int producerAsyncFlushTimeout,
    int producerAsyncBufferingLimitsMessagesInMemory,
    Authentication authentication,
    Security security,
    @Nullable String clusterName) {

  /** A broker. */
  public record Server(String host, int port) {
    /** As Kafka's client wants it: a literal IPv6 address in brackets. */
    @Override
    public String toString() {
      return host.indexOf(':') >= 0 && !host.startsWith("[")
          ? "[" + host + "]:" + port
          : host + ":" + port;
    }
  }

  /**
   * How the gateway proves who it is.
   *
   * @param strategy {@code sasl} or null
   * @param mechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
   * @param tokenauth whether user and password are a delegation token's
   */
  public record Authentication(
      @Nullable String strategy,
      @Nullable String mechanism,
      @Nullable String user,
      @Nullable String password,
      @Nullable Boolean tokenauth) {}

  /**
   * How connections are protected.
   *
   * @param certificateId shown to brokers that ask for one
   * @param ssl whether TLS is spoken
   * @param sslVerify whether a broker's certificate must be trusted and fit its name
   */
  public record Security(
      @Nullable String certificateId, @Nullable Boolean ssl, @Nullable Boolean sslVerify) {}

  /** Whether the record is the body as it came, without anything around it. */
  boolean isRaw() {
    return switch (messageFormat) {
      case "raw" -> true;
      case "json" -> false;
      default -> !forwardMethod && !forwardUri && !forwardHeaders;
    };
  }
}
