package io.portcullis.app.command;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Role;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Asks the running gateway where a request would go and why. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Shows which route a request takes, why others do not match, and the plugins in order.")
public final class ExplainCommand implements Callable<Integer> {
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
    Settings settings = options.read();
    Setting listener =
        Role.of(settings).administers() ? Setting.ADMIN_LISTEN : Setting.STATUS_LISTEN;
    List<ListenAddress> addresses = settings.listen(listener);
    Optional<ListenAddress> admin =
        addresses.stream().filter(address -> !address.ssl()).findFirst();
    if (admin.isEmpty()) {
      throw new IOException(
          "explain asks the running gateway, and " + listener.key() + " has no cleartext address");
    }
    StringBuilder query = new StringBuilder("/portcullis/explain?method=").append(encoded(method));
    query.append("&url=").append(encoded(url));
    headers.forEach((name, value) -> query.append("&header=").append(encoded(name + ": " + value)));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + admin.get() + query))
            .timeout(Duration.ofSeconds(10));
    settings
        .optional(Setting.ADMIN_TOKEN)
        .ifPresent(token -> request.header("Kong-Admin-Token", token));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonMapper mapper = JsonMapper.builder().build();
      spec.commandLine()
          .getOut()
          .println(
              mapper
                  .writerWithDefaultPrettyPrinter()
                  .writeValueAsString(mapper.readTree(answer.body())));
      return answer.statusCode() == 200 ? 0 : 1;
    } catch (ConnectException e) {
      throw new IOException("no gateway answers on " + admin.get() + "; is it running?");
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
