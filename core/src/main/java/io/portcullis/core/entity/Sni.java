package io.portcullis.core.entity;

import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server name and the certificate that is shown for it.
 *
 * @param name in any case; may begin or end with {@code *}, or be just that
 */
public record Sni(UUID id, String name, UUID certificate) {
  /** Decodes a stored row. */
  public static Sni of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Sni(
        document.id(),
        document.string("name"),
        Objects.requireNonNull(document.reference("certificate"), "an sni without certificate"));
  }
}
