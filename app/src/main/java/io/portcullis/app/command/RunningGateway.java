package io.portcullis.app.command;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Role;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway that runs with the same settings, asked through its own listeners. */
final class RunningGateway {
  private final ListenAddress address;
  private final Optional<String> token;
  private final Duration patience;

  private RunningGateway(ListenAddress address, Optional<String> token, Duration patience) {
    this.address = address;
    this.token = token;
    this.patience = patience;
  }

  /** What it answered. */
  record Answer(int status, JsonNode body) {
    boolean ok() {
      return status == 200;
    }

    /** The body over several lines. */
    String pretty() {
      return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(body);
    }
  }

  /**
   * The Admin API, or the status listener of a node that has none.
   *
   * @param patience how long an answer may take
   * @throws IOException with one line when it has no cleartext address
   */
  static RunningGateway of(Settings settings, Duration patience) throws Exception {
    Setting listener =
        Role.of(settings).administers() ? Setting.ADMIN_LISTEN : Setting.STATUS_LISTEN;
    ListenAddress address =
        settings.listen(listener).stream()
            .filter(candidate -> !candidate.ssl())
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "this command asks the running gateway, and "
                            + listener.key()
                            + " has no cleartext address"));
    return new RunningGateway(address, settings.optional(Setting.ADMIN_TOKEN), patience);
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  Answer post(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()));
  }

  private URI uri(String path) {
    return URI.create("http://" + address + path);
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    request.timeout(patience);
    token.ifPresent(secret -> request.header("Kong-Admin-Token", secret));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), JsonMapper.shared().readTree(answer.body()));
    } catch (ConnectException nobody) {
      throw new IOException("no gateway answers on " + address + "; is it running?", nobody);
    }
  }
}
