package io.portcullis.core.schema;

import java.util.List;

/** Makes {@link FieldSpec}s; meant to be imported statically. */
public final class Fields {
  private Fields() {}

  /** A named field of an existing type. */
  public static FieldSpec field(String name, FieldSpec type) {
    return type.named(name);
  }

  public static FieldSpec string(String name) {
    return new FieldSpec(name, FieldType.STRING);
  }

  public static FieldSpec integer(String name) {
    return new FieldSpec(name, FieldType.INTEGER);
  }

  public static FieldSpec number(String name) {
    return new FieldSpec(name, FieldType.NUMBER);
  }

  public static FieldSpec bool(String name) {
    return new FieldSpec(name, FieldType.BOOLEAN);
  }

  /** Any JSON value. Its component is a {@code JsonNode}. */
  public static FieldSpec any(String name) {
    return new FieldSpec(name, FieldType.ANY);
  }

  /** A list that keeps order and duplicates. */
  public static FieldSpec array(String name, FieldSpec element) {
    FieldSpec spec = new FieldSpec(name, FieldType.ARRAY);
    spec.elements = element;
    return spec;
  }

  /** A list without duplicates. */
  public static FieldSpec set(String name, FieldSpec element) {
    FieldSpec spec = new FieldSpec(name, FieldType.SET);
    spec.elements = element;
    return spec;
  }

  public static FieldSpec map(String name, FieldSpec key, FieldSpec value) {
    FieldSpec spec = new FieldSpec(name, FieldType.MAP);
    spec.keys = key;
    spec.values = value;
    return spec;
  }

  public static FieldSpec record(String name, FieldSpec... fields) {
    FieldSpec spec = new FieldSpec(name, FieldType.RECORD);
    spec.fields = List.of(fields);
    return spec;
  }

  /** A reference to another entity by its schema name. */
  public static FieldSpec foreign(String name, String entity) {
    FieldSpec spec = new FieldSpec(name, FieldType.FOREIGN);
    spec.reference = entity;
    return spec;
  }

  /** A deprecated name for the field at {@code dottedPath} of the same record. */
  public static Shorthand shorthand(FieldSpec field, String dottedPath) {
    return Shorthand.of(field, dottedPath);
  }
}
