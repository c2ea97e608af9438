package io.portcullis.app.node;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.plugin.Plugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plugins that are not bundled. Each folder in {@code plugins_dir}, and each jar that lies in it by
 * itself, is loaded by a class loader of its own. What cannot be loaded keeps the node from
 * starting: a gateway that went on without a plugin might go on without its lock.
 */
final class OutsidePlugins {
  private static final String JAR = ".jar";

  private OutsidePlugins() {}

  /**
   * Loads them all. Their class loaders stay open as long as the process lives.
   *
   * @throws SettingsException with one line that names the jar or folder that is no plugin
   */
  static List<Plugin<?>> load(Settings settings) throws SettingsException {
    Path directory = settings.prefix().resolve(settings.text(Setting.PLUGINS_DIR));
    if (!Files.isDirectory(directory)) {
      if (settings.text(Setting.PLUGINS_DIR).equals(Setting.PLUGINS_DIR.fallback())) {
        return List.of();
      }
      throw new SettingsException("plugins_dir: there is no directory " + directory);
    }
    SharedClasses shared = new SharedClasses(OutsidePlugins.class.getClassLoader());
    List<Plugin<?>> plugins = new ArrayList<>();
    for (Path entry : entries(directory)) {
      if (Files.isDirectory(entry)) {
        plugins.addAll(load(entry, jars(entry), shared));
      } else if (isJar(entry)) {
        plugins.addAll(load(entry, List.of(entry), shared));
      }
    }
    return plugins;
  }

  private static List<Plugin<?>> load(Path source, List<Path> jars, SharedClasses shared)
      throws SettingsException {
    List<Plugin<?>> plugins = new ArrayList<>();
    try {
      List<URL> urls = new ArrayList<>();
      for (Path jar : jars) {
        // A class loader passes over what it cannot open, and says nothing.
        new JarFile(jar.toFile()).close();
        urls.add(jar.toUri().toURL());
      }
      URLClassLoader loader =
          new URLClassLoader(source.getFileName().toString(), urls.toArray(URL[]::new), shared);
      for (Plugin<?> plugin : ServiceLoader.load(Plugin.class, loader)) {
        plugin.spec().name();
        plugins.add(plugin);
      }
    } catch (IOException e) {
      throw refused(source, e, null);
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      throw refused(source, e, e.getCause());
    }
    if (plugins.isEmpty()) {
      throw new SettingsException(
          "plugins_dir: "
              + source
              + " holds no plugin: no jar there names one in META-INF/services/"
              + Plugin.class.getName());
    }
    return plugins;
  }

  private static SettingsException refused(
      Path source, Throwable failure, @Nullable Throwable cause) {
    StringBuilder reason = new StringBuilder(String.valueOf(failure.getMessage()));
    if (cause != null) {
      reason.append(": ").append(cause);
    }
    if (failure instanceof NoClassDefFoundError || cause instanceof NoClassDefFoundError) {
      reason.append(" (neither in there nor shared by the gateway)");
    }
    return new SettingsException(
        "plugins_dir: " + source + " cannot be loaded: " + reason.toString().replace('\n', ' '));
  }

  private static List<Path> jars(Path folder) throws SettingsException {
    return entries(folder).stream().filter(OutsidePlugins::isJar).toList();
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(JAR) && Files.isRegularFile(file);
  }

  /** In the order of their names, so that messages do not depend on the file system. */
  private static List<Path> entries(Path directory) throws SettingsException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (IOException e) {
      throw new SettingsException("plugins_dir: cannot read " + directory + ": " + OneLine.of(e));
    }
  }
}
