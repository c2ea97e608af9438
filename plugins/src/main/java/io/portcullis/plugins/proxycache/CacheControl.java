package io.portcullis.plugins.proxycache;

import io.portcullis.core.plugin.Headers;
import java.util.Locale;

/** The directives of {@code Cache-Control} that matter here (RFC 9111, 5.2). */
final class CacheControl {
  /** Stands for a directive that is not there. */
  static final long ABSENT = -1;

  /** No directives. */
  static final CacheControl NONE = new CacheControl();

  boolean noStore;
  boolean noCache;
  boolean isPrivate;
  boolean onlyIfCached;

  /** Seconds, like those below. */
  long maxAge = ABSENT;

  long sharedMaxAge = ABSENT;
  long maxStale = ABSENT;
  long minFresh = ABSENT;

  private CacheControl() {}

  static CacheControl of(Headers headers) {
    int line = headers.indexOf("cache-control");
    if (line < 0) {
      return NONE;
    }
    CacheControl control = new CacheControl();
    for (; line >= 0; line = headers.indexOf("cache-control", line + 1)) {
      for (String directive : headers.value(line).split(",")) {
        control.take(directive.strip());
      }
    }
    return control;
  }

  private void take(String directive) {
    int equals = directive.indexOf('=');
    String name = equals < 0 ? directive : directive.substring(0, equals).strip();
    String value = equals < 0 ? "" : directive.substring(equals + 1).strip();
    switch (name.toLowerCase(Locale.ROOT)) {
      case "no-store" -> noStore = true;
      case "no-cache" -> noCache = true;
      case "private" -> isPrivate = true;
      case "only-if-cached" -> onlyIfCached = true;
      case "max-age" -> maxAge = seconds(value, ABSENT);
      case "s-maxage" -> sharedMaxAge = seconds(value, ABSENT);
      case "max-stale" -> maxStale = seconds(value, Long.MAX_VALUE);
      case "min-fresh" -> minFresh = seconds(value, ABSENT);
      default -> {}
    }
  }

  private static long seconds(String value, long otherwise) {
    String digits = value.replace("\"", "");
    if (digits.isEmpty() || digits.length() > 18) {
      return otherwise;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return otherwise;
      }
    }
    return Long.parseLong(digits);
  }
}
