package io.portcullis.plugins.requestsizelimiting;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Refuses requests whose body is too long. */
public final class RequestSizeLimitingPlugin implements Plugin<RequestSizeLimitingConfig> {
  private static final PluginSpec<RequestSizeLimitingConfig> SPEC =
      PluginSpec.of("request-size-limiting", RequestSizeLimitingConfig.class)
          .priority(951)
          .field(
              integer("allowed_payload_size")
                  .defaultsTo(128)
                  .doc("What a body may have, in `size_unit`."))
          .field(
              string("size_unit")
                  .oneOf("megabytes", "kilobytes", "bytes")
                  .defaultsTo("megabytes")
                  .required()
                  .doc("Unit of `allowed_payload_size`, of 1024 of the next smaller one."))
          .field(
              bool("require_content_length")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether requests must announce a length, or be chunked."));

  @Override
  public PluginSpec<RequestSizeLimitingConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(RequestSizeLimitingConfig config, PluginContext context) {
    return new RequestSizeLimitingHandler(config.octets(), config.requireContentLength());
  }
}
