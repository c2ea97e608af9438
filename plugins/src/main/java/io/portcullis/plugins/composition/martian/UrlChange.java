package io.portcullis.plugins.composition.martian;

import java.net.URI;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Parts of a request's URL. */
final class UrlChange {
  private UrlChange() {}

  /** Replaces the parts that are given. */
  static Modifier of(JsonNode fields) {
    String scheme = text(fields, "scheme");
    String host = text(fields, "host");
    String path = text(fields, "path");
    String query = text(fields, "query");
    if (!scheme.isEmpty() && !scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("parse: url.Modifier: no scheme to call: " + scheme);
    }
    // Told now rather than with every request.
    ModifierParser.uri("http", or(host, "h"), or(path, "/"), query);
    return message -> {
      if (message instanceof Message.Outgoing request) {
        URI uri = request.uri();
        request.directTo(
            ModifierParser.uri(
                or(scheme, uri.getScheme()),
                or(host, uri.getRawAuthority()),
                or(path, uri.getRawPath()),
                or(query, uri.getRawQuery())));
      }
    };
  }

  /** Whether the parts that are given are the request's. */
  static Predicate<Message> filter(JsonNode fields) {
    String scheme = text(fields, "scheme");
    String host = text(fields, "host");
    String path = text(fields, "path");
    String query = text(fields, "query");
    return message -> {
      URI uri = ModifierParser.request(message).uri();
      return isSame(scheme, uri.getScheme())
          && (isSame(host, uri.getRawAuthority()) || isSame(host, uri.getHost()))
          && isSame(path, uri.getPath())
          && isSame(query, uri.getRawQuery());
    };
  }

  private static String text(JsonNode fields, String member) {
    return or(ModifierParser.text(fields, member), "");
  }

  private static String or(@Nullable String given, @Nullable String otherwise) {
    if (given != null && !given.isEmpty()) {
      return given;
    }
    return otherwise == null ? "" : otherwise;
  }

  private static boolean isSame(String wanted, @Nullable String present) {
    return wanted.isEmpty() || wanted.equals(present);
  }
}
