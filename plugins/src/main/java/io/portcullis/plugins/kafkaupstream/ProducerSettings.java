package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.plugin.CertificateStore;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/** What a configuration means in the terms of Kafka's client. */
final class ProducerSettings {
  private static final int ASYNC_BATCH = 64 << 10;
  private static final int BATCH = 16 << 10;
  private static final long LONGEST_BACKOFF = 1000;
  private static final long RECONNECT_BACKOFF = 250;

  private ProducerSettings() {}

  static Map<String, Object> of(
      KafkaUpstreamConfig config, String clientId, CertificateStore certificates) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        config.bootstrapServers().stream()
            .map(KafkaUpstreamConfig.Server::toString)
            .collect(Collectors.joining(",")));
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(
        ProducerConfig.ACKS_CONFIG,
        config.producerRequestAcks() < 0 ? "all" : Integer.toString(config.producerRequestAcks()));
    // It would want acks=all and a permission of its own; requests have no order to keep.
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    addTimes(settings, config);
    addSizes(settings, config);
    // No JMX beans and no reports to the brokers: the gateway has its own metrics.
    settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    addSecurity(settings, config, certificates);
    return settings;
  }

  private static void addTimes(Map<String, Object> settings, KafkaUpstreamConfig config) {
    int timeout = config.timeout();
    long linger = config.producerAsync() ? config.producerAsyncFlushTimeout() : 0;
    long delivery = Math.max(timeout, linger + config.producerRequestTimeout());
    long backoff = config.producerRequestRetriesBackoffTimeout();
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) timeout);
    settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, (long) timeout);
    settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, (long) timeout);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, config.producerRequestTimeout());
    settings.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) Math.min(delivery, Integer.MAX_VALUE));
    settings.put(ProducerConfig.LINGER_MS_CONFIG, linger);
    settings.put(ProducerConfig.RETRIES_CONFIG, config.producerRequestRetriesMaxAttempts());
    settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, backoff);
    settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, Math.max(backoff, LONGEST_BACKOFF));
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_BACKOFF);
    settings.put(ProducerConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG, (long) config.keepalive());
  }

  private static void addSizes(Map<String, Object> settings, KafkaUpstreamConfig config) {
    settings.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.producerRequestLimitsBytesPerRequest());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, config.producerAsync() ? ASYNC_BATCH : BATCH);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) KafkaUpstreamHandler.MEMORY_LIMIT);
  }

  private static void addSecurity(
      Map<String, Object> settings, KafkaUpstreamConfig config, CertificateStore certificates) {
    KafkaUpstreamConfig.Authentication authentication = config.authentication();
    boolean sasl = authentication.strategy() != null;
    boolean ssl = Boolean.TRUE.equals(config.security().ssl());
    settings.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        (sasl ? "SASL_" : "") + (ssl ? "SSL" : "PLAINTEXT"));
    if (ssl) {
      settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, BrokerTls.class);
      settings.put(BrokerTls.VERIFY, !Boolean.FALSE.equals(config.security().sslVerify()));
    }
    String shown = config.security().certificateId();
    if (ssl && shown != null) {
      UUID certificate = UUID.fromString(shown);
      settings.put(BrokerTls.KEYS, new ClientKeys(() -> certificates.keys(certificate)));
    }
    if (sasl) {
      settings.put(SaslConfigs.SASL_MECHANISM, authentication.mechanism());
      settings.put(SaslConfigs.SASL_JAAS_CONFIG, login(authentication));
    }
  }

  private static String login(KafkaUpstreamConfig.Authentication authentication) {
    String packageName = "org.apache.kafka.common.security.";
    String module =
        "PLAIN".equals(authentication.mechanism())
            ? "plain.PlainLoginModule"
            : "scram.ScramLoginModule";
    boolean token = Boolean.TRUE.equals(authentication.tokenauth());
    return packageName
        + module
        + " required username="
        + quoted(authentication.user())
        + " password="
        + quoted(authentication.password())
        + (token ? " tokenauth=\"true\"" : "")
        + ";";
  }

  private static String quoted(@Nullable String text) {
    String plain = text == null ? "" : text;
    return '"'
        + plain
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        + '"';
  }
}
