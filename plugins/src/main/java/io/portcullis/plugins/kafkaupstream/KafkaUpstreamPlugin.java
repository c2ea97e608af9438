package io.portcullis.plugins.kafkaupstream;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Hands each request to a Kafka topic and answers the client itself. */
public final class KafkaUpstreamPlugin implements Plugin<KafkaUpstreamConfig> {
  /** What a request's body may have at most, whatever the configuration says: 8 MiB. */
  static final int BODY_LIMIT = 8 << 20;

  private static final int LONGEST = 2_147_483_646;

  private static final PluginSpec<KafkaUpstreamConfig> SPEC =
      PluginSpec.of("kafka-upstream", KafkaUpstreamConfig.class)
          .priority(751)
          .field(
              array("bootstrap_servers", server())
                  .required()
                  .lenMin(1)
                  .doc(
                      "Brokers that are asked for the others; a text `host:port` is understood"
                          + " too."))
          .field(string("topic").required().lenMin(1).doc("Topic that records go to."))
          .field(
              milliseconds("timeout", 10_000)
                  .doc("Milliseconds to find the topic, and again to hand a record over."))
          .field(
              milliseconds("keepalive", 60_000)
                  .doc("Milliseconds after which an idle connection is closed."))
          .field(
              bool("keepalive_enabled")
                  .defaultsTo(false)
                  .doc("Without effect: connections are always kept."))
          .field(
              string("message_format")
                  .oneOf("auto", "json", "raw")
                  .required()
                  .defaultsTo("auto")
                  .doc(
                      "`raw`: the record is the body as it came. `json`: it is an object of the"
                          + " forwarded parts. `auto`: `raw` if only the body is forwarded."))
          .field(
              bool("forward_method")
                  .defaultsTo(false)
                  .doc("Whether a JSON record has the request's method."))
          .field(bool("forward_uri").defaultsTo(false).doc("Whether it has the path and query."))
          .field(bool("forward_headers").defaultsTo(false).doc("Whether it has the headers."))
          .field(bool("forward_body").defaultsTo(true).doc("Whether the record has the body."))
          .field(
              integer("producer_request_acks")
                  .oneOf(-1, 0, 1)
                  .defaultsTo(1)
                  .doc("Who must have a record: 1 the leader, -1 all replicas in sync, 0 nobody."))
          .field(
              milliseconds("producer_request_timeout", 2_000)
                  .doc("Milliseconds to wait for one answer of a broker."))
          .field(
              integer("producer_request_limits_messages_per_request")
                  .defaultsTo(200)
                  .doc("Without effect: batches are bounded in octets."))
          .field(
              integer("producer_request_limits_bytes_per_request")
                  .between(1, BODY_LIMIT)
                  .defaultsTo(1_048_576)
                  .doc("Octets of one record at most; a larger one is refused with 413."))
          .field(
              integer("producer_request_retries_max_attempts")
                  .between(0, 1_000_000)
                  .defaultsTo(10)
                  .doc("How often a failed hand-over is tried again."))
          .field(
              milliseconds("producer_request_retries_backoff_timeout", 100)
                  .doc("Milliseconds before the first retry."))
          .field(
              bool("producer_async")
                  .defaultsTo(false)
                  .doc("Whether the client is answered (202) before a broker has the record."))
          .field(
              milliseconds("producer_async_flush_timeout", 1_000)
                  .doc("With `producer_async`: milliseconds that a record waits for others."))
          .field(
              integer("producer_async_buffering_limits_messages_in_memory")
                  .between(1, 10_000_000)
                  .defaultsTo(50_000)
                  .doc("Records on their way at once, in either mode; further ones are 503."))
          .field(
              record(
                      "authentication",
                      string("strategy").oneOf("sasl").doc("`sasl`, or nothing."),
                      string("mechanism")
                          .oneOf("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
                          .doc("Mechanism of SASL."),
                      string("user").encrypted().referenceable().doc("User of SASL."),
                      string("password").encrypted().referenceable().doc("Password of the user."),
                      bool("tokenauth").doc("Whether the two are a delegation token's."))
                  .required()
                  .doc("How the gateway proves who it is."))
          .field(
              record(
                      "security",
                      field("certificate_id", Types.UUID)
                          .doc("Certificate that is shown to brokers that ask for one."),
                      bool("ssl").doc("Whether TLS is spoken to the brokers."),
                      bool("ssl_verify")
                          .defaultsTo(true)
                          .doc("Whether a broker's certificate must be trusted and fit its name."))
                  .required()
                  .doc("How connections are protected."))
          .field(string("cluster_name").doc("A label without effect: no producer is shared."))
          .configRule(KafkaUpstreamPlugin::refusal)
          .buffersRequestBody(BODY_LIMIT);

  @Override
  public PluginSpec<KafkaUpstreamConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(KafkaUpstreamConfig config, PluginContext context) {
    return new KafkaUpstreamHandler(config, context);
  }

  private static FieldSpec server() {
    return record(
            "",
            string("host").required().lenMin(1).doc("Name or address of a broker."),
            field("port", Types.PORT).required().doc("Port of the broker."))
        .readText(ServerText::read);
  }

  private static FieldSpec milliseconds(String name, int fallback) {
    return integer(name).between(1, LONGEST).defaultsTo(fallback);
  }

  private static @Nullable String refusal(JsonNode config) {
    boolean others =
        isOn(config, "forward_method")
            || isOn(config, "forward_uri")
            || isOn(config, "forward_headers");
    boolean body = isOn(config, "forward_body");
    if (!others && !body) {
      return "at least one of forward_method, forward_uri, forward_headers and forward_body must be"
          + " true";
    }
    if (config.path("message_format").asString("").equals("raw") && (others || !body)) {
      return "message_format raw forwards the body alone";
    }
    JsonNode authentication = config.path("authentication");
    if (authentication.hasNonNull("strategy")
        && !(authentication.hasNonNull("mechanism")
            && authentication.hasNonNull("user")
            && authentication.hasNonNull("password"))) {
      return "authentication with sasl requires mechanism, user and password";
    }
    return null;
  }

  private static boolean isOn(JsonNode config, String field) {
    return config.path(field).asBoolean(false);
  }
}
