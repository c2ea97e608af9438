package io.portcullis.plugins.filelog;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.log.CustomFields;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Appends an entry for each request to a file, one JSON object per line. */
public final class FileLogPlugin implements Plugin<FileLogConfig> {
  private static final PluginSpec<FileLogConfig> SPEC =
      PluginSpec.of("file-log", FileLogConfig.class)
          .priority(9)
          .anyProtocol()
          .field(
              string("path")
                  .match("^[^*&%%\\`]+$")
                  .err("not a valid filename")
                  .required()
                  .doc("File that entries are appended to; made with mode 0644 when missing."))
          .field(
              bool("reopen")
                  .defaultsTo(false)
                  .required()
                  .doc("Accepted; a file that was moved away is noticed in any case."))
          .field(CustomFields.field());

  @Override
  public PluginSpec<FileLogConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(FileLogConfig config, PluginContext context) {
    return new FileLogHandler(config, context);
  }
}
