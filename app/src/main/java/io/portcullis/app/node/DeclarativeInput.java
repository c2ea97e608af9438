package io.portcullis.app.node;

import io.portcullis.app.declarative.EnvironmentValues;
import io.portcullis.app.declarative.FileText;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A declarative configuration of this machine, with values of the environment in it.
 *
 * @param name what messages call it
 */
record DeclarativeInput(String name, String text) {
  /** What the settings name; empty when they name nothing. */
  static Optional<DeclarativeInput> of(Settings settings) throws SettingsException {
    Optional<String> file = settings.optional(Setting.DECLARATIVE_CONFIG);
    if (file.isPresent()) {
      return Optional.of(of(Path.of(file.get())));
    }
    Optional<String> text = settings.optional(Setting.DECLARATIVE_CONFIG_STRING);
    return text.isPresent()
        ? Optional.of(filled(Setting.DECLARATIVE_CONFIG_STRING.key(), text.get()))
        : Optional.empty();
  }

  static DeclarativeInput of(Path file) throws SettingsException {
    try {
      return filled(file.toString(), FileText.read(file));
    } catch (NoSuchFileException e) {
      throw new SettingsException(file + ": no such file");
    } catch (IOException e) {
      throw new SettingsException(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static DeclarativeInput filled(String name, String text) throws SettingsException {
    try {
      return new DeclarativeInput(name, new EnvironmentValues(System.getenv()).fill(text));
    } catch (EnvironmentValues.MissingValuesException e) {
      throw new SettingsException(name + ": " + e.getMessage());
    }
  }
}
