package io.portcullis.app.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings an earlier configuration of the running gateway back. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the configuration what it was after a version, see 'history'.",
      "This is a change like any other: it gets a version of its own and can be undone."
    })
public final class RollbackCommand implements Callable<Integer> {
  /** It undoes one change after another, and there may be many. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "VERSION", description = "The version to go back to.")
  private long version;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    RunningGateway gateway = RunningGateway.of(options.read(), PATIENCE);
    RunningGateway.Answer answer = gateway.post("/portcullis/history/" + version + "/rollback");
    if (!answer.ok()) {
      spec.commandLine().getErr().println(answer.body().path("message").asString());
      return 1;
    }
    spec.commandLine()
        .getOut()
        .println(
            "the configuration is that of version "
                + version
                + " again: "
                + answer.body().path("undone").asInt()
                + " changes undone");
    return 0;
  }
}
