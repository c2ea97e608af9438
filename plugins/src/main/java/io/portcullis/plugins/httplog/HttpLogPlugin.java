package io.portcullis.plugins.httplog;

import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.HEADER_NAME;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.log.CustomFields;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.queue.QueueConfig;
import io.portcullis.core.schema.Deprecation;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sends an entry for each request to an HTTP server, one by one or in batches. */
public final class HttpLogPlugin implements Plugin<HttpLogConfig> {
  private static final PluginSpec<HttpLogConfig> SPEC =
      PluginSpec.of("http-log", HttpLogConfig.class)
          .priority(12)
          .anyProtocol()
          .field(
              field("http_endpoint", Types.URL)
                  .required()
                  .encrypted()
                  .referenceable()
                  .doc(
                      "URL of the server; user information becomes basic auth, a query is"
                          + " dropped."))
          .field(
              string("method")
                  .oneOf("POST", "PUT", "PATCH")
                  .defaultsTo("POST")
                  .doc("Method of the request that carries entries."))
          .field(
              string("content_type")
                  .oneOf("application/json", "application/json; charset=utf-8")
                  .defaultsTo("application/json")
                  .doc("Content type of that request."))
          .field(number("timeout").defaultsTo(10000).doc("Milliseconds for one request."))
          .field(
              number("keepalive")
                  .defaultsTo(60000)
                  .doc("Milliseconds an idle connection is kept; the gateway's pool decides."))
          .field(
              integer("retry_count")
                  .deprecated(Deprecation.withoutEffect(10))
                  .doc("No longer used; see `queue.max_retry_time`."))
          .field(
              integer("queue_size")
                  .deprecated(Deprecation.withoutEffect(1))
                  .doc("Old name of `queue.max_batch_size`."))
          .field(
              number("flush_timeout")
                  .deprecated(Deprecation.withoutEffect(2))
                  .doc("Old name of `queue.max_coalescing_delay`."))
          .field(
              map(
                      "headers",
                      HEADER_NAME
                          .matchNone("^[Hh][Oo][Ss][Tt]$", "cannot contain 'Host' header")
                          .matchNone(
                              "^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$",
                              "cannot contain 'Content-Length' header")
                          .matchNone(
                              "^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$",
                              "cannot contain 'Content-Type' header"),
                      STRING.referenceable())
                  .doc("Headers added to that request."))
          .field(queue())
          .field(CustomFields.field())
          .configRule(HttpLogPlugin::refusal);

  @Override
  public PluginSpec<HttpLogConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(HttpLogConfig config, PluginContext context) {
    return new HttpLogHandler(config, context);
  }

  private static FieldSpec queue() {
    return QueueConfig.field(
            new QueueConfig.Words(
                "Entries per request; above 1 the body is an array.",
                "Entries that may wait; when full the oldest are dropped.",
                "Octets that may wait.",
                "1 sends batches in order, -1 sends each entry at once on its own."))
        .doc("How entries wait and are batched.");
  }

  private static @Nullable String refusal(JsonNode config) {
    JsonNode headers = config.get("headers");
    JsonNode endpoint = config.get("http_endpoint");
    if (headers == null || headers.isNull() || endpoint == null || !endpoint.isString()) {
      return null;
    }
    boolean authorization =
        headers.propertyNames().stream().anyMatch("authorization"::equalsIgnoreCase);
    return authorization && hasUserInfo(endpoint.stringValue())
        ? "specifying both an 'Authorization' header and user info in 'http_endpoint' is not"
            + " allowed"
        : null;
  }

  private static boolean hasUserInfo(String endpoint) {
    try {
      return URI.create(endpoint).getRawUserInfo() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
