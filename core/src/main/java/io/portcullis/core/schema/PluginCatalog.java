package io.portcullis.core.schema;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plugins that this node knows, by name. Immutable. */
public final class PluginCatalog {
  private final Map<String, PluginSpec<?>> byName;

  private PluginCatalog(Map<String, PluginSpec<?>> byName) {
    this.byName = byName;
  }

  /**
   * @throws IllegalStateException when two plugins share a name, or a configuration record does not
   *     fit its fields
   */
  public static PluginCatalog of(Collection<? extends PluginSpec<?>> plugins) {
    Map<String, PluginSpec<?>> byName = new LinkedHashMap<>();
    for (PluginSpec<?> plugin : plugins) {
      plugin.verify();
      if (byName.put(plugin.name(), plugin) != null) {
        throw new IllegalStateException("two plugins are called " + plugin.name());
      }
    }
    return new PluginCatalog(byName);
  }

  public Optional<PluginSpec<?>> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All of them, in the order given. */
  public List<PluginSpec<?>> all() {
    return List.copyOf(byName.values());
  }
}
