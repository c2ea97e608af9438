package io.portcullis.plugins.form;

import io.portcullis.core.plugin.HeaderText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and shortens {@code a=1&b=2}: a query, or the body of a form. Texts hold one character for
 * each octet, so that what is left over goes on as it came.
 */
public final class FormText {
  private FormText() {}

  /** Decoded values of one name, in order; a name without {@code =} has none. */
  public static List<String> values(String text, String name) {
    String wanted = octets(name);
    List<String> values = new ArrayList<>(1);
    for (int at = 0; at < text.length(); ) {
      int end = end(text, at);
      int equals = text.indexOf('=', at);
      if (equals >= at && equals < end && decoded(text, at, equals).equals(wanted)) {
        values.add(HeaderText.utf8(decoded(text, equals + 1, end)));
      }
      at = end + 1;
    }
    return values;
  }

  /** The text without the pairs of one name, everything else as it was. */
  public static String without(String text, String name) {
    String unwanted = octets(name);
    StringBuilder rest = new StringBuilder(text.length());
    boolean found = false;
    for (int at = 0; at < text.length(); ) {
      int end = end(text, at);
      int equals = text.indexOf('=', at);
      int nameEnd = equals >= at && equals < end ? equals : end;
      if (decoded(text, at, nameEnd).equals(unwanted)) {
        found = true;
      } else {
        if (!rest.isEmpty()) {
          rest.append('&');
        }
        rest.append(text, at, end);
      }
      at = end + 1;
    }
    return found ? rest.toString() : text;
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static int end(String text, int from) {
    int ampersand = text.indexOf('&', from);
    return ampersand < 0 ? text.length() : ampersand;
  }

  /** A broken escape stands for itself. */
  private static String decoded(String text, int from, int to) {
    String part = text.substring(from, to);
    if (part.indexOf('%') < 0 && part.indexOf('+') < 0) {
      return part;
    }
    try {
      return URLDecoder.decode(part, StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException broken) {
      return part;
    }
  }
}
