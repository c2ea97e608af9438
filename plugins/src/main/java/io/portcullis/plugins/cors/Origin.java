package io.portcullis.plugins.cors;

import org.jspecify.annotations.Nullable;

/**
 * An origin taken apart.
 *
 * @param text scheme, host and, unless it is the scheme's own, port; anything else as it came
 * @param host null when there is no scheme before it
 */
record Origin(String text, @Nullable String host) {
  private static final String SEPARATOR = "://";

  static Origin of(String origin) {
    int separator = origin.indexOf(SEPARATOR);
    if (separator <= 0) {
      return new Origin(origin, null);
    }
    int start = separator + SEPARATOR.length();
    int end = origin.indexOf('/', start);
    if (end < 0) {
      end = origin.length();
    }
    int colon = origin.lastIndexOf(':', end - 1);
    boolean hasPort = colon >= start && origin.indexOf(']', colon) < 0;
    int hostEnd = hasPort ? colon : end;
    String host = origin.substring(start, hostEnd);
    int textEnd = isDefaultPort(origin, separator, hostEnd, end) ? hostEnd : end;
    return new Origin(textEnd == origin.length() ? origin : origin.substring(0, textEnd), host);
  }

  private static boolean isDefaultPort(String origin, int schemeEnd, int portStart, int portEnd) {
    int length = portEnd - portStart;
    return schemeEnd == 4
            && length == 3
            && origin.startsWith("http", 0)
            && origin.startsWith(":80", portStart)
        || schemeEnd == 5
            && length == 4
            && origin.startsWith("https", 0)
            && origin.startsWith(":443", portStart);
  }
}
