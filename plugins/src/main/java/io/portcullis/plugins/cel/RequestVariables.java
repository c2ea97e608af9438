package io.portcullis.plugins.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelVariableResolver;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.endpoint.PathParameters;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What expressions may ask of one request, in KrakenD's names; made when they do. */
final class RequestVariables implements CelVariableResolver {
  static final String TOKEN = "JWT";
  private static final CelType TEXTS = ListType.create(SimpleType.STRING);

  private final Exchange exchange;
  private final PathParameters path;
  private final InstantSource clock;
  private final Map<String, Object> made = new HashMap<>();

  RequestVariables(Exchange exchange, PathParameters path, InstantSource clock) {
    this.exchange = exchange;
    this.path = path;
    this.clock = clock;
  }

  /** Names and types. */
  static Map<String, CelType> types() {
    return Map.of(
        "req_method",
        SimpleType.STRING,
        "req_path",
        SimpleType.STRING,
        "req_params",
        MapType.create(SimpleType.STRING, SimpleType.STRING),
        "req_headers",
        MapType.create(SimpleType.STRING, TEXTS),
        "req_querystring",
        MapType.create(SimpleType.STRING, TEXTS),
        TOKEN,
        MapType.create(SimpleType.STRING, SimpleType.DYN),
        "now",
        SimpleType.STRING);
  }

  @Override
  public Optional<Object> find(String name) {
    Object known = made.get(name);
    if (known == null) {
      known = make(name);
      if (known != null) {
        made.put(name, known);
      }
    }
    return Optional.ofNullable(known);
  }

  private @Nullable Object make(String name) {
    return switch (name) {
      case "req_method" -> exchange.request().method();
      case "req_path" -> exchange.request().path();
      case "req_params" -> parameters();
      case "req_headers" -> headers(exchange.request().headers());
      case "req_querystring" -> arguments(exchange.request().rawQuery());
      case TOKEN -> {
        JsonNode claims = exchange.get(VerifiedClaims.KEY);
        yield claims == null || !claims.isObject() ? Map.of() : CelValues.of(claims);
      }
      case "now" -> clock.instant().toString();
      default -> null;
    };
  }

  /** By their names, and by their names with a capital, as they are called in KrakenD's files. */
  private Map<String, String> parameters() {
    Map<String, String> found = path.of(exchange.request());
    Map<String, String> both = new HashMap<>();
    found.forEach(
        (name, raw) -> {
          String value = decoded(raw.replace("+", "%2B"));
          both.put(name, value);
          if (!name.isEmpty()) {
            both.put(Character.toUpperCase(name.charAt(0)) + name.substring(1), value);
          }
        });
    return both;
  }

  private static Map<String, List<String>> headers(Headers lines) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      headers
          .computeIfAbsent(canonical(lines.name(i)), _ -> new ArrayList<>(1))
          .add(HeaderText.utf8(lines.value(i)));
    }
    return headers;
  }

  /** {@code x-request-id} as {@code X-Request-Id}. */
  private static String canonical(String name) {
    char[] letters = name.toCharArray();
    boolean first = true;
    for (int i = 0; i < letters.length; i++) {
      letters[i] = first ? Character.toUpperCase(letters[i]) : letters[i];
      first = letters[i] == '-';
    }
    return new String(letters);
  }

  private static Map<String, List<String>> arguments(@Nullable String query) {
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    if (query == null) {
      return arguments;
    }
    int from = 0;
    while (from < query.length()) {
      int ampersand = query.indexOf('&', from);
      int end = ampersand < 0 ? query.length() : ampersand;
      int equals = query.indexOf('=', from);
      int middle = equals < 0 || equals > end ? end : equals;
      if (end > from) {
        arguments
            .computeIfAbsent(decoded(query.substring(from, middle)), _ -> new ArrayList<>(1))
            .add(middle == end ? "" : decoded(query.substring(middle + 1, end)));
      }
      from = end + 1;
    }
    return arguments;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }
}
