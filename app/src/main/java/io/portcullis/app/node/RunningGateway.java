package io.portcullis.app.node;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** The Admin API of the gateway that runs with these settings on this machine. */
final class RunningGateway {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final ListenAddress admin;
  private final Optional<String> token;

  private RunningGateway(ListenAddress admin, Optional<String> token) {
    this.admin = admin;
    this.token = token;
  }

  /** The gateway that runs on the settings' prefix; empty when none does. */
  static Optional<RunningGateway> of(Settings settings) throws SettingsException, IOException {
    if (new PidFile(settings.prefix()).running().isEmpty()) {
      return Optional.empty();
    }
    ListenAddress admin =
        settings.listen(Setting.ADMIN_LISTEN).stream()
            .filter(address -> !address.ssl())
            .findFirst()
            .orElseThrow(
                () ->
                    new SettingsException(
                        "a gateway runs on this prefix, and admin_listen has no cleartext address"
                            + " to ask it on"));
    return Optional.of(new RunningGateway(admin, settings.optional(Setting.ADMIN_TOKEN)));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody());
  }

  HttpResponse<String> postYaml(String path, String text) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofString(text));
  }

  private HttpResponse<String> send(String method, String path, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + admin + path))
            .timeout(LONGEST)
            .header("Content-Type", "application/yaml")
            .method(method, body);
    token.ifPresent(word -> request.header("Kong-Admin-Token", word));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new IOException("the gateway on this prefix does not answer on " + admin, e);
    }
  }
}
