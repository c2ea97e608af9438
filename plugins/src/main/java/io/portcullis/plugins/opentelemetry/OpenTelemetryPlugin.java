package io.portcullis.plugins.opentelemetry;

import static io.portcullis.core.schema.Checks.atLeastOneOf;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;
import static io.portcullis.core.schema.Types.TIMEOUT;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.queue.QueueConfig;
import io.portcullis.core.schema.Deprecation;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Shorthand;
import tools.jackson.databind.node.JsonNodeFactory;

/** Sends a trace of each request to a collector, over OTLP, and hands the trace on. */
public final class OpenTelemetryPlugin implements Plugin<OpenTelemetryConfig> {
  private static final PluginSpec<OpenTelemetryConfig> SPEC =
      PluginSpec.of("opentelemetry", OpenTelemetryConfig.class)
          .priority(14)
          .field(
              string("traces_endpoint")
                  .referenceable()
                  .doc("URL that spans are sent to, with its path: `http://host:4318/v1/traces`."))
          .field(string("logs_endpoint").referenceable().doc("Without effect: no logs are sent."))
          .field(
              map("headers", STRING, STRING.referenceable()).doc("Headers sent with each batch."))
          .field(
              map("resource_attributes", STRING, STRING)
                  .doc("What describes the gateway; `service.name` is `kong` unless set."))
          .field(queue())
          .field(
              integer("batch_span_count")
                  .deprecated(Deprecation.withoutEffect(200))
                  .doc("Deprecated: `queue.max_batch_size`."))
          .field(
              integer("batch_flush_delay")
                  .deprecated(Deprecation.withoutEffect(3))
                  .doc("Deprecated: `queue.max_coalescing_delay`."))
          .field(
              field("connect_timeout", TIMEOUT)
                  .defaultsTo(1000)
                  .doc(
                      "Milliseconds for a connection to the collector; the three together bound a"
                          + " try."))
          .field(
              field("send_timeout", TIMEOUT)
                  .defaultsTo(5000)
                  .doc("Milliseconds for sending a batch."))
          .field(
              field("read_timeout", TIMEOUT)
                  .defaultsTo(5000)
                  .doc("Milliseconds until a batch is answered."))
          .field(
              string("http_response_header_for_traceid")
                  .doc("Header of answers that tells the id of the trace."))
          .field(
              string("header_type")
                  .deprecated(Deprecation.withoutEffect("preserve"))
                  .defaultsTo("preserve")
                  .oneOf(
                      "preserve",
                      "ignore",
                      "b3",
                      "b3-single",
                      "w3c",
                      "jaeger",
                      "ot",
                      "aws",
                      "gcp",
                      "datadog")
                  .optional()
                  .doc("Deprecated: `propagation`."))
          .field(
              number("sampling_rate")
                  .between(0, 1)
                  .optional()
                  .doc(
                      "Share of requests whose trace is sent; the setting `tracing_sampling_rate`"
                          + " unless set."))
          .field(propagation())
          .shorthand(
              Shorthand.writeOnly(
                  string("endpoint")
                      .referenceable()
                      .deprecated(Deprecation.plain())
                      .doc("Deprecated: `traces_endpoint`."),
                  value -> JsonNodeFactory.instance.objectNode().set("traces_endpoint", value)))
          .configCheck(atLeastOneOf("traces_endpoint", "logs_endpoint"));

  @Override
  public PluginSpec<OpenTelemetryConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(OpenTelemetryConfig config, PluginContext context) {
    return new OpenTelemetryHandler(config, context);
  }

  private static FieldSpec queue() {
    return QueueConfig.field(
            new QueueConfig.Words(
                "Spans in one batch.",
                "Spans that may wait; when full new ones are dropped.",
                "Without effect.",
                "Without effect."))
        .defaultsTo(JsonNodeFactory.instance.objectNode().put("max_batch_size", 200))
        .doc("How spans wait and are batched.");
  }

  private static FieldSpec propagation() {
    return record(
            "propagation",
            array("extract", string("").oneOf("jaeger", "gcp", "ot", "w3c", "datadog", "b3", "aws"))
                .doc(
                    "Formats that are read, the first that is there; not `gcp`, `datadog` and"
                        + " `aws`."),
            array("clear", STRING).doc("Headers that the upstream does not get."),
            array(
                    "inject",
                    string("")
                        .oneOf(
                            "preserve",
                            "b3-single",
                            "jaeger",
                            "gcp",
                            "ot",
                            "w3c",
                            "datadog",
                            "b3",
                            "aws"))
                .doc("Formats that are written; `preserve` is the one that came."),
            string("default_format")
                .oneOf("b3-single", "jaeger", "gcp", "ot", "w3c", "datadog", "b3", "aws")
                .required()
                .doc("What `preserve` is when none came."))
        .defaultsTo(JsonNodeFactory.instance.objectNode().put("default_format", "w3c"))
        .required()
        .doc("How traces go on from who calls to who is called.");
  }
}
