package io.portcullis.core.plugin;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks up who is calling, in memory. */
public interface CredentialStore {
  /**
   * The credential with that lookup key, unless its time is over.
   *
   * @param entity schema name, {@code jwt_secrets} for example
   */
  @Nullable Credential credential(String entity, String key);

  /**
   * What a consumer has of an entity whose rows are looked up by their consumer, as ACL groups are.
   * The same object as long as none of it changed.
   *
   * @param entity schema name, {@code acls} for example
   */
  List<Credential> credentialsOf(String entity, UUID consumerId);

  /** The credential with that id, unless its time is over. */
  @Nullable Credential credentialById(String entity, UUID id);

  @Nullable Consumer consumer(UUID id);

  /** Whose credential it is; null for none, and for one that nobody owns. */
  default @Nullable Consumer owner(@Nullable Credential credential) {
    UUID owner = credential == null ? null : credential.consumerId();
    return owner == null ? null : consumer(owner);
  }

  /** By id or, failing that, by username: Kong's rule for {@code anonymous}. */
  @Nullable Consumer consumerByIdOrUsername(String text);
}
