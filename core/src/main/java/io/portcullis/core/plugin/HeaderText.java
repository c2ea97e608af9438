package io.portcullis.core.plugin;

import java.nio.charset.StandardCharsets;

/** Texts and the values of header lines, which hold octets as ISO-8859-1. */
public final class HeaderText {
  private static final int LAST_ASCII = 126;

  private HeaderText() {}

  /** The text that the octets of a header's value are in UTF-8. */
  public static String utf8(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > LAST_ASCII) {
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return value;
  }

  /** A text as the value of a header: its octets in UTF-8, without line ends. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > LAST_ASCII || c < ' ') {
        String utf8 =
            new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return utf8.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
      }
    }
    return text;
  }
}
