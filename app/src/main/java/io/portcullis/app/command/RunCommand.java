package io.portcullis.app.command;

import io.portcullis.app.krakend.KrakendFile;
import io.portcullis.app.krakend.ServedFile;
import io.portcullis.app.node.GatewayProcess;
import io.portcullis.app.node.GatewayVersion;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.krakend.convert.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a gateway from a file, without a database. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the gateway from a file, without a database: a declarative file (_format_version 3.0)",
      "or a KrakenD file (version 3), which is read again whenever it changes."
    })
public final class RunCommand implements Callable<Integer> {
  private static final Path MOUNTED = Path.of("/etc/krakend");

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The file: YAML or JSON, and TOML for KrakenD.")
  private Path file = Path.of("");

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Settings file; by default ./portcullis.conf and so on.")
  private @Nullable Path settingsFile;

  @Option(
      names = "-p",
      paramLabel = "PORT|DIR",
      description = "With a KrakenD file its port, before the file's; else like --prefix.")
  private @Nullable String portOrPrefix;

  @Option(
      names = "--prefix",
      paramLabel = "DIR",
      description = "Directory for everything the gateway writes.")
  private @Nullable String prefix;

  @Option(
      names = {"-d", "--debug"},
      description = "With a KrakenD file: /__debug/ answers, and the log tells more.")
  private boolean debug;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting; may be repeated.")
  private Map<String, String> overrides = Map.of();

  /** Compose files are seen to have an empty one. */
  @Parameters(hidden = true, arity = "0..*")
  private List<String> rest = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    for (String argument : rest) {
      if (!argument.isBlank()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "run: unexpected argument '" + argument + "'");
      }
    }
    file = located(file);
    if (!KrakendFile.read(file).isKrakend()) {
      new GatewayProcess(System.out).run(this::declarative);
      return 0;
    }
    Surroundings around = new Surroundings(System.getenv(), port(), debug, GatewayVersion.OWN);
    try (ServedFile served = new ServedFile(file, around)) {
      new GatewayProcess(System.out).run(() -> settings(served), served.watched());
    }
    return 0;
  }

  /**
   * KrakenD's images work in the folder that files are mounted to, so names are seen without it.
   */
  private static Path located(Path file) {
    Path mounted = MOUNTED.resolve(file);
    return !file.isAbsolute() && !Files.exists(file) && Files.exists(mounted) ? mounted : file;
  }

  private Settings declarative() throws Exception {
    Map<String, String> all = new HashMap<>(overrides);
    all.put(Setting.DATABASE.key(), "off");
    all.put(Setting.DECLARATIVE_CONFIG.key(), file.toString());
    String folder = prefix == null ? portOrPrefix : prefix;
    if (folder != null) {
      all.put(Setting.PREFIX.key(), folder);
    }
    return SettingsOptions.read(settingsFile, all);
  }

  private Settings settings(ServedFile served) throws Exception {
    Map<String, String> all = new HashMap<>(overrides);
    String folder = prefix == null && port() == null ? portOrPrefix : prefix;
    if (folder != null) {
      all.put(Setting.PREFIX.key(), folder);
    }
    return served.settings(more -> SettingsOptions.read(settingsFile, all, more));
  }

  private @Nullable Integer port() {
    String text = portOrPrefix;
    return text != null && text.matches("\\d{1,5}") ? Integer.valueOf(text) : null;
  }
}
