package io.portcullis.plugins.proxycache;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Route;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What tells requests apart: who calls, route, scheme, host, method, path, query and chosen
 * headers, as a SHA-256 in hexadecimal. Parts end in a character that none of them holds, or come
 * with their length, so that no two requests can be made to look the same.
 */
final class RequestKey {
  private static final Comparator<String> BY_NAME =
      Comparator.comparing(pair -> pair.substring(0, nameEnd(pair)));
  private static final char END = '\n';

  private final boolean ignoreCase;
  private final String[] arguments;
  private final String[] headers;

  /**
   * @param arguments query arguments that count; all when null or empty
   * @param headers that count
   */
  RequestKey(boolean ignoreCase, @Nullable List<String> arguments, @Nullable List<String> headers) {
    this.ignoreCase = ignoreCase;
    this.arguments = sorted(arguments);
    this.headers = sorted(headers);
    for (int i = 0; i < this.headers.length; i++) {
      this.headers[i] = this.headers[i].toLowerCase(Locale.ROOT);
    }
  }

  String of(Exchange exchange) {
    Request request = exchange.request();
    StringBuilder text = new StringBuilder(256);
    Consumer consumer = exchange.consumer();
    Route route = exchange.route();
    text.append(consumer == null ? "" : consumer.id()).append(END);
    text.append(route == null ? "default" : route.id()).append(END);
    text.append(request.method()).append(END);
    text.append(request.forwardedScheme()).append("://");
    text.append(request.host().toLowerCase(Locale.ROOT)).append(END);
    String path = request.rawPath();
    text.append(ignoreCase ? path.toLowerCase(Locale.ROOT) : path).append(END);
    query(request, text);
    for (String name : headers) {
      text.append(name).append(':').append(values(request.headers(), name)).append(END);
    }
    return HexFormat.of()
        .formatHex(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** All lines of a name as one text; no line is another text than an empty one. */
  static String values(Headers headers, String name) {
    int first = headers.indexOf(name);
    if (first < 0) {
      return "";
    }
    return headers.indexOf(name, first + 1) < 0
        ? '=' + headers.value(first)
        : '=' + String.join("\r", headers.all(name));
  }

  private void query(Request request, StringBuilder text) {
    String query = request.rawQuery();
    if (query == null) {
      text.append(END);
      return;
    }
    text.append('?');
    if (arguments.length == 0) {
      String[] pairs = query.split("&", -1);
      // Of the same name the order counts: upstreams may take the first or the last.
      Arrays.sort(pairs, BY_NAME);
      for (String pair : pairs) {
        text.append(pair).append('&');
      }
    } else {
      for (String name : arguments) {
        text.append(name).append(request.hasBareQueryArgument(name) ? "!" : "");
        for (String value : request.queryValues(name)) {
          text.append('=').append(value.length()).append(':').append(value);
        }
        text.append('&');
      }
    }
    text.append(END);
  }

  private static int nameEnd(String pair) {
    int equals = pair.indexOf('=');
    return equals < 0 ? pair.length() : equals;
  }

  private static String[] sorted(@Nullable List<String> names) {
    String[] sorted = names == null ? new String[0] : names.toArray(new String[0]);
    Arrays.sort(sorted);
    return sorted;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
