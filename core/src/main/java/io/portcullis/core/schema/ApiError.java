package io.portcullis.core.schema;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal in Kong's form, with its numeric code.
 *
 * @param status HTTP status that carries it
 * @param fields null for codes without fields; with code 11 the refused options
 */
public record ApiError(
    int status, int code, String name, String message, @Nullable ObjectNode fields) {
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int CONFLICT = 409;
  private static final int INVALID_OPTIONS = 11;

  /** The response body. */
  public ObjectNode toJson() {
    ObjectNode body = Json.NODES.objectNode();
    body.put("code", code);
    body.put("name", name);
    body.put("message", message);
    if (fields != null) {
      body.set(code == INVALID_OPTIONS ? "options" : "fields", fields);
    }
    return body;
  }

  /** Code 1: the path names a row by something that cannot be its key. */
  public static ApiError invalidPrimaryKey(String field, String problem) {
    ObjectNode fields = single(field, Json.of(problem));
    return new ApiError(
        BAD_REQUEST,
        1,
        "invalid primary key",
        "invalid primary key: '" + LuaTable.compact(fields) + "'",
        fields);
  }

  /** Code 2. */
  public static ApiError schemaViolation(Violations violations) {
    return new ApiError(
        BAD_REQUEST, 2, "schema violation", violations.message(), violations.fields());
  }

  /** Code 2 about one field. */
  public static ApiError schemaViolation(String field, String message) {
    Violations violations = new Violations();
    violations.put(field, message);
    return schemaViolation(violations);
  }

  /** Code 3: a row with this id exists. */
  public static ApiError primaryKeyViolation(String id) {
    ObjectNode fields = single("id", Json.of(id));
    return new ApiError(
        BAD_REQUEST,
        3,
        "primary key violation",
        "primary key violation on key '" + LuaTable.compact(fields) + "'",
        fields);
  }

  /**
   * Code 4: a reference to a row that does not exist.
   *
   * @param key primary key as the input gave it, {@code {"id": …}}
   */
  public static ApiError danglingReference(String field, JsonNode key, String target) {
    return new ApiError(
        BAD_REQUEST,
        4,
        "foreign key violation",
        "the foreign key '"
            + LuaTable.compact(key)
            + "' does not reference an existing '"
            + target
            + "' entity.",
        single(field, key));
  }

  /** Code 4: rows of {@code referrer} still refer to the row to be deleted. */
  public static ApiError stillReferenced(String entity, String referrer) {
    return new ApiError(
        BAD_REQUEST,
        4,
        "foreign key violation",
        "an existing '" + referrer + "' entity references this '" + entity + "' entity",
        single("@referenced_by", Json.of(referrer)));
  }

  /**
   * Code 5.
   *
   * @param fields the fields that together must be unique, with the refused values
   */
  public static ApiError uniqueViolation(ObjectNode fields) {
    return new ApiError(
        CONFLICT,
        5,
        "unique constraint violation",
        "UNIQUE violation detected on '" + LuaTable.compact(fields) + "'",
        fields);
  }

  /** Code 6: no row with this primary key. */
  public static ApiError notFound(String id) {
    ObjectNode fields = single("id", Json.of(id));
    return new ApiError(
        NOT_FOUND,
        6,
        "not found",
        "could not find the entity with primary key '" + LuaTable.compact(fields) + "'",
        fields);
  }

  /** Code 6: no row with this lookup key. */
  public static ApiError notFoundBy(String field, String value) {
    ObjectNode fields = single(field, Json.of(value));
    return new ApiError(
        NOT_FOUND,
        6,
        "not found",
        "could not find the entity with '" + LuaTable.compact(fields) + "'",
        fields);
  }

  /** Code 7. */
  public static ApiError invalidOffset(String message) {
    return new ApiError(BAD_REQUEST, 7, "invalid offset", message, null);
  }

  /** Code 9. */
  public static ApiError invalidSize(String message) {
    return new ApiError(BAD_REQUEST, 9, "invalid size", message, null);
  }

  /** Code 10: the path's lookup key breaks the field's rules. */
  public static ApiError invalidUnique(String field, String message) {
    return new ApiError(BAD_REQUEST, 10, "invalid unique " + field, message, null);
  }

  /** Code 11: something that is given along with an entity and is none of its fields. */
  static ApiError invalidOption(String option, String problem) {
    return new ApiError(
        BAD_REQUEST,
        INVALID_OPTIONS,
        "invalid options",
        "invalid option (" + option + ": " + problem + ")",
        single(option, Json.of(problem)));
  }

  /** Code 12: a write without a database. */
  public static ApiError operationUnsupported(String message) {
    return new ApiError(NOT_ALLOWED, 12, "operation unsupported", message, null);
  }

  /**
   * Code 13: references by another unique field that lead nowhere.
   *
   * @param fields foreign field to (unique field to message)
   */
  static ApiError foreignKeysUnresolved(ObjectNode fields) {
    Violations items = new Violations();
    fields.properties().forEach(entry -> items.put(entry.getKey(), entry.getValue()));
    String message = items.message();
    return new ApiError(
        BAD_REQUEST,
        13,
        "foreign keys unresolved",
        message
            .replaceFirst("^schema violation \\(", "foreign key unresolved (")
            .replaceFirst("^(\\d+) schema violations \\(", "$1 foreign keys unresolved ("),
        fields);
  }

  /** What code 13 says about one reference. */
  static String unresolved(String uniqueField, String value, String target) {
    return "the foreign key cannot be resolved with '"
        + LuaTable.compact(single(uniqueField, Json.of(value)))
        + "' for an existing '"
        + target
        + "' entity";
  }

  /**
   * Code 14: a configuration as a whole is refused.
   *
   * @param fields a tree that mirrors the configuration, with a text where something is wrong
   */
  public static ApiError invalidConfiguration(ObjectNode fields) {
    return new ApiError(
        BAD_REQUEST,
        14,
        "invalid declarative configuration",
        "declarative config is invalid: " + LuaTable.compact(fields),
        fields);
  }

  /** Code 19: a list of ids in another entity still holds this one. */
  public static ApiError referencedByOthers(String message) {
    return new ApiError(BAD_REQUEST, 19, "referenced by others", message, null);
  }

  private static ObjectNode single(String field, JsonNode value) {
    ObjectNode object = Json.NODES.objectNode();
    object.set(field, value);
    return object;
  }
}
