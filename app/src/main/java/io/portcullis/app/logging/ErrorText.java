package io.portcullis.app.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** The texts of an entry that all layouts have. */
final class ErrorText {
  private ErrorText() {}

  static String message(LogRecord entry) {
    String message = String.valueOf(entry.getMessage());
    Object[] parameters = entry.getParameters();
    if (parameters == null || parameters.length == 0) {
      return message;
    }
    try {
      return MessageFormat.format(message, parameters);
    } catch (IllegalArgumentException e) {
      return message;
    }
  }

  /** The message, and what was thrown below it. */
  static String whole(LogRecord entry) {
    Throwable thrown = entry.getThrown();
    return thrown == null ? message(entry) : message(entry) + '\n' + trace(thrown);
  }

  static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString().stripTrailing();
  }

  /** How grave an entry is, in the words of those who read it. */
  enum Severity {
    ERROR("error", 3),
    WARNING("warn", 4),
    INFO("notice", 6),
    DEBUG("debug", 7);

    private final String label;
    private final int syslog;

    Severity(String label, int syslog) {
      this.label = label;
      this.syslog = syslog;
    }

    static Severity of(LogRecord entry) {
      int value = entry.getLevel().intValue();
      if (value >= Level.SEVERE.intValue()) {
        return ERROR;
      }
      if (value >= Level.WARNING.intValue()) {
        return WARNING;
      }
      return value >= Level.INFO.intValue() ? INFO : DEBUG;
    }

    /** Nginx's word. */
    String label() {
      return label;
    }

    /** Syslog's number, which GELF uses too. */
    int syslog() {
      return syslog;
    }
  }
}
