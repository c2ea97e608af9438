package io.portcullis.plugins.composition;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Escapes and unescapes parts of URLs. */
final class UrlText {
  /** Allowed in a path segment besides letters and digits (RFC 3986). */
  private static final String SEGMENT = "-._~!$&'()*+,;=:@";

  private static final String PATH = SEGMENT + '/';

  /** What Go leaves alone in a query. */
  private static final String QUERY_VALUE = "-._~";

  /** What may stand in a query that somebody has written as a whole. */
  private static final String WHOLE_QUERY = "-._~!$&'()*+,;=:@/?[]";

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private UrlText() {}

  /** A decoded text for a path; its slashes separate. */
  static void path(StringBuilder out, String text) {
    escape(out, text, PATH, false);
  }

  /** A decoded text for one segment of a path. */
  static void segment(StringBuilder out, String text) {
    escape(out, text, SEGMENT, false);
  }

  /** A decoded name or value for a query. */
  static void queryValue(StringBuilder out, String text) {
    escape(out, text, QUERY_VALUE, true);
  }

  /** Text of a configuration, whose escapes stay what they are. */
  static String written(String text, boolean inQuery) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%' && isEscape(text, i)) {
        escape(out, text.substring(from, i), inQuery ? WHOLE_QUERY : PATH, false);
        out.append(text, i, i + 3);
        i += 2;
        from = i + 1;
      }
    }
    escape(out, text.substring(from), inQuery ? WHOLE_QUERY : PATH, false);
    return out.toString();
  }

  /** Whether an escape begins at {@code i}. */
  static boolean isEscape(String text, int i) {
    return i + 2 < text.length()
        && Character.digit(text.charAt(i + 1), 16) >= 0
        && Character.digit(text.charAt(i + 2), 16) >= 0;
  }

  /**
   * Undoes percent escapes; one that is none stays.
   *
   * @param plus whether {@code +} is a space
   */
  static String decoded(String text, boolean plus) {
    if (text.indexOf('%') < 0 && !(plus && text.indexOf('+') >= 0)) {
      return text;
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '%' && isEscape(text, i)) {
        octets.write(
            Character.digit(text.charAt(i + 1), 16) << 4 | Character.digit(text.charAt(i + 2), 16));
        i += 3;
      } else {
        int next = text.offsetByCodePoints(i, 1);
        if (c == '+' && plus) {
          octets.write(' ');
        } else {
          octets.writeBytes(text.substring(i, next).getBytes(StandardCharsets.UTF_8));
        }
        i = next;
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }

  /** A name or value out of a raw query, in which an unescaped octet is a character. */
  static String argument(String raw) {
    StringBuilder escaped = null;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c >= 0x80 && c <= 0xFF) {
        if (escaped == null) {
          escaped = new StringBuilder(raw.length() + 16).append(raw, 0, i);
        }
        octet(escaped, c);
      } else if (escaped != null) {
        escaped.append(c);
      }
    }
    return decoded(escaped == null ? raw : escaped.toString(), true);
  }

  private static void escape(StringBuilder out, String text, String plain, boolean plusForSpace) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isAlphanumeric(c) || plain.indexOf(c) >= 0) {
        out.append(c);
      } else if (c == ' ' && plusForSpace) {
        out.append('+');
      } else if (c < 0x80) {
        octet(out, c);
      } else {
        int end = text.offsetByCodePoints(i, 1);
        for (byte octet : text.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
          octet(out, octet & 0xFF);
        }
        i = end - 1;
      }
    }
  }

  private static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private static void octet(StringBuilder out, int octet) {
    out.append('%').append(HEX[octet >> 4]).append(HEX[octet & 0xF]);
  }
}
