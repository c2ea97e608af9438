package io.portcullis.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A certificate that is shown to clients, or to targets.
 *
 * @param cert chain in PEM form
 * @param key private key in PEM form
 * @param certAlt the same with another type of key; null together with {@code keyAlt}
 */
public record Certificate(
    UUID id,
    String cert,
    String key,
    @Nullable String certAlt,
    @Nullable String keyAlt,
    List<String> tags) {

  /** Decodes a stored row. */
  public static Certificate of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Certificate(
        document.id(),
        document.string("cert"),
        document.string("key"),
        document.optionalString("cert_alt"),
        document.optionalString("key_alt"),
        document.strings("tags"));
  }

  /** Without keys. */
  @Override
  public String toString() {
    return "certificate " + id;
  }
}
