package io.portcullis.core.schema;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to input before it is checked: shorthands are translated, defaults and automatic
 * values filled in, duplicates dropped from sets, numbers brought to one form.
 */
final class Preparation {
  private static final int TOKEN_LENGTH = 32;

  private final InstantSource clock;
  private final RandomValues random;

  Preparation(InstantSource clock, RandomValues random) {
    this.clock = clock;
    this.random = random;
  }

  /** A whole new entity: everything absent gets its default. Leaves the input alone. */
  ObjectNode whole(
      List<FieldSpec> fields,
      List<Shorthand> shorthands,
      ObjectNode input,
      Violations shorthandErrors) {
    ObjectNode entity = record(fields, shorthands, input, /* defaults= */ true, shorthandErrors);
    for (FieldSpec field : fields) {
      fillAutomatic(field, entity);
    }
    return entity;
  }

  /** A change to a stored entity: only what is there is prepared. Leaves the input alone. */
  ObjectNode change(
      List<FieldSpec> fields,
      List<Shorthand> shorthands,
      ObjectNode input,
      Violations shorthandErrors) {
    ObjectNode change = record(fields, shorthands, input, /* defaults= */ false, shorthandErrors);
    for (FieldSpec field : fields) {
      JsonNode given = change.get(field.name());
      if (isUpdatedAt(field)) {
        change.set(field.name(), now(field));
      } else if (field.auto && given != null && given.isNull()) {
        // Null asks the server for a value: a fresh one for keys, the old one for the rest.
        change.remove(field.name());
        if (field.type() == FieldType.STRING && !field.uuid) {
          fillAutomatic(field, change);
        }
      }
    }
    return change;
  }

  /** Lays a prepared change over a stored record; records merge, everything else is replaced. */
  static ObjectNode merge(List<FieldSpec> fields, ObjectNode stored, ObjectNode change) {
    ObjectNode merged = stored.deepCopy();
    for (Map.Entry<String, JsonNode> entry : change.properties()) {
      FieldSpec field = find(fields, entry.getKey());
      JsonNode old = merged.get(entry.getKey());
      if (field != null
          && field.type() == FieldType.RECORD
          && old instanceof ObjectNode oldRecord
          && entry.getValue() instanceof ObjectNode newRecord) {
        merged.set(entry.getKey(), merge(field.fields(), oldRecord, newRecord));
      } else {
        merged.set(entry.getKey(), entry.getValue());
      }
    }
    return merged;
  }

  /**
   * A changed entity whose records have their defaults where nothing was stored: after the plugin's
   * name changed, or for fields that are younger than the row.
   */
  ObjectNode fillRecords(List<FieldSpec> fields, ObjectNode entity) {
    ObjectNode filled = entity.deepCopy();
    for (FieldSpec field : fields) {
      if (field.type() == FieldType.RECORD
          && !field.abstractRecord
          && filled.get(field.name()) instanceof ObjectNode inner) {
        filled.set(field.name(), record(field.fields(), List.of(), inner, true, new Violations()));
      }
    }
    return filled;
  }

  /** Every field present, null where nothing is set, in schema order; unknown keys stay last. */
  static ObjectNode complete(List<FieldSpec> fields, ObjectNode record) {
    ObjectNode complete = Json.NODES.objectNode();
    for (FieldSpec field : fields) {
      JsonNode value = record.get(field.name());
      if (value == null) {
        complete.putNull(field.name());
      } else {
        complete.set(field.name(), completeValue(field, value));
      }
    }
    for (Map.Entry<String, JsonNode> entry : record.properties()) {
      if (!complete.has(entry.getKey())) {
        complete.set(entry.getKey(), entry.getValue());
      }
    }
    return complete;
  }

  /** Adds to each record the deprecated names under which answers repeat its values. */
  static void echo(List<FieldSpec> fields, List<Shorthand> shorthands, ObjectNode record) {
    for (FieldSpec field : fields) {
      if (field.type() == FieldType.RECORD
          && record.get(field.name()) instanceof ObjectNode inner) {
        echo(field.fields(), field.shorthands(), inner);
      }
    }
    for (Shorthand shorthand : shorthands) {
      if (shorthand.echoed()) {
        JsonNode value = Json.at(record, shorthand.path());
        record.set(shorthand.field().name(), value == null ? Json.of(null) : value);
      }
    }
  }

