package io.portcullis.app.command;

import io.portcullis.app.node.DeclarativeCheck;
import io.portcullis.app.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is wrong with settings or a declarative file, and opens nothing. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Checks the settings, or a declarative file: the two are told apart by their content.")
public final class CheckCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      description = "Settings file or declarative file.")
  private @Nullable Path option;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The same.")
  private @Nullable Path parameter;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Path file = option == null ? parameter : option;
    if (file != null) {
      String text = Files.isReadable(file) ? Files.readString(file) : "";
      if (text.contains("_format_version")) {
        DeclarativeCheck.file(file, SettingsOptions.read(null, Map.of()));
        spec.commandLine().getOut().println(file + ": a declarative file without problems");
        return 0;
      }
    }
    Settings settings = SettingsOptions.read(file, Map.of());
    DeclarativeCheck.settings(settings).forEach(spec.commandLine().getErr()::println);
    spec.commandLine()
        .getOut()
        .println(settings.file().map(Path::toString).orElse("settings") + ": no problems");
    return 0;
  }
}
