package io.portcullis.app.logging;

import io.portcullis.app.logging.ErrorText.Severity;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.LogRecord;

/** Writes an entry as RFC 3164 has it; without the host's name, as local programs do. */
final class SyslogLine implements ErrorLayout {
  private static final int SEVERITIES = 8;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH)
          .withZone(ZoneId.systemDefault());

  private final int facility;
  private final String head;

  SyslogLine(SyslogTarget target) {
    this.facility = target.facility();
    this.head = " " + target.tag() + "[" + ProcessHandle.current().pid() + "]: ";
  }

  @Override
  public String of(LogRecord entry) {
    Severity severity = Severity.of(entry);
    StringBuilder line = new StringBuilder(160);
    line.append('<').append(facility * SEVERITIES + severity.syslog()).append('>');
    TIME.formatTo(Instant.ofEpochMilli(entry.getMillis()), line);
    line.append(head).append(severity.name()).append(" > ").append(ErrorText.whole(entry));
    return line.toString();
  }
}
