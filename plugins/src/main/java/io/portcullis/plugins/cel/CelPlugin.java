package io.portcullis.plugins.cel;

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
import io.portcullis.plugins.expression.RequestChecks;
import java.util.Map;

/** Lets requests pass of which expressions are true. */
public final class CelPlugin implements Plugin<CelConfig> {
  private static final int MOST_CHECKS = 100;

  private static final PluginSpec<CelConfig> SPEC =
      PluginSpec.of("cel", CelConfig.class)
          .priority(890)
          .field(
              array(
                      "checks",
                      record(
                          "",
                          string("check_expr")
                              .required()
                              .rule(text -> RequestChecks.refusal(text.stringValue()))
                              .doc("An expression that must be true.")))
                  .required()
                  .lenMin(1)
                  .lenMax(MOST_CHECKS)
                  .doc("What is checked, in order."))
          .field(
              string("endpoint")
                  .startsWith("/")
                  .doc(
                      "Path whose `{placeholders}` are the path parameters, `/users/{id}`; without"
                          + " it they are the captures of the route's regex."))
          .field(
              bool("return_error_msg")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether the body of a refusal with 500 says which check failed."))
          .field(
              map("response_headers", STRING, STRING)
                  .required()
                  .defaultsTo(Map.of())
                  .doc("Headers of a refusal with 500."));

  @Override
  public PluginSpec<CelConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(CelConfig config, PluginContext context) {
    return new CelHandler(config, context.clock());
  }
}
