package io.portcullis.core.plugin;

import io.portcullis.core.schema.PluginSpec;
import java.util.List;

/**
 * A plugin as the gateway finds it through {@link java.util.ServiceLoader}. It needs a public
 * constructor without arguments and keeps no state of its own; state belongs to the handlers.
 *
 * @param <C> the configuration, a record whose components are the spec's fields in camelCase
 */
public interface Plugin<C> {
  /** Name, priority, fields and checks; the same object at every call. */
  PluginSpec<C> spec();

  /**
   * Makes the handler of one stored configuration: parse, compile and connect here, not per
   * request. Runs off the I/O threads. An exception quarantines this configuration; the rest of the
   * snapshot goes live.
   */
  PluginHandler start(C config, PluginContext context);

  /**
   * Paths that the plugin adds to the node's Admin API; none by default. Asked once, when the node
   * starts.
   *
   * @param state what the plugin's handlers get from {@link PluginContext#shared} too
   */
  default List<AdminEndpoint> adminEndpoints(SharedState state) {
    return List.of();
  }
}
