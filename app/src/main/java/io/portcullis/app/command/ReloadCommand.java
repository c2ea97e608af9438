package io.portcullis.app.command;

import io.portcullis.app.node.PidFile;
import io.portcullis.app.settings.Settings;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks the running gateway to read its settings and declarative file again. */
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    description = "Makes the running gateway read its settings and its declarative file again.")
public final class ReloadCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Settings settings = options.read();
    Optional<ProcessHandle> gateway = new PidFile(settings.prefix()).running();
    if (gateway.isEmpty()) {
      spec.commandLine().getErr().println("portcullis: no gateway runs on " + settings.prefix());
      return 1;
    }
    String pid = Long.toString(gateway.get().pid());
    int status = new ProcessBuilder("kill", "-HUP", pid).inheritIO().start().waitFor();
    if (status == 0) {
      spec.commandLine().getOut().println("portcullis: asked process " + pid + " to reload");
    }
    return status == 0 ? 0 : 1;
  }
}
