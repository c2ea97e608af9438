package io.portcullis.app.node;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.plugin.Plugin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The plugins of this node, bundled ones and those from outside, found through {@link
 * ServiceLoader} and chosen by the {@code plugins} setting.
 */
final class PluginDirectory {
  private PluginDirectory() {}

  /**
   * The enabled plugins by name.
   *
   * @param warnings takes a line for each plugin that Kong has and this release does not
   * @throws SettingsException when two plugins have one name, or one from outside cannot be loaded
   */
  static Map<String, Plugin<?>> enabled(Settings settings, List<String> warnings)
      throws SettingsException {
    Map<String, Plugin<?>> found = new TreeMap<>();
    for (Plugin<?> plugin : ServiceLoader.load(Plugin.class)) {
      add(found, plugin);
    }
    for (Plugin<?> plugin : OutsidePlugins.load(settings)) {
      add(found, plugin);
    }
    Set<String> wanted = new LinkedHashSet<>(settings.list(Setting.PLUGINS));
    if (wanted.contains("off")) {
      return Map.of();
    }
    if (!wanted.remove("bundled")) {
      found.keySet().retainAll(wanted);
    }
    List<String> missing = new ArrayList<>(wanted);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      warnings.add("plugins: no plugin is named " + String.join(", ", missing));
    }
    return Map.copyOf(found);
  }

  private static void add(Map<String, Plugin<?>> found, Plugin<?> plugin) throws SettingsException {
    String name = plugin.spec().name();
    if (found.put(name, plugin) != null) {
      throw new SettingsException("two plugins are named '" + name + "'");
    }
  }
}
