package io.portcullis.plugins.crossorigin;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.endpoint.GoDuration;

/** Answers preflights and tells browsers which origins may read answers, word for word. */
public final class CrossOriginPlugin implements Plugin<CrossOriginConfig> {
  private static final PluginSpec<CrossOriginConfig> SPEC =
      PluginSpec.of("cross-origin", CrossOriginConfig.class)
          .priority(2010)
          .forbid("consumer")
          .field(
              list("allow_origins", "*")
                  .doc("Origins that may read answers, `*` in one for any text; none for all."))
          .field(list("allow_methods", "GET", "HEAD", "POST").doc("Methods that pages may use."))
          .field(list("allow_headers").doc("Headers that pages may set; none or `*` for any."))
          .field(list("expose_headers").doc("Answer headers that pages may read."))
          .field(
              flag("allow_credentials")
                  .doc("Whether answers to requests with cookies or the like may be read."))
          .field(
              flag("allow_private_network")
                  .doc("Whether public pages may call into a private network."))
          .field(
              string("max_age")
                  .required()
                  .defaultsTo("12h")
                  .rule(
                      value ->
                          GoDuration.parse(value.stringValue()) == null
                              ? "invalid duration: " + value.stringValue()
                              : null)
                  .doc("How long a browser may keep a preflight's answer; `0` says nothing."))
          .field(
              flag("options_passthrough")
                  .doc("Whether preflights go to the upstream, and only get the headers."))
          .field(
              integer("options_success_status")
                  .between(200, 299)
                  .required()
                  .defaultsTo(204)
                  .doc("Status of the answer to a preflight."));

  @Override
  public PluginSpec<CrossOriginConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(CrossOriginConfig config, PluginContext context) {
    return new CrossOriginHandler(config);
  }

  private static FieldSpec list(String name, Object... values) {
    return array(name, STRING).required().defaultsToList(values);
  }

  private static FieldSpec flag(String name) {
    return bool(name).required().defaultsTo(false);
  }
}
