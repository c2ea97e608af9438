package io.portcullis.store;

import java.util.UUID;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Where one field of an entity is kept, and how its value gets there and back.
 *
 * @param field name on the wire
 * @param inTable name in the table
 */
record Column(String field, Kind kind, Field<Object> inTable) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final double EXACT_INTEGERS = 1L << 53;

  /** What a field's values are in SQL. */
  enum Kind {
    ID,
    TEXT,
    INTEGER,
    NUMBER,
    BOOLEAN,
    /** The id of another row, in a column called {@code <field>_id}. */
    REFERENCE,
    /** Lists, maps and records as JSON text: no engine's own JSON type, see ADR 3. */
    JSON;

    private DataType<?> type() {
      return switch (this) {
        case ID, REFERENCE -> SQLDataType.UUID;
        case TEXT, JSON -> SQLDataType.VARCHAR;
        case INTEGER -> SQLDataType.BIGINT;
        case NUMBER -> SQLDataType.DOUBLE;
        case BOOLEAN -> SQLDataType.BOOLEAN;
      };
    }
  }

  static Column of(String field, Kind kind) {
    String name = kind == Kind.REFERENCE ? field + "_id" : field;
    return new Column(field, kind, column(name, kind.type()));
  }

  @SuppressWarnings("unchecked") // what goes in is what bind() makes for the same kind
  private static Field<Object> column(String name, DataType<?> type) {
    return (Field<Object>) DSL.field(DSL.name(name), type);
  }

  /** The value to bind for {@code node}, which has been checked against the entity's spec. */
  @Nullable Object bind(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return switch (kind) {
      case ID -> UUID.fromString(node.stringValue());
      case REFERENCE -> UUID.fromString(node.get("id").stringValue());
      case TEXT -> node.stringValue();
      case INTEGER -> node.longValue();
      case NUMBER -> node.doubleValue();
      case BOOLEAN -> node.booleanValue();
      case JSON -> JsonMapper.shared().writeValueAsString(node);
    };
  }

  /** The value as the Admin API shows it. */
  JsonNode show(@Nullable Object stored) {
    if (stored == null) {
      return NODES.nullNode();
    }
    return switch (kind) {
      case ID -> NODES.stringNode(stored.toString());
      case REFERENCE -> NODES.objectNode().put("id", stored.toString());
      case TEXT -> NODES.stringNode((String) stored);
      case INTEGER -> integer((Long) stored);
      case NUMBER -> number((Double) stored);
      case BOOLEAN -> NODES.booleanNode((Boolean) stored);
      case JSON -> JsonMapper.shared().readTree((String) stored);
    };
  }

  /** The node that reading the same digits from JSON gives, so that equal entities are equal. */
  private static JsonNode integer(long value) {
    return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
  }

  private static JsonNode number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS;
    return whole ? integer((long) value) : NODES.numberNode(value);
  }
}
