package com.example.greeting;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.AdminEndpoint;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.SharedState;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;
import java.util.List;
import java.util.Map;

/** Greets in a header of every answer. */
public final class GreetingPlugin implements Plugin<GreetingConfig> {
  private static final PluginSpec<GreetingConfig> SPEC =
      PluginSpec.of("greeting", GreetingConfig.class)
          .priority(500)
          .field(string("text").required().defaultsTo("hello").lenMax(40).doc("What to say."))
          .field(array("unwelcome", Types.STRING).doc("User agents that are refused."));

  @Override
  public PluginSpec<GreetingConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(GreetingConfig config, PluginContext context) {
    Greetings said = context.shared(Greetings.class, Greetings::new);
    return new GreetingHandler(config.text(), config.unwelcome(), said);
  }

  @Override
  public List<AdminEndpoint> adminEndpoints(SharedState state) {
    Greetings said = state.shared(Greetings.class, Greetings::new);
    return List.of(
        new AdminEndpoint(
            "/greetings", Map.of("GET", call -> new AdminEndpoint.Answer(200, said.json()))));
  }
}
