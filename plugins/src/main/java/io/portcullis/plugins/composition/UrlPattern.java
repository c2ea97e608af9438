package io.portcullis.plugins.composition;

import io.portcullis.plugins.composition.encoding.JsonWriter;
import io.portcullis.plugins.composition.shape.JsonNull;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Path and query of a backend, with placeholders: {@code {name}} is a path parameter, {@code
 * {JWT.claim}} a claim, {@code {input_headers.Name}} and {@code {input_query_strings.name}} are
 * what is forwarded, {@code {resp0_a.b}} is what an earlier backend answered, {@code {resp0}} the
 * whole of an answer that was not read. A placeholder without a value is text, in the form in which
 * Lura keeps it: {@code {{.Name}}}. Immutable.
 */
final class UrlPattern {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]+)}");
  private static final Pattern EARLIER = Pattern.compile("[rR]esp(\\d+)(?:_(.+))?");

  /** The member that holds the text of an answer that was not read. */
  private static final String WHOLE = "";

  private static final String[] WHOLE_PATH = {WHOLE};

  private static final String CLAIM = "JWT.";
  private static final String HEADER = "input_headers.";
  private static final String ARGUMENT = "input_query_strings.";

  private sealed interface Piece {
    /** Text that is escaped already. */
    record Literal(String text) implements Piece {}

    record Parameter(String name) implements Piece {}

    record Claim(String name, String[] path) implements Piece {}

    record Header(String lowerCaseName) implements Piece {}

    record Argument(String name) implements Piece {}

    record Earlier(int call, String[] path) implements Piece {}
  }

  /** A piece, the text it stays when it has no value, and whether it stands after the {@code ?}. */
  private record Place(Piece piece, String unreplaced, boolean inQuery) {}

  private final List<Place> places = new ArrayList<>();
  private final List<String> parameters = new ArrayList<>();
  private final boolean hasQuery;
  private int latestEarlier = -1;

  UrlPattern(String written) {
    String pattern = written.startsWith("/") ? written : '/' + written;
    Matcher matcher = PLACEHOLDER.matcher(pattern);
    int question = pattern.indexOf('?');
    int queryStart = question < 0 ? pattern.length() : question;
    hasQuery = question >= 0;
    int from = 0;
    while (matcher.find()) {
      literal(pattern, from, matcher.start(), queryStart);
      boolean inQuery = matcher.start() > queryStart;
      places.add(
          new Place(
              piece(matcher.group(1)),
              UrlText.written(unreplaced(matcher.group(1)), inQuery),
              inQuery));
      from = matcher.end();
    }
    literal(pattern, from, pattern.length(), queryStart);
  }

  /** Path and query when they are the same for all requests; else null. */
  @Nullable String constant() {
    StringBuilder text = new StringBuilder();
    for (Place place : places) {
      if (!(place.piece() instanceof Piece.Literal literal)) {
        return null;
      }
      text.append(literal.text());
    }
    return text.toString();
  }

  /** Path parameters that it needs. */
  List<String> parameters() {
    return List.copyOf(parameters);
  }

  /** Number of the last backend whose answer it needs; -1 when it needs none. */
  int latestEarlier() {
    return latestEarlier;
  }

  /** Names of placeholders in a path, in order. */
  static List<String> placeholders(String path) {
    return PLACEHOLDER.matcher(path).results().map((MatchResult found) -> found.group(1)).toList();
  }

  /** Path and query with values, and further arguments after its own. */
  String filled(
      ClientRequest request,
      List<Map<String, Object>> earlier,
      List<ClientRequest.Argument> arguments) {
    StringBuilder out = new StringBuilder();
    for (Place place : places) {
      if (place.piece() instanceof Piece.Literal literal) {
        out.append(literal.text());
        continue;
      }
      String value = value(place.piece(), request, earlier);
      if (value == null) {
        out.append(place.unreplaced());
      } else if (place.inQuery()) {
        UrlText.queryValue(out, value);
      } else if (value.equals(".") || value.equals("..")) {
        // Whoever normalises the path would leave the place that the pattern names.
        out.append(place.unreplaced());
      } else if (mayHaveSlashes(place.piece())) {
        UrlText.path(out, value);
      } else {
        UrlText.segment(out, value);
      }
    }
    char separator = hasQuery ? '&' : '?';
    for (ClientRequest.Argument argument : arguments) {
      out.append(separator);
      UrlText.queryValue(out, argument.name());
      out.append('=');
      UrlText.queryValue(out, argument.value());
      separator = '&';
    }
    return out.toString();
  }

  /** What its first placeholder stands for, without escapes; null for nothing. */
  @Nullable String firstValue(ClientRequest request, List<Map<String, Object>> earlier) {
    for (Place place : places) {
      if (!(place.piece() instanceof Piece.Literal)) {
        return value(place.piece(), request, earlier);
      }
    }
    return null;
  }

  /** A capture may span segments, and backends may name paths; clients' other texts may not. */
  private static boolean mayHaveSlashes(Piece piece) {
    return piece instanceof Piece.Parameter || piece instanceof Piece.Earlier;
  }

  private void literal(String pattern, int from, int to, int queryStart) {
    int middle = Math.clamp(queryStart, from, to);
    if (middle > from) {
      String text = UrlText.written(pattern.substring(from, middle), false);
      places.add(new Place(new Piece.Literal(text), text, false));
    }
    if (to > middle) {
      String text = UrlText.written(pattern.substring(middle, to), true);
      places.add(new Place(new Piece.Literal(text), text, true));
    }
  }

  private static String unreplaced(String name) {
    return "{{." + Character.toUpperCase(name.charAt(0)) + name.substring(1) + "}}";
  }

  private Piece piece(String name) {
    if (name.startsWith(CLAIM)) {
      String claim = name.substring(CLAIM.length());
      return new Piece.Claim(claim, dotted(claim));
    }
    if (name.startsWith(HEADER)) {
      return new Piece.Header(name.substring(HEADER.length()).toLowerCase(Locale.ROOT));
    }
    if (name.startsWith(ARGUMENT)) {
      return new Piece.Argument(name.substring(ARGUMENT.length()));
    }
    Matcher earlier = EARLIER.matcher(name);
    if (earlier.matches() && earlier.group(1).length() < 4) {
      int call = Integer.parseInt(earlier.group(1));
      latestEarlier = Math.max(latestEarlier, call);
      String member = earlier.group(2);
      return new Piece.Earlier(call, member == null ? WHOLE_PATH : dotted(member));
    }
    parameters.add(name);
    return new Piece.Parameter(name);
  }

  private static String[] dotted(String path) {
    return path.split("\\.", -1);
  }

  private static @Nullable String value(
      Piece piece, ClientRequest request, List<Map<String, Object>> earlier) {
    return switch (piece) {
      case Piece.Literal literal -> literal.text();
      case Piece.Parameter parameter -> request.parameters().get(parameter.name());
      case Piece.Claim claim -> claim(request.claims(), claim);
      case Piece.Header header -> request.headers().get(header.lowerCaseName());
      case Piece.Argument argument -> argument(request.query(), argument.name());
      case Piece.Earlier answer ->
          answer.call() < earlier.size() ? found(earlier.get(answer.call()), answer.path()) : null;
    };
  }

  private static @Nullable String argument(List<ClientRequest.Argument> query, String name) {
    for (ClientRequest.Argument argument : query) {
      if (argument.name().equals(name)) {
        return argument.value();
      }
    }
    return null;
  }

  /** The claim of that very name, dots and all, or else the one that the dots lead to. */
  private static @Nullable String claim(@Nullable JsonNode claims, Piece.Claim claim) {
    JsonNode node = claims == null ? null : claims.get(claim.name());
    if (node == null) {
      node = claims;
      for (String step : claim.path()) {
        node = node == null ? null : node.get(step);
      }
    }
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isArray()) {
      List<String> elements = new ArrayList<>();
      node.forEach(element -> elements.add(element.asString()));
      return String.join(",", elements);
    }
    return node.isObject() ? node.toString() : node.asString();
  }

  /** An answer that was not read, for the patterns of later calls. */
  static Map<String, Object> whole(byte[] body) {
    return Map.of(WHOLE, new String(body, StandardCharsets.UTF_8));
  }

  private static @Nullable String found(Map<String, Object> answer, String[] path) {
    Object value = answer;
    for (String step : path) {
      value = value instanceof Map<?, ?> object ? object.get(step) : null;
    }
    return value == null || value == JsonNull.NULL ? null : text(value);
  }

  private static String text(Object value) {
    return switch (value) {
      case List<?> list -> {
        List<String> elements = new ArrayList<>(list.size());
        list.forEach(element -> elements.add(text(element)));
        yield String.join(",", elements);
      }
      case Map<?, ?> object -> new String(JsonWriter.write(object), StandardCharsets.UTF_8);
      default -> value.toString();
    };
  }
}
