package io.portcullis.plugins.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelVariableResolver;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The variables of one request, in KrakenD's names; made when an expression asks for them. */
final class RequestVariables implements CelVariableResolver {
  static final String TOKEN = "JWT";
  private static final CelType TEXTS = ListType.create(SimpleType.STRING);

  private final RequestFacts request;
  private final InstantSource clock;
  private final Map<String, Object> made = new HashMap<>();

  RequestVariables(RequestFacts request, InstantSource clock) {
    this.request = request;
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
      case "req_method" -> request.method();
      case "req_path" -> request.path();
      case "req_params" -> parameters();
      case "req_headers" -> headers(request.headers());
      case "req_querystring" -> request.arguments();
      case TOKEN -> {
        JsonNode claims = request.claims();
        yield claims == null || !claims.isObject() ? Map.of() : CelValues.of(claims);
      }
      case "now" -> clock.instant().toString();
      default -> null;
    };
  }

  /** By their names, and by their names with a capital, as they are called in KrakenD's files. */
  private Map<String, String> parameters() {
    Map<String, String> both = new HashMap<>();
    request
        .parameters()
        .forEach(
            (name, value) -> {
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
}
