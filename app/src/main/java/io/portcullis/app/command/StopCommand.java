package io.portcullis.app.command;

import io.portcullis.app.node.PidFile;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks the running gateway to drain and end, and waits for it. */
@Command(
    name = "stop",
    aliases = "quit",
    mixinStandardHelpOptions = true,
    description = "Stops the gateway that runs on this prefix, after requests in flight.")
public final class StopCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(5);

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Settings settings = options.read();
    PrintWriter out = spec.commandLine().getOut();
    Optional<ProcessHandle> gateway = new PidFile(settings.prefix()).running();
    if (gateway.isEmpty()) {
      spec.commandLine().getErr().println("portcullis: no gateway runs on " + settings.prefix());
      return 1;
    }
    gateway.get().destroy();
    Duration limit = settings.duration(Setting.SHUTDOWN_TIMEOUT).plus(GRACE);
    try {
      gateway.get().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      gateway.get().destroyForcibly();
      out.println("portcullis: killed after " + limit.toSeconds() + " s");
      return 1;
    }
    out.println("portcullis: stopped");
    return 0;
  }
}
