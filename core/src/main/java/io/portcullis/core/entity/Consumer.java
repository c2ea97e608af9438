package io.portcullis.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Somebody who calls.
 *
 * @param stored the entity as the Admin API shows it; never changed
 */
public record Consumer(
    UUID id,
    @Nullable String username,
    @Nullable String customId,
    List<String> tags,
    ObjectNode stored) {

  /** Decodes a stored row. */
  public static Consumer of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Consumer(
        document.id(),
        document.optionalString("username"),
        document.optionalString("custom_id"),
        document.strings("tags"),
        stored);
  }
}
