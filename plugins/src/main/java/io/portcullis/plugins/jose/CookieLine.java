package io.portcullis.plugins.jose;

import org.jspecify.annotations.Nullable;

/** Reads {@code Cookie} headers (RFC 6265 §4.2). */
public final class CookieLine {
  private CookieLine() {}

  /** The value of one cookie; null when it is not there. */
  public static @Nullable String value(String line, String name) {
    int at = 0;
    while (at < line.length()) {
      while (at < line.length() && (isSpace(line.charAt(at)) || line.charAt(at) == ';')) {
        at++;
      }
      int semicolon = line.indexOf(';', at);
      int end = semicolon < 0 ? line.length() : semicolon;
      int value = at + name.length() + 1;
      if (value <= end && line.startsWith(name, at) && line.charAt(value - 1) == '=') {
        return line.substring(value, end).strip();
      }
      at = end + 1;
    }
    return null;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
