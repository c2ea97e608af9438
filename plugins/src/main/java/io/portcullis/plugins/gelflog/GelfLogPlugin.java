package io.portcullis.plugins.gelflog;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;

/** Sends a GELF message for each request over UDP or TCP. */
public final class GelfLogPlugin implements Plugin<GelfLogConfig> {
  private static final PluginSpec<GelfLogConfig> SPEC =
      PluginSpec.of("gelf-log", GelfLogConfig.class)
          .priority(8)
          .anyProtocol()
          .field(field("host", Types.HOST).required().doc("Name or address of the receiver."))
          .field(
              field("port", Types.PORT).defaultsTo(12201).required().doc("Port of the receiver."))
          .field(
              bool("enable_tcp")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether messages go over TCP; else each is a datagram, or several."))
          .field(string("facility").doc("Text in every message, as `_facility`, to find them by."));

  @Override
  public PluginSpec<GelfLogConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(GelfLogConfig config, PluginContext context) {
    return new GelfLogHandler(config, context);
  }
}
