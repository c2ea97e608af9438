package io.portcullis.plugins.cors;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Answers preflights and tells browsers which origins may read answers (Fetch standard, CORS). */
public final class CorsPlugin implements Plugin<CorsConfig> {
  private static final String[] METHODS = {
    "GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"
  };

  private static final PluginSpec<CorsConfig> SPEC =
      PluginSpec.of("cors", CorsConfig.class)
          .priority(2000)
          .forbid("consumer")
          .field(
              array("origins", STRING)
                  .doc("Origins that may read answers: `*`, `scheme://host[:port]` or regexes."))
          .field(
              array("headers", STRING)
                  .doc("Request headers that a preflight allows; those it asks for when absent."))
          .field(array("exposed_headers", STRING).doc("Answer headers that pages may read."))
          .field(
              array("methods", STRING.oneOf((Object[]) METHODS))
                  .defaultsToList((Object[]) METHODS)
                  .doc("Methods that a preflight allows."))
          .field(number("max_age").doc("Seconds that a browser may keep a preflight's answer."))
          .field(
              bool("credentials")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether answers to requests with cookies or the like may be read."))
          .field(
              bool("private_network")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether a preflight allows public pages to call into a private network."))
          .field(
              bool("preflight_continue")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether preflights go to the upstream, which then answers alone."));

  @Override
  public PluginSpec<CorsConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(CorsConfig config, PluginContext context) {
    return new CorsHandler(config);
  }
}
