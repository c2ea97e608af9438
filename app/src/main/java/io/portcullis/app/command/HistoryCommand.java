package io.portcullis.app.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows the versions of the running gateway's configuration. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Lists who changed the configuration and when, or shows what one version did.")
public final class HistoryCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "How many versions to list, at most 1000; 20 by default.")
  private int size = 20;

  @Parameters(
      arity = "0..1",
      paramLabel = "VERSION",
      description = "Shows the rows that it changed, with what they were before.")
  private @Nullable Long version;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    RunningGateway gateway = RunningGateway.of(options.read(), PATIENCE);
    PrintWriter out = spec.commandLine().getOut();
    if (version != null) {
      RunningGateway.Answer answer = gateway.get("/portcullis/history/" + version);
      out.println(answer.pretty());
      return answer.ok() ? 0 : 1;
    }
    RunningGateway.Answer answer = gateway.get("/portcullis/history?size=" + size);
    if (!answer.ok()) {
      out.println(answer.pretty());
      return 1;
    }
    for (JsonNode each : answer.body().path("data")) {
      out.println(line(each));
    }
    return 0;
  }

  private static String line(JsonNode version) {
    return version.path("version").asLong()
        + "  "
        + text(version, "at")
        + "  "
        + text(version, "who")
        + "  "
        + text(version, "request")
        + "  "
        + version.path("changes").asInt()
        + " changed";
  }

  private static String text(JsonNode version, String field) {
    JsonNode value = version.path(field);
    return value.isString() ? value.stringValue() : "-";
  }
}
