package io.portcullis.plugins.requesttermination;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Answers in the upstream's place: maintenance, blocked consumers, debugging. */
public final class RequestTerminationPlugin implements Plugin<RequestTerminationConfig> {
  /** What an echo shows at most. */
  private static final int ECHO_LIMIT = 1024 * 1024;

  private static final PluginSpec<RequestTerminationConfig> SPEC =
      PluginSpec.of("request-termination", RequestTerminationConfig.class)
          .priority(2)
          .field(
              integer("status_code")
                  .between(100, 599)
                  .defaultsTo(503)
                  .required()
                  .doc("HTTP status of the answer."))
          .field(
              string("message").doc("Text of a JSON answer; excludes `content_type` and `body`."))
          .field(string("content_type").doc("Content type of `body`."))
          .field(string("body").doc("Body of the answer, sent as it stands."))
          .field(
              bool("echo")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the answer shows the request, for debugging routes."))
          .field(
              string("trigger")
                  .doc("Name of a header or query argument; requests without it pass."))
          .configRule(RequestTerminationPlugin::refusal)
          .buffersRequestBody(ECHO_LIMIT);

  @Override
  public PluginSpec<RequestTerminationConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(RequestTerminationConfig config, PluginContext context) {
    return new RequestTerminationHandler(config, context.node());
  }

  private static @Nullable String refusal(JsonNode config) {
    boolean body = config.hasNonNull("body");
    boolean contentType = config.hasNonNull("content_type");
    if (config.hasNonNull("message") && (body || contentType)) {
      return "message cannot be used with content_type or body";
    }
    if (contentType && !body) {
      return "content_type requires a body";
    }
    JsonNode echo = config.get("echo");
    if (echo != null && echo.isBoolean() && echo.booleanValue() && body) {
      return "echo cannot be used with content_type and body";
    }
    return null;
  }
}
