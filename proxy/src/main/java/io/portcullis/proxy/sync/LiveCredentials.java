package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.CredentialStore;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Consumers and credentials of the live configuration. One thread writes, any thread reads. */
final class LiveCredentials implements CredentialStore {
  private static final int UUID_LENGTH = 36;

  private final ConcurrentMap<UUID, Consumer> consumers = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Consumer> consumersByUsername = new ConcurrentHashMap<>();

  /** The field that is the lookup key, by entity. */
  private final Map<String, String> keyFields;

  private final Map<String, ConcurrentMap<String, Credential>> byKey = new HashMap<>();

  /** The writing thread's own, to find what a changed or deleted row was. */
  private final Map<UUID, Credential> byId = new HashMap<>();

  LiveCredentials(Map<String, String> keyFields) {
    this.keyFields = Map.copyOf(keyFields);
    keyFields.keySet().forEach(entity -> byKey.put(entity, new ConcurrentHashMap<>()));
  }

  boolean keeps(String entity) {
    return keyFields.containsKey(entity);
  }

  @Override
  public @Nullable Credential credential(String entity, String key) {
    ConcurrentMap<String, Credential> credentials = byKey.get(entity);
    return credentials == null ? null : credentials.get(key);
  }

  @Override
  public @Nullable Consumer consumer(UUID id) {
    return consumers.get(id);
  }

  @Override
  public @Nullable Consumer consumerByIdOrUsername(String text) {
    Consumer byIdText = text.length() == UUID_LENGTH ? consumerById(text) : null;
    return byIdText == null ? consumersByUsername.get(text) : byIdText;
  }

  private @Nullable Consumer consumerById(String text) {
    try {
      return consumers.get(UUID.fromString(text));
    } catch (IllegalArgumentException noUuid) {
      return null;
    }
  }

  /** Adds, replaces or (null) removes a consumer. */
  void changeConsumer(UUID id, @Nullable ObjectNode body) {
    Consumer now = body == null ? null : Consumer.of(body);
    Consumer before = now == null ? consumers.remove(id) : consumers.put(id, now);
    if (now != null && now.username() != null) {
      consumersByUsername.put(now.username(), now);
    }
    if (before != null && before.username() != null) {
      boolean renamed = now == null || !before.username().equals(now.username());
      if (renamed) {
        consumersByUsername.computeIfPresent(
            before.username(), (name, owner) -> owner.id().equals(id) ? null : owner);
      }
    }
  }

  /** Adds, replaces or (null) removes a credential of a kind that is kept. */
  void changeCredential(String entity, UUID id, @Nullable ObjectNode body) {
    ConcurrentMap<String, Credential> credentials = byKey.get(entity);
    String keyField = keyFields.get(entity);
    if (credentials == null || keyField == null) {
      return;
    }
    Credential now = body == null ? null : Credential.of(entity, keyField, body);
    Credential before = now == null ? byId.remove(id) : byId.put(id, now);
    if (now != null) {
      credentials.put(now.key(), now);
    }
    if (before != null && (now == null || !before.key().equals(now.key()))) {
      credentials.computeIfPresent(
          before.key(), (key, owner) -> owner.id().equals(id) ? null : owner);
    }
  }
}
