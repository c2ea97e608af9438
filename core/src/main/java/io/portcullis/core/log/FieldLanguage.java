package io.portcullis.core.log;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A language that custom log fields may be written in besides the small part of Lua. Found through
 * {@link java.util.ServiceLoader}, and loaded when the first field is written in such a language.
 */
public interface FieldLanguage {
  /** What marks an expression of it: {@code cel} when fields say {@code cel:…}. */
  String mark();

  /**
   * Reads an expression, without its mark. Thread-safe.
   *
   * @throws IllegalArgumentException with the reason, when it is not understood
   */
  Formula compile(String expression);

  /** A compiled expression. Thread-safe. */
  interface Formula {
    /**
     * The value for an entry.
     *
     * @param entry not to be changed
     * @return null to take the field away
     * @throws IllegalArgumentException with the reason, when there is no value for this entry
     */
    @Nullable JsonNode value(ObjectNode entry);
  }
}
