package io.portcullis.plugins.oauth2;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a client has its users sent back to, and how answers are written there. */
final class RedirectUri {
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9+.-]*://(?:[^@/?#]*@)?[^:@/?#]+(?::\\d*)?(?:[/?].*)?");
  private static final String HEX = "0123456789abcdef";

  private RedirectUri() {}

  /** What is wrong with it; null when nothing is. */
  static @Nullable String refusal(String uri) {
    int fragment = uri.indexOf('#');
    String rest = fragment < 0 ? uri : uri.substring(0, fragment);
    if (!SHAPE.matcher(rest).matches()) {
      return "cannot parse '" + uri + "'";
    }
    return fragment < 0 ? null : "fragment not allowed in '" + uri + "'";
  }

  /** With an answer among the arguments of its query, in the order of their names. */
  static String withQuery(String uri, Map<String, String> answer) {
    int question = uri.indexOf('?');
    Map<String, String> all = new TreeMap<>();
    if (question >= 0) {
      for (String pair : uri.substring(question + 1).split("&")) {
        int equals = pair.indexOf('=');
        if (!pair.isEmpty()) {
          all.put(
              decoded(equals < 0 ? pair : pair.substring(0, equals)),
              equals < 0 ? "true" : decoded(pair.substring(equals + 1)));
        }
      }
    }
    all.putAll(answer);
    return (question < 0 ? uri : uri.substring(0, question)) + "?" + encoded(all);
  }

  /** With an answer as its fragment, which browsers keep to themselves. */
  static String withFragment(String uri, Map<String, String> answer) {
    return uri + "#" + encoded(new TreeMap<>(answer));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }

  private static String encoded(Map<String, String> arguments) {
    StringBuilder text = new StringBuilder();
    arguments.forEach(
        (name, value) -> {
          if (!text.isEmpty()) {
            text.append('&');
          }
          encode(name, text);
          if (!value.isEmpty()) {
            encode(value, text.append('='));
          }
        });
    return text.toString();
  }

  /** All but letters, digits and underscores as escapes in lower case, as Kong writes them. */
  private static void encode(String value, StringBuilder text) {
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain =
          c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
      if (plain) {
        text.append(c);
      } else {
        text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
  }
}
