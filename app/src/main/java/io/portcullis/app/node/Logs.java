package io.portcullis.app.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.portcullis.admin.http.AuditLog;
import io.portcullis.admin.http.LogLevels;
import io.portcullis.app.logging.AccessLayout;
import io.portcullis.app.logging.ErrorLog;
import io.portcullis.app.logging.LogAddress;
import io.portcullis.app.logging.LogFile;
import io.portcullis.app.logging.LogFormat;
import io.portcullis.app.logging.LogReceivers;
import io.portcullis.app.logging.SyslogTarget;
import io.portcullis.app.settings.Role;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.proxy.server.AccessLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The logs of this process. */
final class Logs implements LogLevels {
  private final ErrorLog errors;
  private final LogReceivers receivers;
  private final @Nullable LogFile accessFile;
  private final @Nullable LogFile auditFile;
  private final @Nullable LogFile errorFile;
  private final LogFormat format;
  private final Set<String> skippedPaths;
  private final AtomicInteger changes = new AtomicInteger();
  private volatile String configured;

  private Logs(
      ErrorLog errors,
      LogReceivers receivers,
      @Nullable LogFile accessFile,
      @Nullable LogFile auditFile,
      @Nullable LogFile errorFile,
      LogFormat format,
      Set<String> skippedPaths,
      String configured) {
    this.errors = errors;
    this.receivers = receivers;
    this.accessFile = accessFile;
    this.auditFile = auditFile;
    this.errorFile = errorFile;
    this.format = format;
    this.skippedPaths = skippedPaths;
    this.configured = configured;
  }

  /** Opens what {@code error_log}, {@code access_log} and {@code admin_audit_log} name. */
  static Logs open(Settings settings) throws SettingsException {
    String level = level(settings);
    List<LogFile> errorFiles = new ArrayList<>();
    String where = settings.text(Setting.ERROR_LOG);
    if (!where.equals("off")) {
      errorFiles.add(open(settings, Setting.ERROR_LOG));
      if (!where.startsWith("/dev/")) {
        errorFiles.add(console(settings));
      }
    }
    LogFile access =
        settings.text(Setting.ACCESS_LOG).equals("off") ? null : open(settings, Setting.ACCESS_LOG);
    boolean audited =
        Role.of(settings).administers() && !settings.text(Setting.ADMIN_AUDIT_LOG).equals("off");
    LogFile audit = audited ? open(settings, Setting.ADMIN_AUDIT_LOG) : null;
    LogFormat format = format(settings);
    LogReceivers receivers = receivers(settings);
    return new Logs(
        new ErrorLog(errorFiles, receivers, format, level),
        receivers,
        access,
        audit,
        errorFiles.isEmpty() ? null : errorFiles.getFirst(),
        format,
        Set.copyOf(settings.list(Setting.ACCESS_LOG_SKIP_PATHS)),
        level);
  }

  /** Told of every exchange; null when {@code access_log} is off. */
  @Nullable AccessLog access() {
    LogFile file = accessFile;
    if (file == null) {
      return null;
    }
    AccessLayout layout = format.access();
    if (skippedPaths.isEmpty()) {
      return exchange -> file.write(layout.of(exchange));
    }
    return exchange -> {
      String uri = exchange.uri();
      int query = uri.indexOf('?');
      if (!skippedPaths.contains(query < 0 ? uri : uri.substring(0, query))) {
        file.write(layout.of(exchange));
      }
    };
  }

  /** Told of what callers of the Admin API do. */
  AuditLog audit() {
    LogFile file = auditFile;
    return file == null ? AuditLog.none() : entry -> file.write(entry.line());
  }

  /** Counts the lines that are lost, by log. */
  void count(MeterRegistry meters) {
    count(meters, "access", accessFile);
    count(meters, "audit", auditFile);
    count(meters, "error", errorFile);
  }

  private static void count(MeterRegistry meters, String log, @Nullable LogFile file) {
    if (file != null) {
      FunctionCounter.builder("portcullis.log.lines.dropped", file, LogFile::dropped)
          .description("Lines that were lost because the log was slower than the traffic.")
          .tag("log", log)
          .register(meters);
    }
  }

  /** Refuses a {@code log_level} that {@link #setLevel} would. */
  static void check(Settings changed) throws SettingsException {
    level(changed);
  }

  /** Takes over a changed {@code log_level}. */
  void setLevel(Settings changed) throws SettingsException {
    configured = level(changed);
    changes.incrementAndGet();
    errors.setLogLevel(configured);
  }

  void reopen() {
    errors.reopen();
    if (accessFile != null) {
      accessFile.reopen();
    }
    if (auditFile != null) {
      auditFile.reopen();
    }
  }

  void close() {
    if (accessFile != null) {
      accessFile.close();
    }
    if (auditFile != null) {
      auditFile.close();
    }
    receivers.close();
    errors.close();
  }

  @Override
  public String current() {
    return errors.logLevel();
  }

  /** A later change is not undone by the end of an earlier one. */
  @Override
  public void change(String level, Duration revertAfter) {
    int change = changes.incrementAndGet();
    errors.setLogLevel(level);
    if (!revertAfter.isZero()) {
      CompletableFuture.delayedExecutor(revertAfter.toMillis(), TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                if (changes.get() == change) {
                  errors.setLogLevel(configured);
                }
              });
    }
  }

  private static LogFormat format(Settings settings) throws SettingsException {
    return read(settings, Setting.LOG_FORMAT, LogFormat::of);
  }

  private static LogReceivers receivers(Settings settings) throws SettingsException {
    LogReceivers receivers = new LogReceivers();
    if (settings.optional(Setting.ERROR_LOG_GELF).isPresent()) {
      receivers.addGelf(
          read(settings, Setting.ERROR_LOG_GELF, LogAddress::of), NodeIdentity.hostname());
    }
    if (settings.optional(Setting.ERROR_LOG_SYSLOG).isPresent()) {
      receivers.addSyslog(read(settings, Setting.ERROR_LOG_SYSLOG, SyslogTarget::of));
    }
    return receivers;
  }

  private static <T> T read(Settings settings, Setting setting, Function<String, T> reader)
      throws SettingsException {
    try {
      return reader.apply(settings.text(setting));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(setting.key() + ": " + e.getMessage());
    }
  }

  private static String level(Settings settings) throws SettingsException {
    return settings.oneOf(Setting.LOG_LEVEL, ErrorLog.levels().toArray(String[]::new));
  }

  private static LogFile open(Settings settings, Setting setting) throws SettingsException {
    try {
      return LogFile.open(settings.prefix(), settings.text(setting));
    } catch (IOException e) {
      throw new SettingsException(
          setting.key() + ": cannot write " + settings.text(setting) + ": " + e.getMessage());
    }
  }

  private static LogFile console(Settings settings) throws SettingsException {
    try {
      return LogFile.open(settings.prefix(), "/dev/stderr");
    } catch (IOException e) {
      throw new SettingsException("error_log: cannot write to standard error: " + e.getMessage());
    }
  }
}
