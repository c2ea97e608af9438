package io.portcullis.app.logging;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Takes what all libraries and our own code log through {@code java.util.logging}, and writes it to
 * files and receivers.
 */
public final class ErrorLog extends Handler {
  /** Kong's levels, least first. */
  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warn", "error", "crit", "alert", "emerg");

  private final List<LogFile> files;
  private final List<LogReceiver> receivers;
  private final ErrorLayout layout;
  private final Logger root = Logger.getLogger("");
  private final Logger own = Logger.getLogger("io.portcullis");

  /** Kafka's client repeats itself while a broker is away; the plugin says what matters of it. */
  private final Logger kafka = Logger.getLogger("org.apache.kafka");

  private volatile String level;

  /** Replaces the handlers of the root logger. */
  public ErrorLog(List<LogFile> files, LogReceivers receivers, LogFormat format, String level) {
    this.files = List.copyOf(files);
    this.receivers = receivers.all();
    this.layout = format.errors();
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
    if (!files.isEmpty()) {
      String text = layout.of(entry);
      for (LogFile file : files) {
        file.write(text);
      }
    }
    for (LogReceiver receiver : receivers) {
      receiver.take(entry);
    }
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
}
