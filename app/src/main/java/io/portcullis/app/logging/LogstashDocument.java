package io.portcullis.app.logging;

import io.portcullis.app.logging.ErrorText.Severity;
import java.util.logging.LogRecord;

/** Writes an entry as JSON with the field names that Logstash gives its own events. */
final class LogstashDocument implements ErrorLayout {
  private final String module;

  /**
   * @param module what the entries say they come from
   */
  LogstashDocument(String module) {
    this.module = module;
  }

  @Override
  public String of(LogRecord entry) {
    return new JsonLine(240)
        .time(entry.getMillis())
        .add("@version", 1)
        .add("level", Severity.of(entry).name())
        .add("message", ErrorText.whole(entry))
        .add("module", module)
        .add("logger", entry.getLoggerName())
        .end();
  }
}
