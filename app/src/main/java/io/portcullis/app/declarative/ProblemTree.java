package io.portcullis.app.declarative;

import io.portcullis.core.schema.Violations;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Collects what is wrong with a file in a tree that mirrors it, as Kong's code 14 answers it: a
 * text where a value is wrong, a record for an entity, for several messages about one entity as a
 * whole a list of them. One thread.
 */
final class ProblemTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A broken file may have millions, and nobody reads more. */
  private static final int MOST = 10_000;

  private final ObjectNode root = NODES.objectNode();
  private int count;

  boolean isEmpty() {
    return root.isEmpty();
  }

  ObjectNode fields() {
    return root;
  }

  void add(Place place, String message) {
    add(place, NODES.stringNode(message));
  }

  /** Adds a message about an entity as a whole, which is one of several perhaps. */
  void addToList(Place place, String message) {
    add(place, NODES.arrayNode().add(message));
  }

  /** What a place says already is kept; a place above it that says something of itself, too. */
  void add(Place place, JsonNode error) {
    if (++count > MOST) {
      root.put("error", "more than " + MOST + " problems, of which these are the first");
      return;
    }
    Deque<Object> steps = place.steps();
    JsonNode level = root;
    Object step = steps.pop();
    while (!steps.isEmpty()) {
      JsonNode next = child(level, step);
      if (next == null || next.isNull()) {
        next = steps.peek() instanceof Integer ? NODES.arrayNode() : NODES.objectNode();
        set(level, step, next);
      } else if (!next.isContainer()) {
        return;
      }
      level = next;
      step = steps.pop();
    }
    JsonNode existing = child(level, step);
    set(level, step, existing == null || existing.isNull() ? error : merged(existing, error));
  }

  /**
   * Adds a message under an entity's own name, where it has no index; under its index when the list
   * of entities has other problems.
   */
  void addByName(String entity, String name, Place place, String message) {
    if (root.get(entity) instanceof ArrayNode) {
      add(place, message);
    } else {
      add(Place.TOP.then(entity).then(name), message);
    }
  }

  /** One for each message, in the tree's order. */
  List<Problem> problems() {
    return problems(root);
  }

  static List<Problem> problems(ObjectNode tree) {
    List<Problem> problems = new ArrayList<>();
    collect(problems, "", tree);
    return List.copyOf(problems);
  }

  private static JsonNode merged(JsonNode existing, JsonNode error) {
    if (!existing.isObject() && !error.isObject()) {
      ArrayNode messages = NODES.arrayNode();
      append(messages, existing);
      append(messages, error);
      return messages;
    }
    ObjectNode record = NODES.objectNode();
    ArrayNode whole = NODES.arrayNode();
    for (JsonNode part : List.of(existing, error)) {
      if (part instanceof ObjectNode fields) {
        for (Map.Entry<String, JsonNode> entry : fields.properties()) {
          if (entry.getKey().equals(Violations.ENTITY)) {
            append(whole, entry.getValue());
          } else if (!record.has(entry.getKey())) {
            record.set(entry.getKey(), entry.getValue());
          }
        }
      } else {
        append(whole, part);
      }
    }
    if (!whole.isEmpty()) {
      record.set(Violations.ENTITY, whole);
    }
    return record;
  }

  private static void append(ArrayNode messages, JsonNode part) {
    if (part.isArray()) {
      part.forEach(messages::add);
    } else {
      messages.add(part);
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
        if (entry.getKey().equals(Violations.ENTITY) && entry.getValue().isArray()) {
          messages(problems, path, entry.getValue());
        } else {
          collect(problems, joined(path, entry.getKey()), entry.getValue());
        }
      }
    } else if (error.isArray()) {
      for (int i = 0; i < error.size(); i++) {
        String item = joined(path, Integer.toString(i + 1));
        if (error.get(i).isArray()) {
          messages(problems, item, error.get(i));
        } else if (!error.get(i).isNull()) {
          collect(problems, item, error.get(i));
        }
      }
    } else {
      problems.add(new Problem(path, error.asString()));
    }
  }

  private static void messages(List<Problem> problems, String path, JsonNode list) {
    list.forEach(message -> problems.add(new Problem(path, message.asString())));
  }

  private static String joined(String path, String step) {
    return path.isEmpty() ? step : path + "." + step;
  }
}
