package io.portcullis.krakend.template;

import io.portcullis.core.vault.Environment;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * KrakenD's flexible configuration: a file is a template, rendered before it is read. Variables of
 * the environment say where its parts are: {@code FC_ENABLE} turns it on with any text, {@code
 * FC_SETTINGS} is a directory of {@code *.json}, each an object under its file's name, {@code
 * FC_TEMPLATES} one of {@code *.tmpl} that templates can call, {@code FC_PARTIALS} one of files to
 * include as they are, and {@code FC_OUT} a file that keeps the result.
 */
public final class FlexibleConfiguration {
  /** The extension of templates. */
  public static final String EXTENSION = ".tmpl";

  private static final String ENABLE = "FC_ENABLE";
  private static final String SETTINGS = "FC_SETTINGS";
  private static final String TEMPLATES = "FC_TEMPLATES";
  private static final String PARTIALS = "FC_PARTIALS";
  private static final String OUT = "FC_OUT";

  private final Environment environment;

  private FlexibleConfiguration(Environment environment) {
    this.environment = environment;
  }

  /** The flexible configuration that the environment asks for; empty without FC_ENABLE. */
  public static Optional<FlexibleConfiguration> of(Environment environment) {
    return directory(environment, ENABLE).isEmpty()
        ? Optional.empty()
        : Optional.of(new FlexibleConfiguration(environment));
  }

  /** Whether a text that cannot be read as a configuration has actions of a template in it. */
  public static boolean looksLikeTemplate(String text) {
    int open = text.indexOf("{{");
    return open >= 0 && text.indexOf("}}", open) >= 0;
  }

  /** Directories that a rendering reads besides the file itself. */
  public List<Path> inputs() {
    return Stream.of(SETTINGS, TEMPLATES, PARTIALS)
        .flatMap(variable -> directory(environment, variable).stream())
        .toList();
  }

  /** The name that says how the result is written, by its ending. */
  public String resultName() {
    return directory(environment, OUT).map(FlexibleConfiguration::name).orElse("rendered.json");
  }

  /**
   * Renders a file. Everything is read anew at each call, and the result is kept in FC_OUT when
   * that is set.
   *
   * @throws FlexibleConfigurationException if the settings cannot be read, or a template is wrong
   * @throws IOException if the file cannot be read or the result not be written
   */
  public RenderedFile render(Path file) throws IOException {
    Map<String, @Nullable Object> settings = settings();
    TemplateSet templates = new TemplateSet(FunctionTable.of(environment, this::partial));
    String name = name(file);
    templates.add(name, new TemplateSource(file.toString(), Files.readString(file)));
    for (Path template : files(TEMPLATES, EXTENSION)) {
      templates.add(
          name(template), new TemplateSource(template.toString(), Files.readString(template)));
    }
    Definition main =
        templates
            .find(name)
            .orElseThrow(() -> new IllegalStateException(name + " is a template of this set"));
    RenderedFile rendered = TemplateRun.render(templates, main, settings);
    Optional<Path> out = directory(environment, OUT);
    if (out.isPresent() && !isKept(out.get(), rendered.text())) {
      Files.writeString(out.get(), rendered.text());
    }
    return rendered;
  }

  /** A file that stays as it is does not wake who watches it: it may lie among the inputs. */
  private static boolean isKept(Path out, String text) {
    try {
      return Files.readString(out).equals(text);
    } catch (IOException absent) {
      return false;
    }
  }

  /** All problems of the settings are told at once. */
  private Map<String, @Nullable Object> settings() {
    Map<String, @Nullable Object> settings = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    List<Path> files = List.of();
    try {
      files = files(SETTINGS, ".json");
    } catch (FlexibleConfigurationException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    for (Path file : files) {
      try {
        String text = Files.readString(file);
        if (!(JsonText.read(text) instanceof Map<?, ?> object)) {
          problems.add(file + ": must be a JSON object");
          continue;
        }
        String name = name(file);
        settings.put(name.substring(0, name.length() - ".json".length()), object);
      } catch (JacksonException e) {
        problems.add(
            file
                + ":"
                + e.getLocation().getLineNr()
                + ":"
                + e.getLocation().getColumnNr()
                + ": "
                + e.getOriginalMessage());
      } catch (IOException e) {
        problems.add(file + ": " + reason(e));
      }
    }
    if (!problems.isEmpty()) {
      throw new FlexibleConfigurationException(
          "loading flexible-config settings:\n\t- " + String.join("\n\t- ", problems));
    }
    return settings;
  }

  /** The files of the directory that a variable names, in order; none when it is not set. */
  private List<Path> files(String variable, String extension) {
    Optional<Path> directory = directory(environment, variable);
    if (directory.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory.get())) {
      return entries
          .filter(file -> name(file).endsWith(extension) && !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FlexibleConfigurationException(
          directory.get() + ": " + reason(e) + " (" + variable + ")");
    }
  }

  private String partial(String name) {
    Path file = Path.of("");
    try {
      file = directory(environment, PARTIALS).orElse(file).resolve(strip(name));
      return Files.readString(file);
    } catch (InvalidPathException e) {
      throw new FunctionException("\"" + name + "\" is no name of a file");
    } catch (IOException e) {
      throw new FunctionException(
          file
              + ": "
              + reason(e)
              + (directory(environment, PARTIALS).isEmpty()
                  ? " (" + PARTIALS + " is not set)"
                  : ""));
    }
  }

  /** With a directory set, a leading slash does not leave it. */
  private String strip(String name) {
    return directory(environment, PARTIALS).isPresent() && name.startsWith("/")
        ? name.substring(1)
        : name;
  }

  private static Optional<Path> directory(Environment environment, String variable) {
    String value = environment.variable(variable);
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file or directory";
      case NotDirectoryException wrong -> "not a directory";
      case MalformedInputException wrong -> "not UTF-8";
      default -> String.valueOf(e.getMessage());
    };
  }
}
