package io.portcullis.app.declarative;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.Violations;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The problems of a configuration told entity by entity, as Kong does for {@code flatten_errors}:
 * each broken entity as it was given, with its problems in one list. One thread.
 */
final class FlattenedProblems {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final EntitySpecs specs;
  private final ArrayNode flattened = NODES.arrayNode();
  private final ObjectNode rest = NODES.objectNode();

  /**
   * @param input the configuration as it was given
   * @param fields what is wrong with it, as a tree that mirrors it
   */
  FlattenedProblems(EntitySpecs specs, ObjectNode input, ObjectNode fields) {
    this.specs = specs;
    for (Map.Entry<String, JsonNode> entry : fields.properties()) {
      Optional<EntitySpec> spec = specs.byName(entry.getKey());
      if (spec.isPresent()
          && entry.getValue() instanceof ArrayNode errors
          && input.get(entry.getKey()) instanceof ArrayNode list) {
        ArrayNode left = list(spec.get(), list, errors, null, null);
        if (left != null) {
          rest.set(entry.getKey(), left);
        }
      } else {
        rest.set(entry.getKey(), entry.getValue());
      }
    }
  }

  /** One element for each broken entity. */
  ArrayNode flattened() {
    return flattened;
  }

  /** What belongs to no entity. */
  ObjectNode rest() {
    return rest;
  }

  /** Answers the errors that belong to none of the list's entities; null when there are none. */
  private @Nullable ArrayNode list(
      EntitySpec spec,
      ArrayNode list,
      ArrayNode errors,
      @Nullable FieldSpec parentField,
      @Nullable String parent) {
    ArrayNode left = null;
    for (int i = 0; i < errors.size(); i++) {
      JsonNode error = errors.get(i);
      if (error.isNull()) {
        continue;
      }
      if (list.get(i) instanceof ObjectNode entity) {
        entity(spec, entity, error, parentField, parent);
      } else {
        left = left == null ? NODES.arrayNode() : left;
        while (left.size() < i) {
          left.addNull();
        }
        left.add(error);
      }
    }
    return left;
  }

  private void entity(
      EntitySpec spec,
      ObjectNode given,
      JsonNode error,
      @Nullable FieldSpec parentField,
      @Nullable String parent) {
    ObjectNode entity = NODES.objectNode();
    entity.setAll(given);
    ObjectNode own = NODES.objectNode();
    if (error instanceof ObjectNode fields) {
      own.setAll(fields);
    } else {
      own.set(Violations.ENTITY, error.isArray() ? error : NODES.arrayNode().add(error));
    }
    String id = id(given);
    for (EntitySpecs.Child child : specs.childrenOf(spec)) {
      String name = child.spec().name();
      if (entity.get(name) instanceof ArrayNode children && isNested(spec, name)) {
        entity.remove(name);
        if (own.get(name) instanceof ArrayNode errors) {
          own.remove(name);
          ArrayNode left = list(child.spec(), children, errors, child.foreign(), id);
          if (left != null) {
            own.set(name, left);
          }
        }
      }
    }
    if (own.isEmpty()) {
      return;
    }
    if (parentField != null && parent != null) {
      entity.putObject(parentField.name()).put("id", parent);
    }
    ObjectNode element = flattened.addObject();
    element.put("entity_type", singular(spec.name()));
    if (id != null) {
      element.put("entity_id", id);
    }
    if (given.path("name").isString()) {
      element.set("entity_name", given.get("name"));
    }
    if (given.get("tags") instanceof ArrayNode tags && isTexts(tags)) {
      element.set("entity_tags", tags);
    }
    element.set("entity", entity);
    collect(own, "", element.putArray("errors"));
  }

  private static boolean isNested(EntitySpec spec, String name) {
    return spec.field(name).filter(field -> !field.isTransient()).isEmpty();
  }

  private static void collect(JsonNode error, String path, ArrayNode errors) {
    if (error.isObject()) {
      for (Map.Entry<String, JsonNode> entry : error.properties()) {
        if (entry.getKey().equals(Violations.ENTITY) && entry.getValue().isArray()) {
          entry.getValue().forEach(message -> add(errors, "entity", path, message));
        } else {
          collect(entry.getValue(), joined(path, entry.getKey()), errors);
        }
      }
    } else if (error.isArray()) {
      for (int i = 0; i < error.size(); i++) {
        if (!error.get(i).isNull()) {
          collect(error.get(i), joined(path, Integer.toString(i + 1)), errors);
        }
      }
    } else {
      add(errors, "field", path, error);
    }
  }

  private static void add(ArrayNode errors, String type, String path, JsonNode message) {
    ObjectNode error = errors.addObject();
    error.put("type", type);
    if (!path.isEmpty()) {
      error.put("field", path);
    }
    error.set("message", message);
  }

  private static String joined(String path, String step) {
    return path.isEmpty() ? step : path + "." + step;
  }

  private static @Nullable String id(ObjectNode entity) {
    JsonNode id = entity.path("id");
    try {
      return id.isString() && UUID.fromString(id.stringValue()).toString().equals(id.stringValue())
          ? id.stringValue()
          : null;
    } catch (IllegalArgumentException none) {
      return null;
    }
  }

  private static boolean isTexts(ArrayNode list) {
    for (JsonNode item : list) {
      if (!item.isString()) {
        return false;
      }
    }
    return true;
  }

  private static String singular(String list) {
    return list.endsWith("s") ? list.substring(0, list.length() - 1) : list;
  }
}
