package io.portcullis.app;

import io.portcullis.app.command.CheckCommand;
import io.portcullis.app.command.ConfigCommand;
import io.portcullis.app.command.DemoCommand;
import io.portcullis.app.command.ExplainCommand;
import io.portcullis.app.command.HistoryCommand;
import io.portcullis.app.command.MigrationsCommand;
import io.portcullis.app.command.ReloadCommand;
import io.portcullis.app.command.RollbackCommand;
import io.portcullis.app.command.RunCommand;
import io.portcullis.app.command.StartCommand;
import io.portcullis.app.command.StopCommand;
import io.portcullis.app.command.VersionCommand;
import io.portcullis.app.node.OneLine;
import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 done, 1 failed with one line that says why, 2 wrong usage. */
@Command(
    name = "portcullis",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    description = "An API gateway that speaks Kong's Admin API.",
    subcommands = {
      StartCommand.class,
      RunCommand.class,
      StopCommand.class,
      ReloadCommand.class,
      MigrationsCommand.class,
      ConfigCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      HistoryCommand.class,
      RollbackCommand.class,
      DemoCommand.class,
      VersionCommand.class
    },
    footer = {
      "",
      "The launcher adds 'restart' (stop, then start) and 'start --daemon'.",
      "Settings: portcullis.conf, then PORTCULLIS_<KEY> variables, then flags; see"
          + " docs/configuration.md."
    })
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    // Libraries would tell on the terminal what they open and close; a node's log sets its own.
    Logger.getLogger("").setLevel(Level.WARNING);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          PrintWriter err = command.getErr();
          err.println("portcullis: " + OneLine.of(failure));
          if (System.getenv("PORTCULLIS_TRACE") != null) {
            failure.printStackTrace(err);
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    line.getSubcommands().values().forEach(sub -> sub.setUsageHelpAutoWidth(true));
    return line;
  }
}
