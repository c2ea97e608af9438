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
  public static void file(Path file, Settings settings) throws SettingsException {
    DeclarativeInput input = DeclarativeInput.of(file);
    refuse(input.name(), format(settings).read(input.text(), List.of()));
  }

  /** All problems of a declarative document. */
  public static List<Problem> problems(String text, Settings settings) throws SettingsException {
    return format(settings).read(text, List.of()) instanceof DeclarativeResult.Refused refused
        ? refused.problems()
        : List.of();
  }

  /** Reads declarative files with the plugins that the settings enable. */
  static DeclarativeFile format(Settings settings) throws SettingsException {
    return new DeclarativeFile(specs(settings), InstantSource.system(), new SecureRandomValues());
  }

  /** The entities, with those of the plugins that the settings enable. */
  static EntitySpecs specs(Settings settings) throws SettingsException {
    return new EntitySpecs(
        PluginCatalog.of(
            PluginDirectory.enabled(settings, new ArrayList<>()).values().stream()
                .map(Plugin::spec)
                .toList()));
  }

  static void refuse(String name, DeclarativeResult result) throws SettingsException {
    if (result instanceof DeclarativeResult.Refused refused) {
      throw refusal(name, refused.problems());
    }
  }

  /** All problems of what goes by that name, one line each. */
  static SettingsException refusal(String name, List<Problem> problems) {
    StringBuilder message = new StringBuilder();
    for (Problem problem : problems) {
      message.append(message.isEmpty() ? "" : "\n").append(name).append(": ").append(problem);
    }
    return new SettingsException(message.toString());
  }
}
