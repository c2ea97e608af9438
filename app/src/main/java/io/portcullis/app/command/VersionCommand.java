package io.portcullis.app.command;

import io.portcullis.app.node.GatewayVersion;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what this is. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
public final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  VersionCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(text());
    return 0;
  }

  private static String text() {
    return "Portcullis "
        + GatewayVersion.OWN
        + " (Admin API of Kong "
        + GatewayVersion.ADMIN_API
        + ")";
  }

  /** For {@code --version}. */
  public static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }
  }
}
