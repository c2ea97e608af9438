package io.portcullis.core.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Schemas, in the dialect of OpenAPI 3.1, of what entities and plugin configurations hold and
 * take. What a schema cannot say, such as checks over several fields and Lua patterns, it leaves
 * out: each document that the gateway takes or shows satisfies its schema, while not each document
 * that does is taken.
 */
public final class JsonSchema {
  /** What a document is for. */
  public enum Use {
    /** An answer: every field is there. */
    SHOWN,
    /** A whole row to be made: fields without a default must be there. */
    GIVEN,
    /** Changes of a row: any field may be left out. */
    CHANGED
  }

  private final Use use;

  private JsonSchema(Use use) {
    this.use = use;
  }

  /** Rows of an entity. */
  public static ObjectNode entity(EntitySpec spec, Use use) {
    ObjectNode schema = new JsonSchema(use).object(spec.fields(), spec.shorthands());
    if (spec.isExpiring()) {
      TimeToLive.describe((ObjectNode) schema.get("properties"));
      if (use == Use.SHOWN) {
        ((ArrayNode) schema.get("required")).add(TimeToLive.OPTION);
      }
    }
    return schema;
  }

  /** Rows of the entity {@code plugins} that configure one plugin. */
  public static ObjectNode plugin(EntitySpec plugins, PluginSpec<?> plugin, Use use) {
    List<FieldSpec> fields =
        plugin.entityFields(plugins.fields()).stream()
            .map(field -> field.name().equals("name") ? field.eq(plugin.name()) : field)
            .toList();
    return new JsonSchema(use).object(fields, plugins.shorthands());
  }

