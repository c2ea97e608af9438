package io.portcullis.app.command;

import io.portcullis.app.settings.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Placeholder body, completed with the wiring. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks settings, or a declarative file.")
public final class CheckCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws Exception {
    Settings settings = options.read();
    settings.warnings().forEach(System.err::println);
    return 0;
  }
}
