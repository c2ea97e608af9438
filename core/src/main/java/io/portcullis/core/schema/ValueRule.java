package io.portcullis.core.schema;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A check of one value that attributes cannot express. Called with values of the field's type. */
@FunctionalInterface
public interface ValueRule {
  /** The message that refuses the value, or null when it passes. */
  @Nullable String refusal(JsonNode value);
}
