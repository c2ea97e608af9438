package io.portcullis.e2e.upstream;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an answer is to differ from the plain echo, as asked for by the request itself: {@code
 * name[=value]} items, split by semicolons and percent-encoded, from the headers {@code X-Up} and
 * the query arguments {@code up}.
 *
 * <ul>
 *   <li>{@code status=N reason=T h=Name:Value ct=TYPE noct body=TEXT nobody big=N} shape the
 *       answer,
 *   <li>{@code chunked trailers http10 conn=close early=N} its framing,
 *   <li>{@code delay=S stall=S sse=N,S} its timing (before the head, after the head, N events S
 *       apart),
 *   <li>{@code close reset mid bad[=nul|duplen|len|te|chunk|huge]} break it,
 *   <li>{@code wsdeny wsproto} refuse an upgrade or pick the first subprotocol.
 * </ul>
 */
final class Directives {
  private final Map<String, String> values = new HashMap<>();
  private final List<Map.Entry<String, String>> headers = new ArrayList<>();

  static Directives of(ReceivedRequest request) {
    Directives directives = new Directives();
    ReceivedRequest.byName(request.headers())
        .getOrDefault("x-up", List.of())
        .forEach(directives::addAll);
    String[] target = request.target().split("\\?", 2);
    if (target.length == 2) {
      for (String argument : target[1].split("&")) {
        if (argument.startsWith("up=")) {
          directives.addAll(decoded(argument.substring(3)));
        }
      }
    }
    return directives;
  }

  private void addAll(String items) {
    for (String item : items.split(";")) {
      add(item.strip());
    }
  }

  /** Adds one {@code name[=value]} over what the request asked for. */
  void add(String item) {
    String[] parts = item.split("=", 2);
    String value = parts.length == 2 ? percentDecoded(parts[1]) : "";
    if (parts[0].equals("h")) {
      String[] header = value.split(":", 2);
      headers.add(Map.entry(header[0], header.length == 2 ? header[1].strip() : ""));
    } else if (!parts[0].isEmpty()) {
      values.put(parts[0], value);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** In a header a plus sign is a plus sign. */
  private static String percentDecoded(String text) {
    return decoded(text.replace("+", "%2B"));
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  int number(String name, int otherwise) {
    String value = values.get(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  Duration seconds(String name) {
    return seconds(values.getOrDefault(name, "0"), Duration.ZERO);
  }

  static Duration seconds(String text, Duration otherwise) {
    return text.isEmpty() ? otherwise : Duration.ofMillis((long) (Double.parseDouble(text) * 1000));
  }

  List<Map.Entry<String, String>> headers() {
    return headers;
  }
}
