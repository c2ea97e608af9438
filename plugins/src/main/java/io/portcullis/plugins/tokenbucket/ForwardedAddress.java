package io.portcullis.plugins.tokenbucket;

import org.jspecify.annotations.Nullable;

/** Reads addresses out of headers such as {@code X-Forwarded-For}. */
final class ForwardedAddress {
  private static final int LONGEST = 45;

  private ForwardedAddress() {}

  /** The first of a list, without port and brackets; null when it can be no address. */
  static @Nullable String first(String list) {
    int comma = list.indexOf(',');
    String text = (comma < 0 ? list : list.substring(0, comma)).strip();
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      text = end < 0 ? "" : text.substring(1, end);
    } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
      text = text.substring(0, text.indexOf(':'));
    }
    return looksLikeAddress(text) ? text : null;
  }

  /** Enough to keep names and other words out; nobody connects to it. */
  private static boolean looksLikeAddress(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    int dots = 0;
    int colons = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c == ':') {
        colons++;
      } else if (Character.digit(c, 16) < 0 || c > 'f') {
        return false;
      }
    }
    return colons >= 2 || colons == 0 && dots == 3;
  }
}
