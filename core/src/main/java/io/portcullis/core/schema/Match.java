package io.portcullis.core.schema;

/** Conditions for {@link Checks#conditional}, laid over the description of the field they match. */
public final class Match {
  private Match() {}

  /** Every value: add attributes to it. */
  public static FieldSpec any() {
    return new FieldSpec("", FieldType.ANY);
  }

  public static FieldSpec eq(Object value) {
    return any().eq(value);
  }

  public static FieldSpec isNull() {
    return any().eqNull();
  }

  public static FieldSpec oneOf(Object... values) {
    return any().oneOf(values);
  }

  public static FieldSpec notOneOf(Object... values) {
    return any().notOneOf(values);
  }

  public static FieldSpec gt(double bound) {
    return any().gt(bound);
  }

  public static FieldSpec required() {
    return any().required();
  }

  public static FieldSpec contains(Object value) {
    return any().contains(value);
  }

  public static FieldSpec lenEq(int length) {
    return any().lenEq(length);
  }

  public static FieldSpec matches(String luaPattern) {
    return any().match(luaPattern);
  }

  public static FieldSpec matchesAny(String... luaPatterns) {
    return any().matchAny(null, luaPatterns);
  }

  /** Each element of a list matches. */
  public static FieldSpec elements(FieldSpec element) {
    FieldSpec match = any();
    match.elements = element;
    return match;
  }
}
