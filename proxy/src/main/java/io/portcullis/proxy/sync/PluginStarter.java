package io.portcullis.proxy.sync;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginTraits;
import org.jspecify.annotations.Nullable;

/** Starts the handlers of stored configurations. Called by the thread that applies changes. */
public interface PluginStarter {
  /**
   * Starts a handler.
   *
   * @throws RuntimeException whatever a plugin throws, or because nobody knows the plugin: the
   *     configuration is quarantined
   */
  ConfiguredPlugin start(PluginConfig configuration);

  /** What is known of a plugin before one of its configurations is started; null if unknown. */
  @Nullable PluginTraits traits(String plugin);

  /** The fields of a plugin's configuration; null if unknown. */
  default @Nullable FieldSpec config(String plugin) {
    return null;
  }
}
