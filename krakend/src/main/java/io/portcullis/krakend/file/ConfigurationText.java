package io.portcullis.krakend.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads configuration files: JSON, YAML or TOML by the ending of the name; files with other endings
 * are JSON when they start with a brace, else YAML.
 */
public final class ConfigurationText {
  private ConfigurationText() {}

  /** How a text is written. */
  public enum Format {
    JSON,
    YAML,
    TOML;

    /** The format of a file. */
    public static Format of(String file, String text) {
      String name = file.toLowerCase(Locale.ROOT);
      if (name.endsWith(".json")) {
        return JSON;
      }
      if (name.endsWith(".yml") || name.endsWith(".yaml")) {
        return YAML;
      }
      if (name.endsWith(".toml")) {
        return TOML;
      }
      return withoutMark(text).stripLeading().startsWith("{") ? JSON : YAML;
    }
  }

  /**
   * The text of a file.
   *
   * @throws IOException when it cannot be read, is too large or is not UTF-8
   */
  public static String read(Path file) throws IOException {
    if (Files.size(file) > Limits.LONGEST) {
      throw new IOException("larger than " + Limits.LONGEST + " octets");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException broken) {
      throw new IOException("it is not UTF-8", broken);
    }
  }

  /**
   * Reads a text.
   *
   * @param file its name, for the format and for messages
   * @throws UnreadableConfigurationException when it is no object of that format
   */
  public static Value.Fields parse(String file, String text)
      throws UnreadableConfigurationException {
    return parse(file, text, Format.of(file, text));
  }

  /** As above, in a format that is known. */
  public static Value.Fields parse(String file, String text, Format format)
      throws UnreadableConfigurationException {
    if (text.length() > Limits.LONGEST) {
      throw new UnreadableConfigurationException(
          file, Position.START, "longer than " + Limits.LONGEST + " characters");
    }
    String plain = withoutMark(text);
    Value root =
        switch (format) {
          case JSON -> new JsonText(file, plain).read();
          case YAML -> new YamlText(file, plain).read();
          case TOML -> new TomlText(file, plain).read();
        };
    if (root instanceof Value.Fields fields) {
      return fields;
    }
    throw new UnreadableConfigurationException(
        file, root.at(), "expected an object, got " + root.kind());
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
