package io.portcullis.app.node;

import io.portcullis.app.declarative.DeclarativeFile;
import io.portcullis.app.declarative.DeclarativeResult;
import io.portcullis.app.declarative.Problem;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.SecureRandomValues;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Looks at settings and declarative files without starting anything. */
public final class DeclarativeCheck {
  private DeclarativeCheck() {}

  /**
   * Checks the values of all settings, opening nothing.
   *
   * @return what would be ignored, one line each
   * @throws SettingsException naming the first that cannot be used
   */
  public static List<String> settings(Settings settings) throws Exception {
    List<String> warnings = new ArrayList<>(settings.warnings());
    PluginDirectory.enabled(settings, warnings);
    ProxyConfiguration.check(settings, warnings);
    return warnings;
  }

  /**
   * Checks a declarative file.
   *
   * @throws SettingsException with all its problems, one line each
   */
  public static void file(Path file, String text, Settings settings) throws SettingsException {
    EntitySpecs specs =
        new EntitySpecs(
            PluginCatalog.of(
                PluginDirectory.enabled(settings, new ArrayList<>()).values().stream()
                    .map(Plugin::spec)
                    .toList()));
    DeclarativeFile format =
        new DeclarativeFile(specs, InstantSource.system(), new SecureRandomValues());
    refuse(file, format.read(text, List.of()));
  }

  static void refuse(Path file, DeclarativeResult result) throws SettingsException {
    if (result instanceof DeclarativeResult.Refused refused) {
      StringBuilder message = new StringBuilder();
      for (Problem problem : refused.problems()) {
        message.append(message.isEmpty() ? "" : "\n").append(file).append(": ").append(problem);
      }
      throw new SettingsException(message.toString());
    }
  }
}
