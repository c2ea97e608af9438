package io.portcullis.core.schema;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A text that is kept as something made of it, such as a password as its hash. It is made anew by
 * each write that gives the field which asks for it; such a write must give another field too.
 *
 * @param trigger the field that asks for it when a write gives it
 * @param need a field that such a write must give
 * @param needName how refusals call that
 * @param make replaces the text in a whole row
 */
record Seal(String trigger, String need, String needName, Consumer<ObjectNode> make) {
  /**
   * Reports a write that gives only one of the two.
   *
   * @param given the fields that the write gives
   * @param stored the row that it changes; null for a whole row
   * @param whole the row as it would become
   */
  void check(
      ObjectNode given, @Nullable ObjectNode stored, ObjectNode whole, Violations violations) {
    boolean asked = isGiven(given.get(trigger));
    boolean complete = isGiven(stored == null ? whole.get(need) : given.get(need));
    boolean moved =
        stored != null && given.hasNonNull(need) && !given.get(need).equals(stored.get(need));
    if (asked && !complete || moved && !asked) {
      violations.addEntityError(
          "all or none of these fields must be set: '" + trigger + "', '" + needName + "'");
    }
  }

  /** Replaces the text in a row that was checked, if the write asks for it. */
  void apply(ObjectNode given, ObjectNode entity) {
    if (given.hasNonNull(trigger)) {
      make.accept(entity);
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
