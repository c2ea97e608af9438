package io.portcullis.app.krakend;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.krakend.convert.Converted;
import io.portcullis.krakend.convert.Finding;
import io.portcullis.krakend.convert.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code check} for a KrakenD file: says what is wrong with it, all at once and by its lines, in
 * the words that KrakenD's own command has.
 */
public final class KrakendCheck {
  /** File and line that a message begins with. */
  private static final Pattern PLACE = Pattern.compile("(.+?:\\d+)(?::\\d+)?: ");

  private final Surroundings around;
  private final Options options;
  private final PrintWriter out;
  private final PrintWriter err;

  /** Reads settings with some in addition. */
  @FunctionalInterface
  public interface SettingsSource {
    Settings read(Map<Setting, String> more) throws SettingsException;
  }

  /**
   * What is looked at beyond the syntax.
   *
   * @param lint whether what has no meaning, like an unknown key, is wrong too
   * @param schema file or URL of a JSON Schema that the file has to fit; null for none
   * @param test whether the file's ports are taken for a moment
   * @param detail how much of the file is shown: 0 for nothing, 1 for endpoints, 2 for backends
   * @param indentation of what is shown
   */
  public record Options(
      boolean lint, @Nullable String schema, boolean test, int detail, String indentation) {}

  public KrakendCheck(Surroundings around, Options options, PrintWriter out, PrintWriter err) {
    this.around = around;
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /** Checks a file; whether nothing is wrong with it. */
  public boolean check(Path file, SettingsSource source) {
    out.println("Parsing configuration file: " + file);
    out.flush();
    Converted converted;
    try {
      KrakendFile input = KrakendFile.read(file);
      converted = input.convertedAsItIs(around);
      if (!passes(input, converted, source)) {
        return false;
      }
      if (!fits(input)) {
        return false;
      }
    } catch (SettingsException e) {
      return fails("parsing", String.valueOf(e.getMessage()));
    }
    if (options.detail() > 0) {
      show(converted);
    }
    if (options.test()) {
      try {
        take(converted, source);
      } catch (IOException | SettingsException e) {
        return fails("testing", String.valueOf(e.getMessage()));
      }
    }
    out.println("Syntax OK!");
    return true;
  }

  private boolean fits(KrakendFile input) throws SettingsException {
    String where = options.schema();
    if (where == null) {
      return true;
    }
    LintSchema schema;
    try {
      schema = LintSchema.read(where);
    } catch (SettingsException e) {
      return tells("ERROR compiling the schema:", String.valueOf(e.getMessage()));
    }
    List<String> misfits = schema.misfits(input);
    return misfits.isEmpty() || fails("linting", String.join("\n", misfits));
  }

  private boolean passes(KrakendFile input, Converted converted, SettingsSource source)
      throws SettingsException {
    List<Finding> wrong =
        converted.findings().stream()
            .filter(
                finding ->
                    switch (finding.severity()) {
                      case ERROR, UNSERVED -> true;
                      case MISTAKE -> options.lint();
                      case WARNING -> false;
                    })
            .toList();
    converted.findings().stream()
        .filter(finding -> !wrong.contains(finding))
        .forEach(finding -> err.println("WARNING " + input.line(finding)));
    err.flush();
    StringBuilder problems = new StringBuilder(input.lines(wrong));
    boolean lintAlone =
        !wrong.isEmpty() && wrong.stream().allMatch(f -> f.severity() == Finding.Severity.MISTAKE);
    try {
      input.check(converted, source.read(Map.of()));
    } catch (SettingsException e) {
      lintAlone &= !addNew(problems, String.valueOf(e.getMessage()));
    }
    return problems.isEmpty() || fails(lintAlone ? "linting" : "parsing", problems.toString());
  }

  /** What plugins say of an endpoint that is told of already often is the same in other words. */
  private static boolean addNew(StringBuilder problems, String more) {
    int before = problems.length();
    for (String line : more.lines().toList()) {
      Matcher place = PLACE.matcher(line);
      if (!place.lookingAt() || problems.indexOf(place.group(1) + ":") < 0) {
        problems.append(problems.isEmpty() ? "" : "\n").append(line);
      }
    }
    return problems.length() > before;
  }

  private boolean fails(String doing, String problems) {
    return tells("ERROR " + doing + " the configuration file:", problems);
  }

  private boolean tells(String title, String problems) {
    err.println(title);
    problems.lines().forEach(line -> err.println("\t" + line));
    err.flush();
    return false;
  }

  /** Binds the ports that the file wants, for a moment. */
  private static void take(Converted converted, SettingsSource source)
      throws IOException, SettingsException {
    String listen = converted.settings().getOrDefault("proxy_listen", "off");
    Settings settings = source.read(Map.of(Setting.PROXY_LISTEN, listen));
    for (ListenAddress address : settings.listen(Setting.PROXY_LISTEN)) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
      } catch (IOException e) {
        throw new IOException("listen " + address + ": " + e.getMessage(), e);
      }
    }
  }

  private void show(Converted converted) {
    String step = options.indentation();
    JsonNode routes = converted.document().path("routes");
    out.println("Global settings");
    converted.settings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(setting -> out.println(step + setting.getKey() + ": " + setting.getValue()));
    out.println(routes.size() - 1 + " API endpoints:");
    for (JsonNode route : routes) {
      for (JsonNode plugin : route.path("plugins")) {
        if (plugin.path("name").asString("").equals("composition")) {
          show(route.path("methods").path(0).asString("GET"), plugin.path("config"), step);
        }
      }
    }
  }

  private void show(String method, JsonNode config, String step) {
    out.println(step + "- " + method + " " + config.path("endpoint").asString(""));
    if (options.detail() < 2) {
      return;
    }
    out.println(step + step + "timeout: " + config.path("timeout").asString(""));
    for (JsonNode backend : config.path("backend")) {
      out.println(
          (step + step + "-> ")
              + backend.path("method").asString(method).toUpperCase(Locale.ROOT)
              + " "
              + backend.path("host").valueStream().map(JsonNode::asString).toList()
              + backend.path("url_pattern").asString(""));
    }
  }
}