  private ObjectNode object(List<FieldSpec> fields, List<Shorthand> shorthands) {
    ObjectNode schema = Json.NODES.objectNode();
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.NODES.arrayNode();
    for (FieldSpec field : fields) {
      properties.set(field.name(), of(field));
      if (isRequired(field)) {
        required.add(field.name());
      }
    }
    for (Shorthand shorthand : shorthands) {
      if (use != Use.SHOWN || shorthand.echoed()) {
        properties.set(shorthand.field().name(), of(shorthand.field()));
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (use != Use.SHOWN) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  private boolean isRequired(FieldSpec field) {
    return switch (use) {
      case SHOWN -> true;
      case GIVEN ->
          field.isRequired()
              && !field.isAuto()
              && field.defaultValue == null
              && field.type() != FieldType.RECORD;
      case CHANGED -> false;
    };
  }

  private ObjectNode of(FieldSpec field) {
    ObjectNode schema = typed(field);
    if (field.doc != null) {
      schema.put("description", field.doc);
    }
    if (use != Use.SHOWN && field.defaultValue != null && !field.defaultValue.isNull()) {
      schema.set("default", field.defaultValue.deepCopy());
    }
    if (field.deprecation != null) {
      schema.put("deprecated", true);
    }
    if (field.encrypted) {
      schema.put("x-encrypted", true);
    }
    if (field.referenceable) {
      schema.put("x-referenceable", true);
    }
    return schema;
  }

  private ObjectNode typed(FieldSpec field) {
    ObjectNode schema = Json.NODES.objectNode();
    boolean nullable = isNullable(field);
    if (field.eq != null && field.eq.isNull()) {
      return schema.put("type", "null");
    }
    switch (field.type()) {
      case STRING -> text(type(schema, "string", nullable), field);
      case INTEGER -> number(type(schema, "integer", nullable), field);
      case NUMBER -> number(type(schema, "number", nullable), field);
      case BOOLEAN -> type(schema, "boolean", nullable);
      case ARRAY, SET -> list(type(schema, "array", nullable), field);
      case MAP -> {
        type(schema, "object", nullable);
        if (field.values != null) {
          schema.set("additionalProperties", of(field.values));
        }
      }
      case RECORD -> {
        if (!field.abstractRecord) {
          schema.setAll(object(field.fields, field.shorthands));
        }
        type(schema, "object", nullable);
      }
      case FOREIGN -> foreign(type(schema, "object", nullable), field);
      case ANY -> {}
    }
    values(schema, field, nullable);
    return schema;
  }

  private boolean isNullable(FieldSpec field) {
    if (field.name().equals("id") && use == Use.SHOWN) {
      return false;
    }
    return !field.isRequired() && !field.name().isEmpty();
  }

  private static ObjectNode type(ObjectNode schema, String type, boolean nullable) {
    if (nullable) {
      schema.putArray("type").add(type).add("null");
    } else {
      schema.put("type", type);
    }
    return schema;
  }

  /** Our lengths count octets: a text has at most as many characters, and may have fewer. */
  private static void text(ObjectNode schema, FieldSpec field) {
    if (field.uuid) {
      schema.put("format", "uuid");
    }
    if (field.regex) {
      schema.put("format", "regex");
    }
    int least = field.lenMin == null ? 1 : field.lenMin;
    if (least > 0) {
      schema.put("minLength", 1);
    }
    Integer most = field.lenEq == null ? field.lenMax : field.lenEq;
    if (most != null) {
      schema.put("maxLength", most);
    }
    if (field.shape != null) {
      schema.put("pattern", field.shape);
    } else if (field.startsWith != null) {
      schema.put("pattern", "^" + field.startsWith.replaceAll("[^A-Za-z0-9/ _-]", "\\\\$0"));
    }
  }

  private static void number(ObjectNode schema, FieldSpec field) {
    if (field.between != null) {
      bound(schema, "minimum", field.between.low());
      bound(schema, "maximum", field.between.high());
    }
    if (field.gt != null) {
      bound(schema, "exclusiveMinimum", field.gt);
    }
    if (field.timestamp) {
      bound(schema, "exclusiveMinimum", 0);
    }
    if (field.type() == FieldType.INTEGER) {
      schema.put("format", "int64");
    }
  }

  private static void bound(ObjectNode schema, String word, double value) {
    if (value == Math.rint(value)) {
      schema.put(word, (long) value);
    } else {
      schema.put(word, value);
    }
  }

  private void list(ObjectNode schema, FieldSpec field) {
    if (field.elements != null) {
      schema.set("items", of(field.elements));
    }
    if (field.lenMin != null) {
      schema.put("minItems", field.lenMin);
    }
    if (field.lenMax != null) {
      schema.put("maxItems", field.lenMax);
    }
    if (field.lenEq != null) {
      schema.put("minItems", field.lenEq).put("maxItems", field.lenEq);
    }
    if (field.type() == FieldType.SET && use == Use.SHOWN) {
      schema.put("uniqueItems", true);
    }
  }

  private void foreign(ObjectNode schema, FieldSpec field) {
    ObjectNode id = schema.putObject("properties").putObject("id");
    id.put("type", "string").put("format", "uuid");
    if (use == Use.SHOWN) {
      schema.putArray("required").add("id");
    }
    if (field.reference != null) {
      schema.put("x-reference", field.reference);
    }
  }

  private static void values(ObjectNode schema, FieldSpec field, boolean nullable) {
    if (field.eq != null) {
      values(schema, List.of(field.eq), List.of(), nullable);
    } else if (!field.oneOf.isEmpty()) {
      values(schema, field.oneOf, field.silentlyAccepted, nullable);
    }
    if (!field.notOneOf.isEmpty() || field.ne != null) {
      ArrayNode refused = schema.putObject("not").putArray("enum");
      field.notOneOf.forEach(refused::add);
      @Nullable JsonNode other = field.ne;
      if (other != null) {
        refused.add(other);
      }
    }
  }

  private static void values(
      ObjectNode schema, List<JsonNode> told, List<JsonNode> untold, boolean nullable) {
    ArrayNode accepted = schema.putArray("enum");
    told.forEach(accepted::add);
    untold.forEach(accepted::add);
    if (nullable) {
      accepted.addNull();
    }
  }
}
