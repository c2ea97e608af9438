package io.portcullis.plugins.grpcweb;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Translates gRPC-Web, binary and text, to gRPC and back. */
public final class GrpcWebPlugin implements Plugin<GrpcWebConfig> {
  private static final PluginSpec<GrpcWebConfig> SPEC =
      PluginSpec.of("grpc-web", GrpcWebConfig.class)
          .priority(3)
          .anyProtocol()
          .field(
              string("proto")
                  .optional()
                  .doc(
                      "Path of a .proto file. Accepted for compatibility; JSON is not translated."))
          .field(
              bool("pass_stripped_path")
                  .optional()
                  .doc("Whether the target gets the path without what the route strips."))
          .field(
              string("allow_origin_header")
                  .optional()
                  .defaultsTo("*")
                  .doc("Value of `Access-Control-Allow-Origin`."));

  @Override
  public PluginSpec<GrpcWebConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(GrpcWebConfig config, PluginContext context) {
    return new GrpcWebHandler(config);
  }
}
