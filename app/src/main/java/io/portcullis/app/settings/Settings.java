package io.portcullis.app.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of this process. A getter that refuses a value names the key and what was expected.
 */
public final class Settings {
  private final Map<Setting, String> values;
  private final Optional<Path> file;
  private final List<String> warnings;

  Settings(Map<Setting, String> values, Optional<Path> file, List<String> warnings) {
    this.values = new EnumMap<>(Setting.class);
    this.values.putAll(values);
    this.file = file;
    this.warnings = List.copyOf(warnings);
  }

  /** The file that was read. */
  public Optional<Path> file() {
    return file;
  }

  /** What was ignored, one line each. */
  public List<String> warnings() {
    return warnings;
  }

  /** The same, and more that was ignored. */
  public Settings withWarnings(List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new Settings(values, file, all);
  }

  /** Whether somebody set it, to whatever value. */
  public boolean isGiven(Setting setting) {
    return values.containsKey(setting);
  }

  /** The value as it was written. */
  public String text(Setting setting) {
    return values.getOrDefault(setting, setting.fallback());
  }

  /** The value, or empty when it is blank. */
  public Optional<String> optional(Setting setting) {
    String value = text(setting);
    return value.isBlank() ? Optional.empty() : Optional.of(value);
  }

  public boolean enabled(Setting setting) throws SettingsException {
    String value = text(setting).toLowerCase(Locale.ROOT);
    return switch (value) {
      case "on", "true", "yes" -> true;
      case "off", "false", "no" -> false;
      default -> throw refused(setting, "on or off");
    };
  }

  public int integer(Setting setting, int least, int most) throws SettingsException {
    try {
      int value = Integer.parseInt(text(setting));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // the answer below says what was expected
    }
    throw refused(setting, "a whole number from " + least + " to " + most);
  }

  public double number(Setting setting, double least, double most) throws SettingsException {
    try {
      double value = Double.parseDouble(text(setting));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // the answer below says what was expected
    }
    throw refused(setting, "a number from " + least + " to " + most);
  }

  /**
   * A duration as nginx writes it: {@code 60}, {@code 60s}, {@code 500ms}, {@code 5m}, {@code 1h}.
   */
  public Duration duration(Setting setting) throws SettingsException {
    String value = text(setting).strip();
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    if (digits == 0 || digits > 9) {
      throw refused(setting, "a time like 60s");
    }
    long amount = Long.parseLong(value.substring(0, digits));
    return switch (value.substring(digits).strip()) {
      case "ms" -> Duration.ofMillis(amount);
      case "", "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> throw refused(setting, "a time like 60s");
    };
  }

  /** A size in octets as nginx writes it: {@code 0}, {@code 8k}, {@code 10m}, {@code 1g}. */
  public long size(Setting setting) throws SettingsException {
    String value = text(setting).strip().toLowerCase(Locale.ROOT);
    int shift = value.endsWith("k") ? 10 : value.endsWith("m") ? 20 : value.endsWith("g") ? 30 : 0;
    try {
      long amount = Long.parseLong(shift == 0 ? value : value.substring(0, value.length() - 1));
      if (amount >= 0 && amount < 1L << 32) {
        return amount << shift;
      }
    } catch (NumberFormatException e) {
      // the answer below says what was expected
    }
    throw refused(setting, "a size like 10m");
  }

  /** Members of a comma list, without blanks. */
  public List<String> list(Setting setting) {
    List<String> members = new ArrayList<>();
    for (String member : text(setting).split(",", -1)) {
      if (!member.isBlank()) {
        members.add(member.strip());
      }
    }
    return members;
  }

  public List<ListenAddress> listen(Setting setting) throws SettingsException {
    return ListenAddress.list(setting, text(setting));
  }

  /** The value, which must be one of {@code allowed}. */
  public String oneOf(Setting setting, String... allowed) throws SettingsException {
    String value = text(setting);
    for (String word : allowed) {
      if (word.equals(value)) {
        return value;
      }
    }
    throw refused(setting, "one of " + String.join(", ", allowed));
  }

  public Path prefix() {
    return Path.of(text(Setting.PREFIX)).toAbsolutePath().normalize();
  }

  private SettingsException refused(Setting setting, String expected) {
    String shown = setting.secret() ? "******" : text(setting);
    return new SettingsException(
        setting.key() + ": expected " + expected + ", got '" + shown + "'");
  }
}
