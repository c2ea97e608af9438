package io.portcullis.app.logging;

import io.portcullis.app.logging.ErrorText.Severity;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.LogRecord;

/** Nginx's layout of the error log. */
final class ErrorLine implements ErrorLayout {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final long processId = ProcessHandle.current().pid();

  @Override
  public String of(LogRecord entry) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(entry.getMillis()), line);
    line.append(" [").append(Severity.of(entry).label()).append("] ");
    line.append(processId).append("#0: ").append(ErrorText.whole(entry));
    return line.toString();
  }
}
