package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.CredentialStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private final InstantSource clock;
  private final Map<String, CredentialKind> kinds;
  private final Map<String, ConcurrentMap<String, Credential>> byKey = new HashMap<>();
  private final Map<String, ConcurrentMap<UUID, List<Credential>>> byConsumer = new HashMap<>();

  private final ConcurrentMap<UUID, Credential> byId = new ConcurrentHashMap<>();

  /**
   * @param kinds by entity
   * @param clock tells whose time is over
   */
  LiveCredentials(Map<String, CredentialKind> kinds, InstantSource clock) {
    this.kinds = Map.copyOf(kinds);
    this.clock = clock;
    kinds.forEach(
        (entity, kind) -> {
          if (kind.byConsumer()) {
            byConsumer.put(entity, new ConcurrentHashMap<>());
          } else {
            byKey.put(entity, new ConcurrentHashMap<>());
          }
        });
  }

  boolean keeps(String entity) {
    return kinds.containsKey(entity);
  }

  @Override
  public @Nullable Credential credential(String entity, String key) {
    ConcurrentMap<String, Credential> credentials = byKey.get(entity);
    return alive(credentials == null ? null : credentials.get(key));
  }

  @Override
  public @Nullable Credential credentialById(String entity, UUID id) {
    Credential found = byId.get(id);
    return found == null || !found.entity().equals(entity) ? null : alive(found);
  }

  private @Nullable Credential alive(@Nullable Credential found) {
    boolean over =
        found != null
            && found.expiresAtMillis() != Credential.NEVER
            && found.expiresAtMillis() <= clock.millis();
    return over ? null : found;
  }

  @Override
  public List<Credential> credentialsOf(String entity, UUID consumerId) {
    ConcurrentMap<UUID, List<Credential>> credentials = byConsumer.get(entity);
    return credentials == null ? List.of() : credentials.getOrDefault(consumerId, List.of());
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

  /**
   * Adds, replaces or (null) removes a credential of a kind that is kept. One without a key, which
   * the Admin API lets pass, is nobody's way in.
   */
  void changeCredential(String entity, UUID id, @Nullable ObjectNode body) {
    CredentialKind kind = kinds.get(entity);
    if (kind == null) {
      return;
    }
    Credential now =
        body == null || !body.hasNonNull(kind.keyField())
            ? null
            : Credential.of(entity, kind.keyField(), body);
    Credential before = now == null ? byId.remove(id) : byId.put(id, now);
    ConcurrentMap<UUID, List<Credential>> grouped = byConsumer.get(entity);
    if (grouped != null) {
      if (before != null && before.consumerId() != null) {
        grouped.computeIfPresent(before.consumerId(), (owner, all) -> without(all, id));
      }
      if (now != null && now.consumerId() != null) {
        grouped.merge(now.consumerId(), List.of(now), LiveCredentials::joined);
      }
      return;
    }
    ConcurrentMap<String, Credential> credentials = Objects.requireNonNull(byKey.get(entity));
    if (now != null) {
      credentials.put(now.key(), now);
    }
    if (before != null && (now == null || !before.key().equals(now.key()))) {
      credentials.computeIfPresent(
          before.key(), (key, owner) -> owner.id().equals(id) ? null : owner);
    }
  }

  private static @Nullable List<Credential> without(List<Credential> all, UUID id) {
    List<Credential> rest = new ArrayList<>(all);
    rest.removeIf(credential -> credential.id().equals(id));
    return rest.isEmpty() ? null : List.copyOf(rest);
  }

  private static List<Credential> joined(List<Credential> all, List<Credential> more) {
    List<Credential> joined = new ArrayList<>(all);
    joined.addAll(more);
    return List.copyOf(joined);
  }
}
