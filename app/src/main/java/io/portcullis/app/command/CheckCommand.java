package io.portcullis.app.command;

import io.portcullis.app.krakend.KrakendCheck;
import io.portcullis.app.krakend.KrakendFile;
import io.portcullis.app.node.DeclarativeCheck;
import io.portcullis.app.node.GatewayVersion;
import io.portcullis.app.settings.Settings;
import io.portcullis.krakend.convert.Surroundings;
import io.portcullis.krakend.template.FlexibleConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is wrong with settings, a declarative file or a KrakenD file, and opens nothing. */
@Command(
    name = "check",
    aliases = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the settings, a declarative file or a KrakenD file: the three are told apart by",
      "their content. The options beside -c are for KrakenD files."
    })
public final class CheckCommand implements Callable<Integer> {
  private static final List<String> ENDINGS = List.of(".json", ".tmpl", ".toml", ".yml", ".yaml");

  @Option(
      names = {"-c", "--conf", "--config"},
      paramLabel = "FILE",
      description = "Settings file, declarative file or KrakenD file.")
  private @Nullable Path option;

  @Option(
      names = {"-d", "--debug"},
      description = "Shows endpoints; -dd shows their backends too.")
  private boolean[] debug = {};

  @Option(
      names = {"-t", "--test-gin-routes"},
      description = "Takes the file's port for a moment.")
  private boolean test;

  @Option(
      names = {"-l", "--lint"},
      description = "Fails for what nobody can mean too, like unknown keys and bad durations.")
  private boolean lint;

  @Option(
      names = {"-n", "--lint-no-network"},
      description = "The same: nothing is fetched in any case.")
  private boolean lintNoNetwork;

  @Option(
      names = {"-s", "--lint-schema"},
      paramLabel = "PATH|URL",
      description = "Fails for what a JSON Schema does not allow.")
  private String lintSchema = "";

  @Option(
      names = {"-i", "--indent"},
      paramLabel = "TEXT",
      description = "What lines of -d begin with; a tab by default.")
  private String indentation = "\t";

  /** Compose files are seen to have an empty one. */
  @Parameters(arity = "0..*", paramLabel = "FILE", description = "The same as -c.")
  private List<String> parameters = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    refuseSeveralLints();
    Path file = file();
    if (file != null) {
      String text = Files.isReadable(file) ? Files.readString(file) : "";
      if (text.contains("_format_version")) {
        DeclarativeCheck.file(file, SettingsOptions.read(null, Map.of()));
        spec.commandLine().getOut().println(file + ": a declarative file without problems");
        return 0;
      }
      if (isKrakend(file)) {
        return checkKrakend(file) ? 0 : 1;
      }
    }
    Settings settings = SettingsOptions.read(file, Map.of());
    DeclarativeCheck.settings(settings).forEach(spec.commandLine().getErr()::println);
    spec.commandLine()
        .getOut()
        .println(settings.file().map(Path::toString).orElse("settings") + ": no problems");
    return 0;
  }

  /** In the words that KrakenD's command has. */
  private void refuseSeveralLints() {
    List<String> given = new ArrayList<>();
    if (lint) {
      given.add("lint");
    }
    if (lintNoNetwork) {
      given.add("lint-no-network");
    }
    if (!lintSchema.isEmpty()) {
      given.add("lint-schema");
    }
    if (given.size() > 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "if any flags in the group [lint lint-no-network lint-schema] are set none of the others"
              + " can be; ["
              + String.join(" ", given)
              + "] were all set");
    }
  }

  private @Nullable Path file() {
    List<String> given = parameters.stream().filter(parameter -> !parameter.isBlank()).toList();
    if (given.size() + (option == null ? 0 : 1) > 1) {
      throw new CommandLine.ParameterException(spec.commandLine(), "check: more than one file");
    }
    return option != null || given.isEmpty() ? option : Path.of(given.getFirst());
  }

  /** By its ending, too: a template, or a file that is broken, need not look like one. */
  private static boolean isKrakend(Path file) throws Exception {
    String name = file.toString().toLowerCase(Locale.ROOT);
    boolean template =
        name.endsWith(FlexibleConfiguration.EXTENSION) || System.getenv("FC_ENABLE") != null;
    return (template && ENDINGS.stream().anyMatch(name::endsWith))
        || name.endsWith(".json")
        || (Files.isReadable(file)
            && ENDINGS.stream().anyMatch(name::endsWith)
            && KrakendFile.read(file).isKrakend());
  }

  private boolean checkKrakend(Path file) {
    KrakendCheck check =
        new KrakendCheck(
            new Surroundings(System.getenv(), null, /* debug= */ false, GatewayVersion.OWN),
            new KrakendCheck.Options(
                lint || lintNoNetwork,
                lintSchema.isEmpty() ? null : lintSchema,
                test,
                debug.length,
                indentation),
            spec.commandLine().getOut(),
            spec.commandLine().getErr());
    return check.check(file, more -> SettingsOptions.read(null, Map.of(), more));
  }
}
