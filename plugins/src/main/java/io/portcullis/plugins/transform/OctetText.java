package io.portcullis.plugins.transform;

import java.nio.charset.StandardCharsets;

/**
 * Text whose characters stand for octets, as header values and decoded arguments are: whatever
 * bytes a client sent survive, and UTF-8 becomes text only where text is wanted.
 */
public final class OctetText {
  private OctetText() {}

  /** The octets of a text in UTF-8. */
  public static String of(String text) {
    return isAscii(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The text whose UTF-8 these octets are. */
  public static String decoded(String octets) {
    return isAscii(octets)
        ? octets
        : new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** As a header can carry it: what would end the line is percent-encoded. */
  static String headerValue(String octets) {
    for (int i = 0; i < octets.length(); i++) {
      if (endsLine(octets.charAt(i))) {
        return encodedLineEnds(octets);
      }
    }
    return octets;
  }

  private static String encodedLineEnds(String octets) {
    StringBuilder safe = new StringBuilder(octets.length() + 8);
    for (int i = 0; i < octets.length(); i++) {
      char c = octets.charAt(i);
      if (endsLine(c)) {
        percent(c, safe);
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }

  private static boolean endsLine(char c) {
    return c == '\r' || c == '\n' || c == 0;
  }

  static void percent(char octet, StringBuilder target) {
    target.append('%').append(hex(octet >> 4)).append(hex(octet));
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit & 15);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
