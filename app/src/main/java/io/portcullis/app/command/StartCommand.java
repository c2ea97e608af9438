package io.portcullis.app.command;

import io.portcullis.app.node.GatewayProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a gateway in the foreground. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the gateway in the foreground until TERM or Ctrl-C.",
      "With --daemon the launcher puts it into the background."
    })
public final class StartCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws Exception {
    new GatewayProcess(System.out).run(options::read);
    return 0;
  }
}
