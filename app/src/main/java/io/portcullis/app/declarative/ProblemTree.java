package io.portcullis.app.declarative;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Collects what is wrong with a file at the places where it is wrong. One thread. */
final class ProblemTree {
  /** A place: field names, and indexes counted from 0. */
  record Place(List<Object> steps) {
    static final Place TOP = new Place(List.of());

    Place then(Object step) {
      List<Object> longer = new ArrayList<>(steps);
      longer.add(step);
      return new Place(List.copyOf(longer));
    }
  }

  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  boolean isEmpty() {
    return root.isEmpty();
  }

  ObjectNode fields() {
    return root;
  }

  void add(Place place, String message) {
    add(place, JsonNodeFactory.instance.stringNode(message));
  }

  /** A first problem of a place is kept, unless both are records of problems. */
  void add(Place place, JsonNode error) {
    if (place.steps().isEmpty()) {
      if (error.isObject()) {
        mergeInto(root, error);
      }
      return;
    }
    JsonNode level = root;
    for (int i = 0; i < place.steps().size() - 1; i++) {
      JsonNode next = child(level, place.steps().get(i));
      if (next == null || next.isNull()) {
        next =
            place.steps().get(i + 1) instanceof Integer
                ? JsonNodeFactory.instance.arrayNode()
                : JsonNodeFactory.instance.objectNode();
        set(level, place.steps().get(i), next);
      } else if (!next.isContainer()) {
        return;
      }
      level = next;
    }
    Object last = place.steps().getLast();
    JsonNode existing = child(level, last);
    if (existing == null || existing.isNull()) {
      set(level, last, error);
    } else if (existing instanceof ObjectNode object && error.isObject()) {
      mergeInto(object, error);
    }
  }

  /** One line per message. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    collect(problems, "", root);
    return List.copyOf(problems);
  }

  private static void mergeInto(ObjectNode target, JsonNode source) {
    for (Map.Entry<String, JsonNode> entry : source.properties()) {
      if (!target.has(entry.getKey())) {
        target.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static @Nullable JsonNode child(JsonNode level, Object step) {
    return step instanceof Integer index ? level.get(index) : level.get(String.valueOf(step));
  }

  private static void set(JsonNode level, Object step, JsonNode value) {
    if (level instanceof ArrayNode array && step instanceof Integer index) {
      while (array.size() <= index) {
        array.addNull();
      }
      array.set(index, value);
    } else if (level instanceof ObjectNode object) {
      object.set(String.valueOf(step), value);
    }
  }

  private static void collect(List<Problem> problems, String path, JsonNode error) {
    if (error.isObject()) {
      for (Map.Entry<String, JsonNode> entry : error.properties()) {
        boolean whole = entry.getKey().equals("@entity");
        if (whole && entry.getValue().isArray()) {
          entry.getValue().forEach(message -> collect(problems, path, message));
        } else {
          collect(problems, joined(path, entry.getKey()), entry.getValue());
        }
      }
    } else if (error.isArray()) {
      for (int i = 0; i < error.size(); i++) {
        if (!error.get(i).isNull()) {
          collect(problems, joined(path, Integer.toString(i + 1)), error.get(i));
        }
      }
    } else {
      problems.add(new Problem(path, error.asString()));
    }
  }

  private static String joined(String path, String step) {
    return path.isEmpty() ? step : path + "." + step;
  }
}
