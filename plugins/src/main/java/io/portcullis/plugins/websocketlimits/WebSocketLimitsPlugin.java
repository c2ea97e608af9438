package io.portcullis.plugins.websocketlimits;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says what WebSockets have to keep to. */
public final class WebSocketLimitsPlugin implements Plugin<WebSocketLimitsConfig> {
  private static final double DAY = 86_400;

  private static final PluginSpec<WebSocketLimitsConfig> SPEC =
      PluginSpec.of("websocket-limits", WebSocketLimitsConfig.class)
          .priority(803)
          .field(
              integer("max_message_size")
                  .between(0, Integer.MAX_VALUE)
                  .required()
                  .defaultsTo(0)
                  .doc(
                      "Octets of the longest message in either direction; a longer one ends the"
                          + " WebSocket with 1009. 0 for `websocket_max_message_size` alone."))
          .field(
              number("ping_period")
                  .between(0, DAY)
                  .required()
                  .defaultsTo(0)
                  .doc("Seconds between two pings for the client; 0 for none."))
          .field(
              number("pong_wait")
                  .between(0, DAY)
                  .required()
                  .defaultsTo(0)
                  .doc(
                      "Seconds that a client may say nothing, not even a pong, before its"
                          + " connection is closed; 0 for as long as it likes."))
          .field(
              array("subprotocols", STRING)
                  .doc("Subprotocols that clients may ask for; any without this list."))
          .configRule(WebSocketLimitsPlugin::refusal);

  @Override
  public PluginSpec<WebSocketLimitsConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(WebSocketLimitsConfig config, PluginContext context) {
    return new WebSocketLimitsHandler(config);
  }

  static @Nullable String refusal(JsonNode config) {
    double wait = config.path("pong_wait").asDouble(0);
    return wait > 0 && config.path("ping_period").asDouble(0) >= wait
        ? "ping_period has to be less than pong_wait"
        : null;
  }
}
