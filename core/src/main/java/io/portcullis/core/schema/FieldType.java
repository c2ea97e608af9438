package io.portcullis.core.schema;

import java.util.Locale;

/** What kind of JSON value a field holds. */
public enum FieldType {
  STRING("a string"),
  /** A number without a fraction that fits a {@code long}. */
  INTEGER("an integer"),
  NUMBER("a number"),
  BOOLEAN("a boolean"),
  /** A list that keeps order and duplicates. */
  ARRAY("an array"),
  /** A list whose duplicates are dropped; the first occurrence stays. */
  SET("a set"),
  MAP("a map"),
  RECORD("a record"),
  /** An object with the primary key of another entity. */
  FOREIGN("a record"),
  /** Anything; only the matches of conditional checks have it. */
  ANY("a value");

  private final String noun;

  FieldType(String noun) {
    this.noun = noun;
  }

  /** As in {@code expected a string}. */
  String expectation() {
    return "expected " + noun;
  }

  /** The schema document's word. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether values are JSON arrays. */
  public boolean isList() {
    return this == ARRAY || this == SET;
  }
}
