package io.portcullis.core.entity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What proves that a request comes from a consumer.
 *
 * @param entity schema name, {@code jwt_secrets} for example
 * @param key what it is looked up by: a key, a username; for an ACL entry its group
 * @param consumerId null only for credentials that no consumer owns
 * @param stored the row; never changed
 * @param expiresAtMillis since 1970; {@link #NEVER} for most
 */
public record Credential(
    String entity,
    UUID id,
    String key,
    @Nullable UUID consumerId,
    ObjectNode stored,
    long expiresAtMillis) {
  /** It lives until it is deleted. */
  public static final long NEVER = Long.MAX_VALUE;

  /** One that lives until it is deleted. */
  public Credential(
      String entity, UUID id, String key, @Nullable UUID consumerId, ObjectNode stored) {
    this(entity, id, key, consumerId, stored, NEVER);
  }

  /** Decodes a stored row. */
  public static Credential of(String entity, String keyField, ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    JsonNode expiry = stored.get("expires_at");
    return new Credential(
        entity,
        document.id(),
        document.string(keyField),
        document.reference("consumer"),
        stored,
        expiry == null || expiry.isNull() ? NEVER : expiry.longValue());
  }
}
