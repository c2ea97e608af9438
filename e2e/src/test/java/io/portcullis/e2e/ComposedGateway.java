package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.ScriptedServer;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway, two backends, and a port that nobody listens on. */
final class ComposedGateway implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final ScriptedServer backend = ScriptedServer.start();
  final ScriptedServer other = ScriptedServer.start();
  final GatewayProcess gateway;
  final int deadPort = GatewayProcess.freePort();
  private final AtomicInteger routes = new AtomicInteger();

  private ComposedGateway(GatewayProcess gateway) {
    this.gateway = gateway;
  }

  static ComposedGateway start(Path folder) throws Exception {
    return start(folder, List.of());
  }

  static ComposedGateway start(Path folder, List<String> jvmOptions) throws Exception {
    return new ComposedGateway(GatewayProcess.start(folder, Map.of(), jvmOptions));
  }

  ScriptedServer.Received received(String path) {
    return backend.received().stream()
        .filter(request -> request.target().split("\\?")[0].equals(path))
        .findFirst()
        .orElseThrow();
  }

  static String part(ScriptedServer server, String pattern, String members) {
    return "{'host':['"
        + server.url()
        + "'],'url_pattern':'"
        + pattern
        + "'"
        + (members.isEmpty() ? "" : "," + members)
        + "}";
  }

  String plugin(String config) {
    return ("{'name':'composition','config':{" + config + "}}").replace('\'', '"');
  }

  /** Makes a route with the plugin; answers its name. */
  String route(String path, String config) throws IOException {
    String name = "r" + routes.incrementAndGet();
    AdminCall.create(gateway, "/routes", "name=" + name + "&paths[]=" + encoded(path));
    WireAnswer made = post("/routes/" + name + "/plugins", plugin(config));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return name;
  }

  static String encoded(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  WireAnswer post(String path, String json) throws IOException {
    try (WireConnection admin = WireConnection.open(gateway.adminPort(), AdminCall.TIMEOUT)) {
      return admin.exchange(
          request(
              "POST",
              path,
              gateway.adminPort(),
              json.getBytes(StandardCharsets.UTF_8),
              Map.entry("Content-Type", "application/json")));
    }
  }

  WireAnswer get(String target) throws IOException {
    return proxied("GET", target, new byte[0]);
  }

  WireAnswer accepting(String target, String type) throws IOException {
    return proxied("GET", target, new byte[0], Map.entry("Accept", type));
  }

  @SafeVarargs
  final WireAnswer proxied(
      String method, String target, byte[] body, Map.Entry<String, String>... headers)
      throws IOException {
    try (WireConnection proxy = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      return proxy.exchange(request(method, target, gateway.proxyPort(), body, headers));
    }
  }

  @SafeVarargs
  private static WireRequest request(
      String method, String target, int port, byte[] body, Map.Entry<String, String>... headers) {
    List<Map.Entry<String, String>> lines = new java.util.ArrayList<>();
    lines.add(Map.entry("Host", "127.0.0.1:" + port));
    for (Map.Entry<String, String> header : headers) {
      lines.add(header);
    }
    if (body.length > 0) {
      lines.add(Map.entry("Content-Length", Integer.toString(body.length)));
    }
    return new WireRequest(method, target, lines, body);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    gateway.close();
    backend.close();
    other.close();
  }
}
