package io.portcullis.core.plugin;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks up who is calling, in memory. */
public interface CredentialStore {
  /**
   * The credential with that lookup key.
   *
   * @param entity schema name, {@code jwt_secrets} for example
   */
  @Nullable Credential credential(String entity, String key);

  @Nullable Consumer consumer(UUID id);

  /** By id or, failing that, by username: Kong's rule for {@code anonymous}. */
  @Nullable Consumer consumerByIdOrUsername(String text);
}
