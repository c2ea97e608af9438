package io.portcullis.e2e.krakend;

import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A gateway that serves a KrakenD file, in a process of its own. */
final class KrakendGateway implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern READY = Pattern.compile("(?m)^Portcullis \\S+ is ready after ");

  private final Process process;
  private final Path output;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  private KrakendGateway(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /**
   * Serves a text as {@code krakend.json}.
   *
   * @param text JSON; single quotes are double ones, and {@code PORT} is the gateway's own
   */
  static KrakendGateway serving(Path folder, String text) throws Exception {
    int port = GatewayProcess.freePort();
    Path file = write(folder, text, port);
    return run(folder, port, Map.of(), "run", "-c", file.toString(), "-p", Integer.toString(port));
  }

  static Path write(Path folder, String text, int port) throws IOException {
    return Files.writeString(
        folder.resolve("krakend.json"),
        text.replace('\'', '"').replace("PORT", Integer.toString(port)));
  }

  /**
   * Runs a command whose gateway will listen on {@code port}, and waits until it is ready. The
   * other listeners are off unless the arguments set them.
   */
  static KrakendGateway run(
      Path folder, int port, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    int before = all.size() > 1 && all.getLast().isEmpty() ? all.size() - 1 : all.size();
    for (String listener : List.of("admin_listen", "status_listen")) {
      if (all.stream().noneMatch(argument -> argument.startsWith(listener + '='))) {
        all.addAll(before, List.of("--set", listener + "=off"));
      }
    }
    Path output = folder.resolve("output-" + port);
    Process process = GatewayProcess.launch(output, environment, all.toArray(String[]::new));
    KrakendGateway gateway = new KrakendGateway(process, output, port);
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> !process.isAlive() || READY.matcher(gateway.output()).find());
    } finally {
      if (!process.isAlive()) {
        throw new IllegalStateException("the gateway ended:\n" + gateway.output());
      }
    }
    return gateway;
  }

  int port() {
    return port;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  HttpResponse<String> get(String target, String... headers) throws Exception {
    return send("GET", target, "", headers);
  }

  /**
   * Sends a request; redirects are answers like others.
   *
   * @param headers names and values in turn
   */
  HttpResponse<String> send(String method, String target, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(PATIENCE)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Override
  public void close() throws Exception {
    client.close();
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the gateway does not end:\n" + output());
    }
  }
}