  /** Takes away what {@link #echo} added. */
  static void dropEchoes(List<FieldSpec> fields, List<Shorthand> shorthands, ObjectNode record) {
    for (FieldSpec field : fields) {
      if (field.type() == FieldType.RECORD
          && record.get(field.name()) instanceof ObjectNode inner) {
        dropEchoes(field.fields(), field.shorthands(), inner);
      }
    }
    shorthands.forEach(shorthand -> record.remove(shorthand.field().name()));
  }

  private static JsonNode completeValue(FieldSpec field, JsonNode value) {
    if (field.type() == FieldType.RECORD && value instanceof ObjectNode inner) {
      return field.abstractRecord ? value : complete(field.fields(), inner);
    }
    if (field.elements != null && value instanceof ArrayNode list) {
      ArrayNode complete = Json.NODES.arrayNode();
      for (JsonNode item : list) {
        complete.add(completeValue(field.elements, item));
      }
      return complete;
    }
    if (field.values != null && value instanceof ObjectNode map) {
      ObjectNode complete = Json.NODES.objectNode();
      for (Map.Entry<String, JsonNode> entry : map.properties()) {
        complete.set(entry.getKey(), completeValue(field.values, entry.getValue()));
      }
      return complete;
    }
    return value;
  }

  private static @Nullable FieldSpec find(List<FieldSpec> fields, String name) {
    for (FieldSpec field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private ObjectNode record(
      List<FieldSpec> fields,
      List<Shorthand> shorthands,
      ObjectNode input,
      boolean defaults,
      Violations shorthandErrors) {
    ObjectNode source = input;
    if (!shorthands.isEmpty()) {
      source = translated(shorthands, input, shorthandErrors);
    }
    ObjectNode prepared = Json.NODES.objectNode();
    for (FieldSpec field : fields) {
      JsonNode value = value(field, source.get(field.name()), defaults, shorthandErrors);
      if (value != null) {
        prepared.set(field.name(), value);
      }
    }
    for (Map.Entry<String, JsonNode> entry : source.properties()) {
      if (find(fields, entry.getKey()) == null) {
        prepared.set(entry.getKey(), entry.getValue());
      }
    }
    return prepared;
  }

  private @Nullable JsonNode value(
      FieldSpec field, @Nullable JsonNode given, boolean defaults, Violations shorthandErrors) {
    if (field.abstractRecord) {
      return given;
    }
    JsonNode value = given;
    if (value == null) {
      if (!defaults) {
        return null;
      }
      if (field.defaultValue != null) {
        value = field.defaultValue.deepCopy();
      } else if (field.type() == FieldType.RECORD && field.isRequired()) {
        value = Json.NODES.objectNode();
      } else if (field.auto && field.type() == FieldType.STRING && !field.uuid) {
        value = Json.of(random.token(TOKEN_LENGTH));
      } else {
        return null;
      }
    }
    return switch (field.type()) {
      case RECORD -> {
        JsonNode read =
            value.isString() && field.textReader != null
                ? field.textReader.apply(value.stringValue())
                : null;
        ObjectNode inner = asObject(read == null ? value : read);
        yield inner == null
            ? value
            : record(field.fields(), field.shorthands(), inner, defaults, shorthandErrors);
      }
      case ARRAY, SET -> {
        ArrayNode list = asList(value);
        yield list == null ? value : list(field, list, shorthandErrors);
      }
      case MAP -> {
        ObjectNode map = asObject(value);
        yield map == null ? value : map(field, map, shorthandErrors);
      }
      case INTEGER, NUMBER -> number(value);
      case STRING ->
          field.uuid && value.isString() ? Json.of(Validator.lower(value.stringValue())) : value;
      case FOREIGN -> reference(value);
      case BOOLEAN, ANY -> value;
    };
  }

  /** Lua does not tell an empty list from an empty object, so neither does Kong. */
  private static @Nullable ObjectNode asObject(JsonNode value) {
    if (value instanceof ObjectNode object) {
      return object;
    }
    return value.isArray() && value.isEmpty() ? Json.NODES.objectNode() : null;
  }

  private static @Nullable ArrayNode asList(JsonNode value) {
    if (value instanceof ArrayNode array) {
      return array;
    }
    return value.isObject() && value.isEmpty() ? Json.NODES.arrayNode() : null;
  }

  private ArrayNode list(FieldSpec field, ArrayNode list, Violations shorthandErrors) {
    ArrayNode prepared = Json.NODES.arrayNode();
    Set<JsonNode> seen = new LinkedHashSet<>();
    for (JsonNode item : list) {
      JsonNode element =
          field.elements == null || item.isNull()
              ? item
              : value(field.elements, item, /* defaults= */ true, shorthandErrors);
      boolean fresh =
          field.type() == FieldType.ARRAY
              || element == null
              || element.isContainer()
              || seen.add(element);
      if (fresh) {
        prepared.add(element);
      }
    }
    return prepared;
  }

  private ObjectNode map(FieldSpec field, ObjectNode map, Violations shorthandErrors) {
    ObjectNode prepared = Json.NODES.objectNode();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      JsonNode value =
          field.values == null || entry.getValue().isNull()
              ? entry.getValue()
              : value(field.values, entry.getValue(), /* defaults= */ true, shorthandErrors);
      prepared.set(entry.getKey(), value);
    }
    return prepared;
  }

  /** 80.0 and 80 are one number; it is kept and shown as 80. */
  private static JsonNode number(JsonNode value) {
    if (value.isNumber() && !value.isIntegralNumber()) {
      double number = Json.toDouble(value);
      if (number == Math.rint(number) && Math.abs(number) < 0x1p53) {
        return Json.of((long) number);
      }
    }
    return value;
  }

  private static JsonNode reference(JsonNode value) {
    JsonNode id = value instanceof ObjectNode object ? object.get("id") : null;
    if (id == null || !id.isString()) {
      return value;
    }
    ObjectNode copy = ((ObjectNode) value).deepCopy();
    copy.put("id", Validator.lower(id.stringValue()));
    return copy;
  }

  private static ObjectNode translated(
      List<Shorthand> shorthands, ObjectNode input, Violations errors) {
    ObjectNode translated = input.deepCopy();
    Validator validator = new Validator(name -> Optional.empty(), false);
    for (Shorthand shorthand : shorthands) {
      String name = shorthand.field().name();
      JsonNode value = translated.get(name);
      if (value == null) {
        continue;
      }
      translated.remove(name);
      JsonNode error = validator.check(shorthand.field(), value);
      if (error != null) {
        errors.put(name, error);
      } else if (shorthand.translation() != null) {
        translated.setAll(shorthand.translation().apply(value));
      } else {
        move(shorthand, value, translated, errors);
      }
    }
    return translated;
  }

  private static void move(
      Shorthand shorthand, JsonNode value, ObjectNode record, Violations errors) {
    List<String> path = shorthand.path();
    JsonNode current = Json.at(record, path);
    if (current != null && !current.isNull()) {
      if (!value.isNull() && !Json.same(number(value), number(current))) {
        errors.put(
            shorthand.field().name(),
            "both deprecated and new field are used but their values mismatch: "
                + shorthand.field().name()
                + " = "
                + Json.plain(value)
                + " vs "
                + String.join(".", path)
                + " = "
                + Json.plain(current));
      }
      return;
    }
    ObjectNode level = record;
    for (String step : path.subList(0, path.size() - 1)) {
      JsonNode next = level.get(step);
      if (next == null) {
        level = level.putObject(step);
      } else if (next instanceof ObjectNode object) {
        level = object;
      } else {
        return;
      }
    }
    level.set(path.getLast(), value);
  }

  private void fillAutomatic(FieldSpec field, ObjectNode entity) {
    if (!field.auto) {
      return;
    }
    boolean missing = Json.isAbsent(entity.get(field.name()));
    if (isUpdatedAt(field) || (missing && field.timestamp)) {
      entity.set(field.name(), now(field));
    } else if (missing && field.uuid) {
      entity.put(field.name(), random.uuid().toString());
    } else if (!entity.has(field.name()) && field.type() == FieldType.STRING) {
      // An explicit null is kept; only a PATCH asks for a fresh key by it.
      entity.put(field.name(), random.token(TOKEN_LENGTH));
    }
  }

  private static boolean isUpdatedAt(FieldSpec field) {
    return field.auto && field.timestamp && field.name().equals("updated_at");
  }

  private JsonNode now(FieldSpec field) {
    Instant now = clock.instant();
    return field.type() == FieldType.INTEGER
        ? Json.of(now.getEpochSecond())
        : number(Json.of(now.toEpochMilli() / 1000.0));
  }
}
