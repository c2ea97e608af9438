package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.EventServer;
import io.portcullis.e2e.upstream.SocketServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket and event stream clients that people use, as far as they are installed here. */
final class RealClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JOIN = "{\"type\":\"join\",\"username\":\"user123\"}";

  @TempDir private Path folder;

  @Test
  void a6_node_speaks_with_ws_and_eventsource() throws Exception {
    Optional<Path> node = command("node");
    Path clients = Repository.root().resolve("e2e/clients");
    assumeTrue(node.isPresent(), "node is not on the PATH");
    assumeTrue(
        Files.isDirectory(clients.resolve("node_modules/ws")),
        "ws is not there: npm install --prefix e2e/clients");
    try (SocketServer sockets = SocketServer.echo();
        EventServer events = EventServer.start();
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      serve(gateway, "ws", "ws://127.0.0.1:" + sockets.port());
      serve(gateway, "events", "http://127.0.0.1:" + events.port());
      String base = "://127.0.0.1:" + gateway.proxyPort();
      Path output = folder.resolve("said");
      Process client =
          start(
              output,
              node.get().toString(),
              clients.resolve("streams.mjs").toString(),
              "ws" + base + "/ws",
              "http" + base + "/events");
      try {
        await().atMost(PATIENCE).until(() -> Files.readString(output).contains("events open"));
        events.send("id: 7\nevent: stock-update\ndata: {\"ACME\": 12.5}\n\n");
        assertThat(client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(output))
            .containsExactly(
                "open permessage-deflate",
                "message " + JOIN,
                "message 100000",
                "pong are you there",
                "close 4000 enough",
                "events open",
                "stock-update 7 {\"ACME\": 12.5}");
      } finally {
        client.destroyForcibly();
      }
    }
  }

  @Test
  void a6_c6_a_browser_speaks_with_websocket_and_event_source() throws Exception {
    Optional<Path> browser =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(name -> command(name).stream())
            .findFirst();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");
    BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    HttpServer pages = pages(reports);
    try (SocketServer sockets = SocketServer.echo();
        EventServer events = EventServer.start();
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      serve(gateway, "ws", "ws://127.0.0.1:" + sockets.port());
      serve(gateway, "events", "http://127.0.0.1:" + events.port());
      serve(gateway, "page", "http://127.0.0.1:" + pages.getAddress().getPort() + "/page");
      serve(gateway, "report", "http://127.0.0.1:" + pages.getAddress().getPort() + "/report");
      Process client =
          start(
              folder.resolve("said"),
              browser.get().toString(),
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-dev-shm-usage",
              "--disable-background-networking",
              "--no-first-run",
              "--user-data-dir=" + folder.resolve("browser"),
              "http://127.0.0.1:" + gateway.proxyPort() + "/page");
      try {
        await().atMost(PATIENCE).until(() -> events.open() == 1);
        events.send("id: 7\nevent: stock-update\ndata: {\"ACME\": 12.5}\n\n");
        String report = reports.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(report).isNotNull();
        assertThat(report.lines())
            .hasSize(5)
            .anyMatch(line -> line.startsWith("open true permessage-deflate"))
            .contains(
                "message " + JOIN,
                "close 4000 true",
                "events open true",
                "stock-update 7 {\"ACME\": 12.5}");
      } finally {
        client.descendants().forEach(ProcessHandle::destroyForcibly);
        client.destroyForcibly().waitFor();
      }
    } finally {
      pages.stop(0);
    }
  }

  private static HttpServer pages(BlockingQueue<String> reports) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page;
    try (InputStream file = RealClientsTest.class.getResourceAsStream("/streams.html")) {
      page = file.readAllBytes();
    }
    server.createContext(
        "/page",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.createContext(
        "/report",
        exchange -> {
          reports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static void serve(GatewayProcess gateway, String name, String url) throws IOException {
    assertThat(AdminCall.post(gateway, "/services", "name=" + name + "&url=" + url).status())
        .isEqualTo(201);
    assertThat(
            AdminCall.post(gateway, "/services/" + name + "/routes", "paths[]=/" + name).status())
        .isEqualTo(201);
  }

  private static Process start(Path output, String... command) throws IOException {
    return new ProcessBuilder(List.of(command))
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(Files.createFile(output).toFile())
        .start();
  }

  private static Optional<Path> command(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(entry -> Path.of(entry, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
