package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.TimeToLive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The table of one entity, read off its spec: no class and no generated code per entity. */
final class EntityTable {
  private static final String ID = "id";

  /** Holds all fields of a rule of uniqueness over several fields, null ones too, as one text. */
  private static final Field<String> UNIQUE_KEY =
      DSL.field(DSL.name("unique_key"), SQLDataType.VARCHAR);

  /** A foreign field. */
  record Reference(String field, String target, boolean cascades, Field<Object> column) {}

  private final String name;
  private final Table<Record> table;
  private final List<Column> columns;
  private final List<Field<Object>> selected;
  private final List<Reference> references;
  private final List<String> uniqueTogether;

  /** When a row is over, milliseconds since 1970; null for entities whose rows stay. */
  private final @Nullable Field<Object> expiry;

  /** Fields that are shown but not kept here; null in every row. */
  private final List<String> elsewhere;

  private EntityTable(
      String name,
      List<Column> columns,
      List<Reference> references,
      List<String> uniqueTogether,
      List<String> elsewhere,
      boolean expiring) {
    this.name = name;
    this.table = DSL.table(DSL.name(name));
    this.columns = List.copyOf(columns);
    this.selected = columns.stream().map(Column::inTable).toList();
    this.references = List.copyOf(references);
    this.uniqueTogether = List.copyOf(uniqueTogether);
    this.elsewhere = List.copyOf(elsewhere);
    this.expiry = expiring ? column(TimeToLive.EXPIRY).inTable() : null;
  }

  static EntityTable of(EntitySpec spec) {
    List<Column> columns = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    for (FieldSpec field : spec.fields()) {
      if (field.isTransient()) {
        elsewhere.add(field.name());
        continue;
      }
      Column column = Column.of(field.name(), kind(field));
      columns.add(column);
      field
          .reference()
          .ifPresent(
              target ->
                  references.add(
                      new Reference(
                          field.name(), target, field.onDelete().cascades(), column.inTable())));
    }
    if (spec.isExpiring()) {
      columns.add(Column.of(TimeToLive.EXPIRY, Column.Kind.INTEGER));
    }
    return new EntityTable(
        spec.name(), columns, references, uniqueTogether(spec), elsewhere, spec.isExpiring());
  }

  private static List<String> uniqueTogether(EntitySpec spec) {
    return switch (spec.uniqueTogether().size()) {
      case 0 -> List.of();
      case 1 -> spec.uniqueTogether().getFirst();
      default ->
          throw new IllegalArgumentException(
              spec.name() + " has several groups of fields that are unique together, expected one");
    };
  }

  private static Column.Kind kind(FieldSpec field) {
    return switch (field.type()) {
      case STRING -> field.name().equals(ID) ? Column.Kind.ID : Column.Kind.TEXT;
      case INTEGER -> Column.Kind.INTEGER;
      case NUMBER -> Column.Kind.NUMBER;
      case BOOLEAN -> Column.Kind.BOOLEAN;
      case FOREIGN -> Column.Kind.REFERENCE;
      case ARRAY, SET, MAP, RECORD, ANY -> Column.Kind.JSON;
    };
  }

  String name() {
    return name;
  }

  Table<Record> table() {
    return table;
  }

  List<Column> columns() {
    return columns;
  }

  List<Field<Object>> selected() {
    return selected;
  }

  List<Reference> references() {
    return references;
  }

  Field<Object> id() {
    return column(ID).inTable();
  }

  /** Whether rows may be over without being deleted. */
  boolean isExpiring() {
    return expiry != null;
  }

  /** Holds for rows that are not over. */
  Condition alive(Instant now) {
    return expiry == null
        ? DSL.noCondition()
        : expiry.isNull().or(expiry.greaterThan(now.toEpochMilli()));
  }

  /** Holds for rows that are over. */
  Condition over(Instant now) {
    return expiry == null ? DSL.falseCondition() : expiry.lessOrEqual(now.toEpochMilli());
  }

  Column column(String field) {
    for (Column column : columns) {
      if (column.field().equals(field)) {
        return column;
      }
    }
    throw new IllegalArgumentException(name + " has no stored field '" + field + "'");
  }

  /** What to bind for each column of {@code entity}. */
  Map<Field<?>, @Nullable Object> row(ObjectNode entity) {
    Map<Field<?>, @Nullable Object> values = LinkedHashMap.newLinkedHashMap(columns.size() + 1);
    for (Column column : columns) {
      values.put(column.inTable(), column.bind(entity.get(column.field())));
    }
    if (!uniqueTogether.isEmpty()) {
      values.put(UNIQUE_KEY, uniqueKey(entity));
    }
    return values;
  }

  /** The entity in a record of {@link #selected}. */
  ObjectNode entity(Record record) {
    ObjectNode entity = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      entity.set(column.field(), column.show(record.get(i)));
    }
    elsewhere.forEach(entity::putNull);
    return entity;
  }

  /** The entity as it will be read back: without what is kept elsewhere. */
  ObjectNode kept(ObjectNode entity) {
    if (elsewhere.isEmpty()) {
      return entity;
    }
    ObjectNode kept = entity.deepCopy();
    elsewhere.forEach(kept::putNull);
    return kept;
  }

  static UUID id(ObjectNode entity) {
    return UUID.fromString(entity.get(ID).stringValue());
  }

  private String uniqueKey(ObjectNode entity) {
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    for (String field : uniqueTogether) {
      Object bound = column(field).bind(entity.get(field));
      values.add(bound == null ? null : bound.toString());
    }
    return JsonMapper.shared().writeValueAsString(values);
  }

  /**
   * The failure that a constraint of this table means for the row that was to be written; null when
   * the constraint is none of those that scripts are asked to name.
   */
  @Nullable StoreException violation(String constraint, ObjectNode entity, Throwable cause) {
    if (constraint.equals(name + "_pkey")) {
      return new StoreException.PrimaryKeyViolation(name, id(entity), cause);
    }
    if (constraint.equals(name + "_unique_key")) {
      return new StoreException.UniqueViolation(name, values(entity, uniqueTogether), cause);
    }
    for (Column column : columns) {
      if (constraint.equals(name + "_" + column.field() + "_unique")) {
        return new StoreException.UniqueViolation(
            name, values(entity, List.of(column.field())), cause);
      }
    }
    for (Reference reference : references) {
      if (constraint.equals(constraintOf(reference))) {
        UUID missing = (UUID) column(reference.field()).bind(entity.get(reference.field()));
        return missing == null
            ? null
            : new StoreException.ForeignKeyViolation(
                reference.field(), reference.target(), missing, cause);
      }
    }
    return null;
  }

  /** Name of the constraint behind a foreign field. */
  String constraintOf(Reference reference) {
    return name + "_" + reference.field() + "_fkey";
  }

  private static ObjectNode values(ObjectNode entity, List<String> fields) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    for (String field : fields) {
      JsonNode value = entity.get(field);
      values.set(field, value == null ? values.nullNode() : value.deepCopy());
    }
    return values;
  }
}
