package io.portcullis.app.logging;

import io.portcullis.app.logging.ErrorText.Severity;
import java.util.logging.LogRecord;

/** Writes an entry as JSON with field names of the Elastic Common Schema. */
final class ErrorDocument implements ErrorLayout {
  private final long processId = ProcessHandle.current().pid();

  @Override
  public String of(LogRecord entry) {
    JsonLine line =
        new JsonLine(320)
            .time(entry.getMillis())
            .add("log.level", Severity.of(entry).label())
            .add("message", ErrorText.message(entry))
            .add("ecs.version", "8.11.0")
            .add("event.dataset", "portcullis.error")
            .add("log.logger", entry.getLoggerName())
            .add("process.pid", processId);
    Throwable thrown = entry.getThrown();
    if (thrown != null) {
      line.add("error.type", thrown.getClass().getName())
          .add("error.message", thrown.getMessage())
          .add("error.stack_trace", ErrorText.trace(thrown));
    }
    return line.end();
  }
}
