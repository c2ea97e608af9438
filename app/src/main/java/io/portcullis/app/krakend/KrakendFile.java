package io.portcullis.app.krakend;

import io.portcullis.app.declarative.Problem;
import io.portcullis.app.node.DeclarativeCheck;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.krakend.convert.Converted;
import io.portcullis.krakend.convert.Finding;
import io.portcullis.krakend.convert.RootConverter;
import io.portcullis.krakend.convert.Surroundings;
import io.portcullis.krakend.file.ConfigurationText;
import io.portcullis.krakend.file.Position;
import io.portcullis.krakend.file.UnreadableConfigurationException;
import io.portcullis.krakend.file.Value;
import io.portcullis.krakend.template.FlexibleConfiguration;
import io.portcullis.krakend.template.FlexibleConfigurationException;
import io.portcullis.krakend.template.RenderedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A KrakenD file of this machine, rendered if it is a template. Immutable.
 *
 * @param name what messages call it
 * @param format a name whose ending tells how the text is written
 * @param origins for each line where it comes from, {@code file:line}; empty when it is in the file
 */
public record KrakendFile(String name, String format, String text, List<String> origins) {
  private static final String KONG_MARK = "_format_version";
  private static final Pattern VERSION =
      Pattern.compile("(?:^|[\\s{,])[\"']?version[\"']?\\s*[:=]", Pattern.MULTILINE);

  public KrakendFile {
    origins = List.copyOf(origins);
  }

  /**
   * Reads a file.
   *
   * @throws SettingsException when it cannot be read
   */
  public static KrakendFile read(Path file) throws SettingsException {
    try {
      String text = ConfigurationText.read(file);
      Optional<FlexibleConfiguration> flexible = FlexibleConfiguration.of(System::getenv);
      if (flexible.isEmpty() || text.contains(KONG_MARK)) {
        return new KrakendFile(file.toString(), file.toString(), text, List.of());
      }
      RenderedFile rendered = flexible.get().render(file);
      return new KrakendFile(
          file.toString(), flexible.get().resultName(), rendered.text(), rendered.origins());
    } catch (FlexibleConfigurationException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new SettingsException(file + ": no such file");
    } catch (IOException e) {
      throw new SettingsException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** What a change of the configuration shows in: the file, and what a template reads. */
  public static List<Path> inputs(Path file) {
    List<Path> inputs = new ArrayList<>(List.of(file));
    FlexibleConfiguration.of(System::getenv)
        .ifPresent(flexible -> inputs.addAll(flexible.inputs()));
    return inputs;
  }

  /** Whether it is one at all, and no declarative file. */
  public boolean isKrakend() {
    if (text.contains(KONG_MARK)) {
      return false;
    }
    return name.toLowerCase(Locale.ROOT).endsWith(".toml") || VERSION.matcher(text).find();
  }

  /**
   * Says the same as a declarative document.
   *
   * @throws SettingsException with all errors, one line each
   */
  public Converted converted(Surroundings around) throws SettingsException {
    Converted converted = convertedAsItIs(around);
    if (converted.isBroken()) {
      throw new SettingsException(lines(converted.findings(Finding.Severity.ERROR)));
    }
    return converted;
  }

  /**
   * The same, with its errors among the findings.
   *
   * @throws SettingsException when it is no JSON, YAML or TOML
   */
  public Converted convertedAsItIs(Surroundings around) throws SettingsException {
    return RootConverter.convert(fields(), around);
  }

  /**
   * What stands in it.
   *
   * @throws SettingsException when it is no JSON, YAML or TOML
   */
  public Value.Fields fields() throws SettingsException {
    try {
      ConfigurationText.Format written = ConfigurationText.Format.of(format, text);
      return ConfigurationText.parse(name, text, written);
    } catch (UnreadableConfigurationException e) {
      boolean forgotten = origins.isEmpty() && FlexibleConfiguration.looksLikeTemplate(text);
      throw new SettingsException(
          place(e.at())
              + ": "
              + e.problem()
              + (forgotten ? "; this looks like a template: set FC_ENABLE=1" : ""));
    }
  }

  /**
   * Checks what the plugins say of the document.
   *
   * @throws SettingsException with all problems, one line each, by the places in this file
   */
  public void check(Converted converted, Settings settings) throws SettingsException {
    List<Problem> problems = DeclarativeCheck.problems(converted.document().toString(), settings);
    if (!problems.isEmpty()) {
      StringBuilder message = new StringBuilder();
      for (Problem problem : problems) {
        message
            .append(message.isEmpty() ? "" : "\n")
            .append(place(converted.placeOf(problem.path())))
            .append(": ")
            .append(problem);
      }
      throw new SettingsException(message.toString());
    }
  }

  /** One line. */
  public String line(Finding finding) {
    return place(finding.at()) + ": " + finding.message();
  }

  /** File, line and column; for what comes from a template those of the template. */
  public String place(Position at) {
    return origins.isEmpty()
        ? name + ":" + at
        : origins.get(Math.clamp(at.line(), 1, origins.size()) - 1);
  }

  /** One line for each. */
  public String lines(List<Finding> findings) {
    StringBuilder lines = new StringBuilder();
    findings.forEach(finding -> lines.append(lines.isEmpty() ? "" : "\n").append(line(finding)));
    return lines.toString();
  }
}
