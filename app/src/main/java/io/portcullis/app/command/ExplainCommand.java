package io.portcullis.app.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks the running gateway where a request would go and why. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Shows which route a request takes, why others do not match, and the plugins in order.")
public final class ExplainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST …")
  private String method = "";

  @Parameters(index = "1", paramLabel = "URL", description = "The address a client would call.")
  private String url = "";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME=VALUE",
      description = "A request header; may be repeated.")
  private Map<String, String> headers = Map.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    StringBuilder query = new StringBuilder("/portcullis/explain?method=").append(encoded(method));
    query.append("&url=").append(encoded(url));
    headers.forEach((name, value) -> query.append("&header=").append(encoded(name + ": " + value)));
    RunningGateway.Answer answer =
        RunningGateway.of(options.read(), PATIENCE).get(query.toString());
    spec.commandLine().getOut().println(answer.pretty());
    return answer.ok() ? 0 : 1;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
