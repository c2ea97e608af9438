package io.portcullis.app.command;

import io.portcullis.app.node.GatewayProcess;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a gateway from a declarative file, without a database. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Runs the gateway from a declarative file (_format_version 3.0), without a database.")
public final class RunCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The declarative file, YAML or JSON.")
  private Path file = Path.of("");

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Settings file; by default ./portcullis.conf and so on.")
  private @org.jspecify.annotations.Nullable Path settingsFile;

  @Option(
      names = {"-p", "--prefix"},
      paramLabel = "DIR",
      description = "Directory for everything the gateway writes.")
  private @org.jspecify.annotations.Nullable String prefix;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting; may be repeated.")
  private Map<String, String> overrides = Map.of();

  @Override
  public Integer call() throws Exception {
    new GatewayProcess(System.out).run(this::read);
    return 0;
  }

  private Settings read() throws Exception {
    Map<String, String> all = new HashMap<>(overrides);
    all.put(Setting.DATABASE.key(), "off");
    all.put(Setting.DECLARATIVE_CONFIG.key(), file.toString());
    if (prefix != null) {
      all.put(Setting.PREFIX.key(), prefix);
    }
    return SettingsOptions.read(settingsFile, all);
  }
}
