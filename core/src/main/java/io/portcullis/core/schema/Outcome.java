package io.portcullis.core.schema;

import tools.jackson.databind.node.ObjectNode;

/** What became of input for an entity. */
public sealed interface Outcome {
  /**
   * It passed.
   *
   * @param entity every field present, in schema order, foreign references as {@code {"id": …}}
   */
  record Accepted(ObjectNode entity) implements Outcome {}

  /** It did not. */
  record Rejected(ApiError error) implements Outcome {}
}
