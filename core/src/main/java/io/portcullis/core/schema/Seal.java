package io.portcullis.core.schema;

import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A text field that is kept as something made of it and of the id of the row's owner, such as a
 * password as its hash. It is made anew by each write that gives the text, which therefore must
 * give the owner too.
 *
 * @param owner a foreign field
 * @param make makes what is kept of the given text and the owner's id
 */
record Seal(String field, String owner, BinaryOperator<String> make) {
  /**
   * Reports a write that gives only one of the two.
   *
   * @param given the fields that the write gives
   * @param stored the row that it changes; null for a whole row
   */
  void check(ObjectNode given, @Nullable ObjectNode stored, Violations violations) {
    boolean text = isGiven(given.get(field));
    boolean moved =
        stored != null && given.hasNonNull(owner) && !given.get(owner).equals(stored.get(owner));
    if (text && !isGiven(given.get(owner)) || moved && !text) {
      violations.addEntityError(
          "all or none of these fields must be set: '" + field + "', '" + owner + ".id'");
    }
  }

  /** Replaces the text in a row that was checked, if the write gave it. */
  void apply(ObjectNode given, ObjectNode entity) {
    if (given.hasNonNull(field)) {
      String text = entity.get(field).stringValue();
      String id = entity.get(owner).get("id").stringValue();
      entity.put(field, make.apply(text, id));
    }
  }

  private static boolean isGiven(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return false;
    }
    return value.isContainer()
        ? !value.isEmpty()
        : !(value.isString() && value.stringValue().isEmpty());
  }
}
