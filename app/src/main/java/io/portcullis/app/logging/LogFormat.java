package io.portcullis.app.logging;

/** What the lines of the logs look like. Immutable. */
public final class LogFormat {
  private static final String LOGSTASH = "logstash";
  private static final String NAME = "portcullis";

  private final ErrorLayout errors;
  private final AccessLayout access;

  private LogFormat(ErrorLayout errors, AccessLayout access) {
    this.errors = errors;
    this.access = access;
  }

  /**
   * The format that the setting {@code log_format} names.
   *
   * @throws IllegalArgumentException when it names none
   */
  public static LogFormat of(String text) {
    if (text.startsWith(LOGSTASH + ":")) {
      String module = text.substring(LOGSTASH.length() + 1);
      return new LogFormat(new LogstashDocument(module), new AccessDocument());
    }
    return switch (text) {
      case "text" -> new LogFormat(new ErrorLine(), new AccessLine());
      case "ecs", "json" -> new LogFormat(new ErrorDocument(), new AccessDocument());
      case LOGSTASH -> new LogFormat(new LogstashDocument(NAME), new AccessDocument());
      default -> {
        if (!PatternLine.isPattern(text)) {
          throw new IllegalArgumentException(
              "expected text, ecs, json, logstash or a pattern with %{message}, got '"
                  + text
                  + "'");
        }
        yield new LogFormat(PatternLine.of(text), new AccessLine());
      }
    };
  }

  /** Of the error log. */
  ErrorLayout errors() {
    return errors;
  }

  /** Of the access log. */
  public AccessLayout access() {
    return access;
  }
}
