package io.portcullis.app.node;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.CredentialStore;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the credentials of a model that is made later: the model starts plugins, and plugins
 * are given credentials.
 */
final class LateCredentials implements CredentialStore {
  private volatile @Nullable CredentialStore store;

  void follow(CredentialStore credentials) {
    store = credentials;
  }

  @Override
  public @Nullable Credential credential(String entity, String key) {
    return known().credential(entity, key);
  }

  @Override
  public List<Credential> credentialsOf(String entity, UUID consumerId) {
    return known().credentialsOf(entity, consumerId);
  }

  @Override
  public @Nullable Credential credentialById(String entity, UUID id) {
    return known().credentialById(entity, id);
  }

  @Override
  public @Nullable Consumer consumer(UUID id) {
    return known().consumer(id);
  }

  @Override
  public @Nullable Consumer consumerByIdOrUsername(String text) {
    return known().consumerByIdOrUsername(text);
  }

  private CredentialStore known() {
    CredentialStore known = store;
    if (known == null) {
      throw new IllegalStateException("no configuration was loaded yet");
    }
    return known;
  }
}
