package io.portcullis.app.logging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes one flat JSON object; whatever a text holds, it stays within its line. */
final class JsonLine {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final StringBuilder text;
  private boolean first = true;

  JsonLine(int size) {
    text = new StringBuilder(size).append('{');
  }

  /** A text; nothing when it is null. Names are written as they are. */
  JsonLine add(String name, @Nullable String value) {
    if (value != null) {
      name(name);
      quote(value);
    }
    return this;
  }

  JsonLine add(String name, long value) {
    name(name);
    text.append(value);
    return this;
  }

  /** The time that most documents begin with. */
  JsonLine time(long millis) {
    name("@timestamp");
    text.append('"').append(seconds(Math.floorDiv(millis, 1000)));
    thousandths(millis);
    text.append("Z\"");
    return this;
  }

  /** A time as a number of seconds with three digits behind the point. */
  JsonLine seconds(String name, long millis) {
    name(name);
    text.append(Math.floorDiv(millis, 1000));
    thousandths(millis);
    return this;
  }

  private void thousandths(long millis) {
    int rest = Math.floorMod(millis, 1000);
    text.append('.')
        .append((char) ('0' + rest / 100))
        .append((char) ('0' + rest / 10 % 10))
        .append((char) ('0' + rest % 10));
  }

  String end() {
    return text.append('}').toString();
  }

  private static String seconds(long seconds) {
    return TIME.format(Instant.ofEpochSecond(seconds));
  }

  private void name(String name) {
    if (!first) {
      text.append(',');
    }
    first = false;
    text.append('"').append(name).append("\":");
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // A lone surrogate has no UTF-8; the line separators end lines for some readers.
          if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c)) {
            surrogateOrControl(value, i, c);
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private void surrogateOrControl(String value, int at, char c) {
    boolean paired =
        Character.isHighSurrogate(c)
                && at + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(at + 1))
            || Character.isLowSurrogate(c)
                && at > 0
                && Character.isHighSurrogate(value.charAt(at - 1));
    if (paired) {
      text.append(c);
      return;
    }
    text.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      text.append(Character.forDigit(c >> shift & 15, 16));
    }
  }
}
