package io.portcullis.app.logging;

import io.portcullis.core.plugin.ExchangeLog;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes a finished exchange in Kong's access log format: nginx's combined one and the request id.
 */
final class AccessLine implements AccessLayout {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneId.systemDefault());

  private volatile Second second = new Second(-1, "");

  @Override
  public String of(ExchangeLog log) {
    StringBuilder line = new StringBuilder(256);
    line.append(log.clientAddress())
        .append(" - - [")
        .append(time(log.startedAtMillis()))
        .append("] \"");
    quoted(line, log.method());
    line.append(' ');
    quoted(line, log.uri());
    String version = log.exchange().request().httpVersion();
    // HTTP/2 has no minor versions, but everybody who reads access logs expects one.
    line.append(" HTTP/").append(version.equals("2") ? "2.0" : version).append("\" ");
    line.append(log.status()).append(' ').append(log.responseSize()).append(" \"");
    quoted(line, log.requestHeaders().get("referer"));
    line.append("\" \"");
    quoted(line, log.requestHeaders().get("user-agent"));
    line.append("\" kong_request_id: \"").append(log.requestId()).append('"');
    return line.toString();
  }

  /** Formatting a time is dear, and most requests of a second share its text. */
  private String time(long millis) {
    long now = Math.floorDiv(millis, 1000);
    Second known = second;
    if (known.number != now) {
      known = new Second(now, TIME.format(Instant.ofEpochSecond(now)));
      second = known;
    }
    return known.text;
  }

  /** What a client sent must not be able to forge a line. */
  private static void quoted(StringBuilder line, @Nullable String text) {
    if (text == null) {
      line.append('-');
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c == 0x7f) {
        line.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        line.append(c);
      }
    }
  }

  private record Second(long number, String text) {}
}
