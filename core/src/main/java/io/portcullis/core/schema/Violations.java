package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that is wrong with one value, as a tree that mirrors it: a text per field, an object
 * per record, an array aligned with the input per list. Collected while checking, then printed; one
 * thread.
 */
public final class Violations {
  /** Key of the messages that concern no single field. */
  public static final String ENTITY = "@entity";

  private final ObjectNode fields = Json.NODES.objectNode();

  /** Whether nothing is wrong. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** The tree; not a copy. */
  public ObjectNode fields() {
    return fields;
  }

  /** Reports a message about a top-level field. */
  public void put(String field, String message) {
    fields.put(field, message);
  }

  void put(String field, JsonNode error) {
    fields.set(field, error);
  }

  /** A record that already failed as a whole keeps that message. */
  void put(List<String> path, JsonNode error) {
    ObjectNode level = fields;
    for (String step : path.subList(0, path.size() - 1)) {
      JsonNode next = level.get(step);
      if (next == null) {
        next = level.putObject(step);
      } else if (!next.isObject()) {
        return;
      }
      level = (ObjectNode) next;
    }
    level.set(path.getLast(), error);
  }

  /** Adds a message about the record as a whole. */
  public void addEntityError(String message) {
    // An unknown field may have this very name.
    if (fields.get(ENTITY) instanceof ArrayNode list) {
      list.add(message);
    } else {
      fields.putArray(ENTITY).add(message);
    }
  }

  /**
   * The one-line summary: the record's own messages first, then fields by name, errors inside
   * records and lists by sub key, anything deeper as a Lua table.
   */
  public String message() {
    List<String> items = new ArrayList<>();
    boolean hasEntityErrors = fields.get(ENTITY) instanceof ArrayNode;
    if (hasEntityErrors) {
      fields.get(ENTITY).forEach(item -> items.add(Json.plain(item)));
    }
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    fields.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    if (hasEntityErrors) {
      sorted.remove(ENTITY);
    }
    sorted.forEach((name, error) -> addItems(items, name, error));
    String all = String.join("; ", items);
    return items.size() == 1
        ? "schema violation (" + all + ")"
        : items.size() + " schema violations (" + all + ")";
  }

  private static void addItems(List<String> items, String name, JsonNode error) {
    if (error.isObject()) {
      TreeMap<String, JsonNode> sorted = new TreeMap<>();
      error.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
      sorted.forEach((key, inner) -> items.add(name + "." + key + ": " + text(inner)));
    } else if (error.isArray()) {
      for (int i = 0; i < error.size(); i++) {
        if (!error.get(i).isNull()) {
          items.add(name + "." + (i + 1) + ": " + text(error.get(i)));
        }
      }
    } else {
      items.add(name + ": " + text(error));
    }
  }

  private static String text(JsonNode error) {
    return error.isContainer() ? LuaTable.pretty(error) : Json.plain(error);
  }
}
