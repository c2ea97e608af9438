package io.portcullis.e2e.upstream;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an upstream has seen since it was emptied, and the answers forced on it. It is asked and
 * told under {@code /__up__/}: {@code POST reset}, {@code GET log}, {@code GET count}, {@code GET
 * bodies} (these take {@code ?path=}), {@code POST mode?status=N|close|ok[&path=]}. Safe for use by
 * several connections.
 */
final class UpstreamLog {
  private record Entry(String path, ObjectNode seen) {}

  private final JsonMapper json = JsonMapper.shared();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> forced = new HashMap<>();

  /** Keeps {@code seen} and tells which directive is forced on its path, if any. */
  synchronized Optional<String> add(String path, ObjectNode seen) {
    entries.add(new Entry(path, seen));
    return Optional.ofNullable(forced.getOrDefault(path, forced.get("")))
        .filter(mode -> !mode.equals("ok"));
  }

  synchronized void clear() {
    entries.clear();
    forced.clear();
  }

  synchronized JsonNode answer(String target) {
    String[] parts = target.split("\\?", 2);
    String query = parts.length == 2 ? parts[1] : "";
    String path = argument(query, "path");
    ObjectNode done = JsonNodeFactory.instance.objectNode().put("ok", true);
    return switch (parts[0]) {
      case "/__up__/log" -> {
        ArrayNode log = JsonNodeFactory.instance.arrayNode();
        seenOn(path).forEach(entry -> log.add(entry.seen()));
        yield log;
      }
      case "/__up__/count" -> count(path);
      case "/__up__/bodies" -> {
        ArrayNode bodies = JsonNodeFactory.instance.arrayNode();
        seenOn(path).forEach(entry -> bodies.add(body(entry.seen())));
        yield bodies;
      }
      case "/__up__/mode" -> {
        forced.put(path == null ? "" : path, query.split("&", 2)[0]);
        yield done;
      }
      case "/__up__/reset" -> {
        clear();
        yield done;
      }
      default -> done;
    };
  }

  private List<Entry> seenOn(@Nullable String path) {
    return entries.stream().filter(entry -> path == null || entry.path().equals(path)).toList();
  }

  private JsonNode count(@Nullable String path) {
    Map<String, Integer> paths = new TreeMap<>();
    List<Entry> seen = seenOn(path);
    seen.forEach(entry -> paths.merge(entry.path(), 1, Integer::sum));
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("count", seen.size());
    ObjectNode byPath = answer.putObject("paths");
    paths.forEach(byPath::put);
    return answer;
  }

  private JsonNode body(ObjectNode seen) {
    JsonNode text = seen.path("body");
    try {
      JsonNode parsed = json.readTree(text.asString(""));
      return parsed.isMissingNode() ? text : parsed;
    } catch (JacksonException notJson) {
      return text;
    }
  }

  private static @Nullable String argument(String query, String name) {
    for (String argument : query.split("&")) {
      if (argument.startsWith(name + "=")) {
        return URLDecoder.decode(argument.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}
