package io.portcullis.plugins.jsonschema;

import static io.portcullis.core.schema.Fields.any;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lets requests pass whose body fits a JSON Schema. */
public final class JsonSchemaPlugin implements Plugin<JsonSchemaConfig> {
  /** What a body may have at most: 16 MiB. */
  private static final int BODY_LIMIT = 16 << 20;

  private static final PluginSpec<JsonSchemaConfig> SPEC =
      PluginSpec.of("json-schema", JsonSchemaConfig.class)
          .priority(880)
          .field(
              any("schema")
                  .required()
                  .rule(JsonSchemaPlugin::refusal)
                  .doc("The schema, of the draft that its `$schema` names; 2020-12 without one."))
          .field(
              bool("return_error_msg")
                  .required()
                  .defaultsTo(false)
                  .doc("Whether the body of a refusal says what is wrong."))
          .field(
              map("response_headers", STRING, STRING)
                  .required()
                  .defaultsTo(Map.of())
                  .doc("Headers of a refusal."))
          .buffersRequestBody(BODY_LIMIT);

  @Override
  public PluginSpec<JsonSchemaConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(JsonSchemaConfig config, PluginContext context) {
    return new JsonSchemaHandler(config, context.virtualThreads());
  }

  private static @Nullable String refusal(JsonNode schema) {
    try {
      CompiledSchema.of(schema);
      return null;
    } catch (IllegalArgumentException refused) {
      return refused.getMessage();
    }
  }
}
