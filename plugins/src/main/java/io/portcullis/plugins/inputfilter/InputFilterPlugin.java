package io.portcullis.plugins.inputfilter;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Takes away what clients send beside what is listed. */
public final class InputFilterPlugin implements Plugin<InputFilterConfig> {
  private static final PluginSpec<InputFilterConfig> SPEC =
      PluginSpec.of("input-filter", InputFilterConfig.class)
          .priority(802)
          .field(
              array("headers", STRING)
                  .required()
                  .defaultsToList()
                  .doc(
                      "Request headers that upstreams get; `*` is all. Those that make a message or"
                          + " a WebSocket pass in any case."))
          .field(
              array("query_strings", STRING)
                  .required()
                  .defaultsToList()
                  .doc("Query arguments that upstreams get, by exact name; `*` is all."));

  @Override
  public PluginSpec<InputFilterConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(InputFilterConfig config, PluginContext context) {
    return new InputFilterHandler(config);
  }
}
