package io.portcullis.core.schema;

import java.util.Optional;

/** Finds rows for references by something other than the id. May block. */
@FunctionalInterface
public interface ForeignLookup {
  /** Resolves nothing. */
  ForeignLookup NONE = (entity, field, value) -> Optional.empty();

  /** The id of the row of {@code entity} whose unique {@code field} is {@code value}. */
  Optional<String> idOf(String entity, String field, String value);
}
