package io.portcullis.app.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Takes what all libraries and our own code log through {@code java.util.logging}, and writes it in
 * nginx's layout or as JSON.
 */
public final class ErrorLog extends Handler {
  /** Kong's levels, least first. */
  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warn", "error", "crit", "alert", "emerg");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final List<LogFile> files;
  private final LogFormat format;
  private final long processId = ProcessHandle.current().pid();
  private final Logger root = Logger.getLogger("");
  private final Logger own = Logger.getLogger("io.portcullis");

  /** Kafka's client repeats itself while a broker is away; the plugin says what matters of it. */
  private final Logger kafka = Logger.getLogger("org.apache.kafka");

  private volatile String level;

  /** Replaces the handlers of the root logger. */
  public ErrorLog(List<LogFile> files, LogFormat format, String level) {
    this.files = List.copyOf(files);
    this.format = format;
    this.level = level;
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(this);
    setLogLevel(level);
  }

  /** The names that {@link #setLogLevel} knows. */
  public static List<String> levels() {
    return LEVELS;
  }

  public String logLevel() {
    return level;
  }

  /**
   * Changes what is written from now on; libraries stay at warnings, and Kafka's client silent,
   * unless it is {@code debug}.
   */
  public void setLogLevel(String name) {
    Level ours =
        switch (name) {
          case "debug" -> Level.FINE;
          case "info", "notice" -> Level.INFO;
          case "warn" -> Level.WARNING;
          default -> Level.SEVERE;
        };
    own.setLevel(ours);
    boolean everything = ours.intValue() <= Level.FINE.intValue();
    root.setLevel(everything ? Level.INFO : Level.WARNING);
    kafka.setLevel(everything ? Level.INFO : Level.OFF);
    level = name;
  }

  @Override
  public void publish(LogRecord entry) {
    String text =
        switch (format) {
          case TEXT -> line(entry);
          case ECS -> document(entry);
        };
    for (LogFile file : files) {
      file.write(text);
    }
  }

  private String line(LogRecord entry) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(entry.getMillis()), line);
    line.append(" [").append(label(entry.getLevel())).append("] ").append(processId).append("#0: ");
    line.append(message(entry));
    Throwable thrown = entry.getThrown();
    if (thrown != null) {
      line.append('\n').append(trace(thrown));
    }
    return line.toString();
  }

  private String document(LogRecord entry) {
    JsonLine line =
        new JsonLine(320)
            .time(entry.getMillis())
            .add("log.level", label(entry.getLevel()))
            .add("message", message(entry))
            .add("ecs.version", "8.11.0")
            .add("event.dataset", "portcullis.error")
            .add("log.logger", entry.getLoggerName())
            .add("process.pid", processId);
    Throwable thrown = entry.getThrown();
    if (thrown != null) {
      line.add("error.type", thrown.getClass().getName())
          .add("error.message", thrown.getMessage())
          .add("error.stack_trace", trace(thrown));
    }
    return line.end();
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString().stripTrailing();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    for (LogFile file : files) {
      file.close();
    }
  }

  /** Opens the files anew, for log rotation. */
  public void reopen() {
    files.forEach(LogFile::reopen);
  }

  private static String message(LogRecord entry) {
    String message = String.valueOf(entry.getMessage());
    Object[] parameters = entry.getParameters();
    if (parameters == null || parameters.length == 0) {
      return message;
    }
    try {
      return java.text.MessageFormat.format(message, parameters);
    } catch (IllegalArgumentException e) {
      return message;
    }
  }

  private static String label(Level level) {
    int value = level.intValue();
    return value >= Level.SEVERE.intValue()
        ? "error"
        : value >= Level.WARNING.intValue()
            ? "warn"
            : value >= Level.INFO.intValue() ? "notice" : "debug";
  }
}
