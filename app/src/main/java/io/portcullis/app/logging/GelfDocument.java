package io.portcullis.app.logging;

import io.portcullis.app.logging.ErrorText.Severity;
import java.util.logging.LogRecord;

/** Writes an entry as a message of GELF 1.1. */
final class GelfDocument implements ErrorLayout {
  private final long processId = ProcessHandle.current().pid();
  private final String host;

  GelfDocument(String host) {
    this.host = host;
  }

  @Override
  public String of(LogRecord entry) {
    String whole = ErrorText.whole(entry);
    int end = whole.indexOf('\n');
    return new JsonLine(240)
        .add("version", "1.1")
        .add("host", host)
        .add("short_message", end < 0 ? whole : whole.substring(0, end))
        .add("full_message", end < 0 ? null : whole)
        .seconds("timestamp", entry.getMillis())
        .add("level", Severity.of(entry).syslog())
        .add("_level", Severity.of(entry).name())
        .add("_logger", entry.getLoggerName())
        .add("_pid", processId)
        .end();
  }
}
