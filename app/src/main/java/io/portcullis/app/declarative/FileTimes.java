package io.portcullis.app.declarative;

import io.portcullis.core.schema.EntitySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * When entities were last changed, as a file tells it. The Admin API ignores it in what clients
 * send; a file that was exported holds it, and loading it changes nothing.
 */
final class FileTimes {
  static final String UPDATED_AT = "updated_at";

  private FileTimes() {}

  /** Gives an entity the time that the file tells, if it is one. */
  static void keep(EntitySpec spec, ObjectNode input, ObjectNode entity) {
    JsonNode given = input.get(UPDATED_AT);
    if (given == null || !given.isNumber() || spec.field(UPDATED_AT).isEmpty()) {
      return;
    }
    JsonNode own = entity.path(UPDATED_AT);
    if (own.isIntegralNumber() == given.isIntegralNumber() && given.doubleValue() > 0) {
      entity.set(UPDATED_AT, given);
    }
  }
}
