package io.portcullis.benchmarks.gate;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The cases of h2spec against both listeners; needs h2spec, or Go to build it. */
final class Http2Check implements Gate.Check {
  private static final String MODULE = "github.com/summerwind/h2spec/cmd/h2spec@latest";
  private static final int BUILD_MINUTES = 2;

  /** Of 145 or 146 cases, by h2spec's version. */
  private static final int ENOUGH = 144;

  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

  private final Path checkout;

  Http2Check(Path checkout) {
    this.checkout = checkout;
  }

  @Override
  public List<Outcome> run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("gate");
    Path h2spec = h2spec(folder);
    if (h2spec == null) {
      return List.of(
          new Outcome.Skipped("h2spec", "there is neither h2spec nor a Go that could build it"));
    }
    HttpServer target = HttpServer.create(Server.loopback(0), 0);
    target.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = "answer".getBytes(StandardCharsets.UTF_8);
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(200, head ? -1 : body.length);
          if (!head) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    target.start();
    String configuration =
        """
        _format_version: "3.0"
        services:
        - name: target
          url: http://127.0.0.1:%d
          routes:
          - {name: all, paths: ["/"]}
        """
            .formatted(target.getAddress().getPort());
    try (Gateway gateway = Gateway.start(checkout, folder, configuration)) {
      return List.of(
          cases(h2spec, "h2spec.cleartext", folder, gateway.port(), List.of()),
          cases(h2spec, "h2spec.tls", folder, gateway.tlsPort(), List.of("-t", "-k")));
    } finally {
      target.stop(0);
    }
  }

  private static Outcome cases(
      Path h2spec, String check, Path folder, int port, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(h2spec.toString(), "-h", "127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(options);
    Path output = folder.resolve(check + ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.waitFor();
    String text = Files.readString(output);
    Matcher summary = SUMMARY.matcher(text);
    if (!summary.find()) {
      return new Outcome.Failed(check, "h2spec came to no end:\n" + text);
    }
    boolean passed =
        Integer.parseInt(summary.group(4)) == 0 && Integer.parseInt(summary.group(2)) >= ENOUGH;
    return passed
        ? new Outcome.Passed(check, summary.group())
        : new Outcome.Failed(check, text.substring(Math.max(0, text.indexOf("Failures:"))));
  }

  private @Nullable Path h2spec(Path folder) throws IOException, InterruptedException {
    Path installed = Server.find("h2spec");
    Path go = Server.find("go");
    if (installed != null || go == null) {
      return installed;
    }
    Path tools = Files.createDirectories(checkout.resolve("benchmarks/target/tools"));
    Path built = tools.resolve("h2spec");
    if (!Files.isExecutable(built)) {
      ProcessBuilder builder =
          new ProcessBuilder(go.toString(), "install", MODULE)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("go.log").toFile());
      builder.environment().put("GOBIN", tools.toString());
      Process process = builder.start();
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    }
    return Files.isExecutable(built) ? built : null;
  }
}
