package io.portcullis.plugins.endpointrouter;

import static io.portcullis.core.schema.Fields.any;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import java.util.Map;

/** Answers requests that are for none of the endpoints, and the gateway's own paths. */
public final class EndpointRouterPlugin implements Plugin<EndpointRouterConfig> {
  /** What an echo shows of a body at most: 16 MiB. */
  private static final int REQUEST_LIMIT = 16 << 20;

  private static final PluginSpec<EndpointRouterConfig> SPEC =
      PluginSpec.of("endpoint-router", EndpointRouterConfig.class)
          .priority(0)
          .field(
              array(
                      "endpoints",
                      record(
                          "",
                          string("path")
                              .required()
                              .startsWith("/")
                              .doc("Path, with `{placeholders}`; a `*` at its end is any rest."),
                          string("method").required().match("^[A-Z]+$").doc("Its method.")))
                  .required()
                  .defaultsToList()
                  .doc("What other routes answer."))
          .field(
              string("health_path")
                  .startsWith("/")
                  .doc("Where `GET` says that the gateway is there."))
          .field(
              bool("echo")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether `/__echo/` answers with the request."))
          .field(
              bool("debug")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether `/__debug/` writes the request to the log."))
          .field(
              bool("auto_options")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether `OPTIONS` of an endpoint tells its methods."))
          .field(
              bool("redirect_trailing_slash")
                  .required()
                  .defaultsTo(true)
                  .doc("Whether a slash too much or too little at the end is redirected."))
          .field(
              bool("redirect_fixed_path")
                  .required()
                  .defaultsTo(true)
                  .doc("Whether a path in another case is redirected."))
          .field(
              bool("tell_wrong_methods")
                  .required()
                  .defaultsTo(true)
                  .doc("Whether an endpoint's path with another method is 405 and not 404."))
          .field(any("not_found_body").doc("JSON of a 404 in place of the text."))
          .field(any("wrong_method_body").doc("JSON of a 405 in place of the text."))
          .field(
              string("completed_header")
                  .required()
                  .lenMin(1)
                  .defaultsTo("X-Krakend-Completed")
                  .doc("Header that is `false` in what is answered here."))
          .field(
              map("response_headers", STRING, STRING)
                  .required()
                  .defaultsTo(Map.of())
                  .doc("Headers of errors and of answers to `OPTIONS`."))
          .buffersRequestBody(REQUEST_LIMIT);

  @Override
  public PluginSpec<EndpointRouterConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(EndpointRouterConfig config, PluginContext context) {
    return new EndpointRouterHandler(config, context.clock());
  }
}
