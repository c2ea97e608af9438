package io.portcullis.core.entity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What proves that a request comes from a consumer.
 *
 * @param entity schema name, {@code jwt_secrets} for example
 * @param key its lookup key: a key, a username
 * @param consumerId null only for credentials that no consumer owns
 * @param stored the entity as the Admin API shows it; never changed
 */
public record Credential(
    String entity, UUID id, String key, @Nullable UUID consumerId, ObjectNode stored) {

  /** Decodes a stored row. */
  public static Credential of(String entity, String keyField, ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Credential(
        entity, document.id(), document.string(keyField), document.reference("consumer"), stored);
  }
}
