package io.portcullis.app.logging;

import io.portcullis.app.logging.ErrorText.Severity;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries by a pattern such as {@code %{time:15:04:05} %{level:.4s} %{message}}: the verbs
 * are those of Go's {@code go-logging}. Colours are left out.
 */
final class PatternLine implements ErrorLayout {
  private static final Pattern VERB = Pattern.compile("%\\{([a-z]+)(?::((?:[^}\\\\]|\\\\.)+))?}");
  private static final String USUAL_TIME = "2006-01-02T15:04:05.999Z07:00";
  private static final String PROGRAM = "portcullis";

  /** A stretch of the line. */
  @FunctionalInterface
  private interface Part {
    void append(StringBuilder line, LogRecord entry);
  }

  private final List<Part> parts;

  private PatternLine(List<Part> parts) {
    this.parts = parts;
  }

  /** Whether a text has a verb at all. */
  static boolean isPattern(String text) {
    return VERB.matcher(text).find();
  }

  /**
   * The layout of a pattern.
   *
   * @throws IllegalArgumentException for an unknown verb, or one with a bad argument
   */
  static PatternLine of(String pattern) {
    List<Part> parts = new ArrayList<>();
    Matcher verb = VERB.matcher(pattern);
    int from = 0;
    while (verb.find()) {
      literal(parts, pattern.substring(from, verb.start()));
      String argument = verb.group(2);
      part(parts, verb.group(1), argument == null ? null : argument.replace("\\", ""));
      from = verb.end();
    }
    literal(parts, pattern.substring(from));
    return new PatternLine(List.copyOf(parts));
  }

  @Override
  public String of(LogRecord entry) {
    StringBuilder line = new StringBuilder(160);
    for (Part part : parts) {
      part.append(line, entry);
    }
    return line.toString();
  }

  private static void literal(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add((line, entry) -> line.append(text));
    }
  }

  private static void part(List<Part> parts, String verb, @Nullable String argument) {
    switch (verb) {
      case "message" -> parts.add((line, entry) -> line.append(ErrorText.whole(entry)));
      case "level" -> {
        Map<Severity, String> names = new EnumMap<>(Severity.class);
        for (Severity severity : Severity.values()) {
          names.put(severity, formatted(argument, "s", severity.name()));
        }
        parts.add((line, entry) -> line.append(names.get(Severity.of(entry))));
      }
      case "time" -> {
        DateTimeFormatter time =
            GoTimeLayout.of(argument == null ? USUAL_TIME : argument)
                .withZone(ZoneId.systemDefault());
        parts.add((line, entry) -> time.formatTo(Instant.ofEpochMilli(entry.getMillis()), line));
      }
      case "pid" -> literal(parts, formatted(argument, "d", ProcessHandle.current().pid()));
      case "id" -> {
        String format = "%" + (argument == null ? "d" : argument);
        formatted(argument, "d", 1L);
        AtomicLong last = new AtomicLong();
        parts.add((line, entry) -> line.append(format.formatted(last.incrementAndGet())));
      }
      case "program" -> literal(parts, formatted(argument, "s", PROGRAM));
      case "module", "longfile", "longpkg", "longfunc", "callpath" ->
          parts.add((line, entry) -> line.append(entry.getLoggerName()));
      case "shortfile", "shortpkg", "shortfunc" ->
          parts.add((line, entry) -> line.append(simple(entry.getLoggerName())));
      case "color" -> {}
      default -> throw new IllegalArgumentException("unknown verb %{" + verb + "}");
    }
  }

  private static String formatted(@Nullable String argument, String usual, Object value) {
    String format = "%" + (argument == null ? usual : argument);
    try {
      return format.formatted(value);
    } catch (IllegalFormatException e) {
      throw new IllegalArgumentException("'" + argument + "' formats nothing", e);
    }
  }

  private static String simple(@Nullable String name) {
    String whole = String.valueOf(name);
    return whole.substring(whole.lastIndexOf('.') + 1);
  }
}
