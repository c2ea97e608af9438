package io.portcullis.app.command;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.app.settings.SettingsReader;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command with settings understands. */
final class SettingsOptions {
  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      description =
          "Settings file; by default ./portcullis.conf, then /etc/portcullis, then /etc/kong.")
  private @Nullable Path file;

  @Option(
      names = {"-p", "--prefix"},
      paramLabel = "DIR",
      description = "Directory for everything the gateway writes.")
  private @Nullable String prefix;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting; may be repeated.")
  private Map<String, String> overrides = Map.of();

  Settings read() throws SettingsException {
    Map<String, String> all = new HashMap<>(overrides);
    if (prefix != null) {
      all.put(Setting.PREFIX.key(), prefix);
    }
    return read(file, all);
  }

  /** Reads the settings with flags by key. */
  static Settings read(@Nullable Path settingsFile, Map<String, String> flags)
      throws SettingsException {
    return read(settingsFile, flags, Map.of());
  }

  /** As above, with more settings that go before these. */
  static Settings read(
      @Nullable Path settingsFile, Map<String, String> flags, Map<Setting, String> more)
      throws SettingsException {
    Map<Setting, String> known = new EnumMap<>(Setting.class);
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      known.put(setting(flag.getKey()), flag.getValue());
    }
    known.putAll(more);
    return new SettingsReader(System.getenv()).read(settingsFile, known);
  }

  private static Setting setting(String key) throws SettingsException {
    try {
      return Setting.valueOf(key.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new SettingsException("--set: unknown setting '" + key + "'");
    }
  }
}
