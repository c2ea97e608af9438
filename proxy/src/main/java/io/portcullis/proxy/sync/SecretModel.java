package io.portcullis.proxy.sync;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.SecretFields;
import io.portcullis.core.vault.Vaults;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Vaults as this node knows them, and the plugins and certificates that refer to their secrets.
 * Belongs to the thread of {@link ConfigurationModel}.
 */
final class SecretModel {
  private static final System.Logger LOG = System.getLogger(SecretModel.class.getName());

  private final Vaults vaults;

  /** Names of vaults by those who refer to them, whether the vaults are there or not. */
  private final Map<ConfigurationModel.Key, Set<String>> readers = new HashMap<>();

  private final Set<String> changedVaults = new HashSet<>();
  private final Set<ConfigurationModel.Key> upToDate = new HashSet<>();

  SecretModel(Vaults vaults) {
    this.vaults = vaults;
  }

  /** Adds, replaces or removes a vault; null removes. */
  void changeVault(UUID id, @Nullable ObjectNode body) {
    addPrefix(vaults.prefix(id));
    vaults.change(id, body);
    addPrefix(vaults.prefix(id));
  }

  private void addPrefix(@Nullable String prefix) {
    if (prefix != null) {
      changedVaults.add(prefix);
    }
  }

  /**
   * Ends a round of changes.
   *
   * @param again is given those whose vaults changed after they were read
   */
  void finish(Consumer<ConfigurationModel.Key> again) {
    if (!changedVaults.isEmpty()) {
      List<ConfigurationModel.Key> stale = new ArrayList<>();
      readers.forEach(
          (key, named) -> {
            if (!upToDate.contains(key) && !Collections.disjoint(named, changedVaults)) {
              stale.add(key);
            }
          });
      stale.forEach(again);
    }
    changedVaults.clear();
    upToDate.clear();
  }

  /** Notes which vaults a body refers to; null when it is gone. */
  void follow(ConfigurationModel.Key key, @Nullable ObjectNode body) {
    Set<String> named = body == null ? Set.of() : SecretFields.vaults(body);
    if (named.isEmpty()) {
      readers.remove(key);
    } else {
      readers.put(key, named);
      upToDate.add(key);
    }
  }

  /** A plugin's configuration with its secrets; the same object when it refers to none. */
  PluginConfig plugin(ConfigurationModel.Key key, PluginConfig stored, @Nullable FieldSpec config) {
    return config == null || !readers.containsKey(key)
        ? stored
        : stored.withConfig(secrets(key).config(config, stored.config()));
  }

  /** A certificate with its secrets; the same object when it refers to none. */
  @Nullable ObjectNode certificate(ConfigurationModel.Key key, @Nullable ObjectNode stored) {
    return stored == null || !readers.containsKey(key) ? stored : secrets(key).certificate(stored);
  }

  private SecretFields secrets(ConfigurationModel.Key key) {
    return new SecretFields(
        vaults,
        (field, reference, reason) ->
            LOG.log(
                Level.WARNING,
                "{0} {1}: {2} is empty, because {3} cannot be resolved: {4}",
                key.entity(),
                key.id(),
                field,
                reference,
                reason));
  }
}
