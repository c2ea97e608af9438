package io.portcullis.krakend.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An endpoint's path with its placeholders: {@code /users/{id}}, {@code /files/*}. Immutable. */
final class EndpointPath {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z0-9_-]+)}");
  private static final Pattern RESERVED = Pattern.compile("/__(debug|echo|health)(/.*)?");
  private static final Pattern SPECIAL = Pattern.compile("[.+*?()|\\[\\]{}^$\\\\]");

  private final String text;
  private final List<String> names = new ArrayList<>();

  EndpointPath(String text) {
    this.text = text;
    Matcher placeholder = PLACEHOLDER.matcher(text);
    while (placeholder.find()) {
      names.add(placeholder.group(1));
    }
  }

  List<String> names() {
    return List.copyOf(names);
  }

  boolean isOpen() {
    return text.endsWith("/*");
  }

  /** Why it cannot be an endpoint; null when it can. */
  @Nullable String refusal(boolean partialSegments) {
    if (!text.startsWith("/")) {
      return "endpoint '" + text + "' does not start with /";
    }
    if (RESERVED.matcher(text).matches()) {
      return "endpoint '" + text + "' is one of the gateway's own paths";
    }
    int star = text.indexOf('*');
    if (star >= 0 && (star != text.length() - 1 || !isOpen())) {
      return "endpoint '" + text + "' has a * elsewhere than at the end, after a /";
    }
    if (!partialSegments) {
      for (String segment : text.split("/", -1)) {
        Matcher placeholder = PLACEHOLDER.matcher(segment);
        if (placeholder.find() && placeholder.end() - placeholder.start() != segment.length()) {
          return "endpoint '"
              + text
              + "' has a placeholder that is only a part of a segment; disable_rest allows it";
        }
      }
    }
    return null;
  }

  /** As a regular expression of a route. */
  String regex(boolean named) {
    StringBuilder regex = new StringBuilder("~");
    String fixed = isOpen() ? text.substring(0, text.length() - 1) : text;
    Matcher placeholder = PLACEHOLDER.matcher(fixed);
    int from = 0;
    while (placeholder.find()) {
      regex.append(literal(fixed.substring(from, placeholder.start())));
      regex.append(named ? "(?<" + group(placeholder.group(1)) + ">[^/]+)" : "[^/]+");
      from = placeholder.end();
    }
    regex.append(literal(fixed.substring(from)));
    return regex.append(isOpen() ? ".*$" : "$").toString();
  }

  /** The name of a capture: groups may not have every name that placeholders have. */
  static String group(String placeholder) {
    return placeholder.replaceAll("[^a-zA-Z0-9]", "");
  }

  /** Sorts more particular paths after less particular ones: texts, parts of texts, any, rest. */
  String particularity() {
    StringBuilder key = new StringBuilder();
    for (String segment : text.split("/", -1)) {
      if (segment.equals("*")) {
        key.append('0');
      } else if (PLACEHOLDER.matcher(segment).matches()) {
        key.append('1');
      } else {
        key.append(PLACEHOLDER.matcher(segment).find() ? '2' : '3');
      }
    }
    return key.toString();
  }

  /** The same for all paths that match the same requests. */
  String shape() {
    return PLACEHOLDER.matcher(text).replaceAll("{}");
  }

  /** The text as a part of a route's name. */
  String slug() {
    String slug = text.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    return slug.isEmpty() ? "root" : slug;
  }

  private static String literal(String part) {
    return SPECIAL.matcher(part).replaceAll("\\\\$0");
  }

  @Override
  public String toString() {
    return text;
  }
}
