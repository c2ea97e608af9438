package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code http-log} with servers that misbehave, and for exchanges that last. */
final class LogSinkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void a_sink_that_hangs_delays_nobody_and_leaves_nothing_behind() throws Exception {
    try (HangingSink sink = new HangingSink();
        TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      created(
          AdminCall.post(gateway, "/services", "name=s&url=http://127.0.0.1:" + upstream.port()));
      created(AdminCall.post(gateway, "/services/s/routes", "paths=/"));
      WireAnswer plugin =
          AdminCall.post(
              gateway,
              "/plugins",
              "name=http-log&config.timeout=300&config.queue.max_entries=10"
                  + "&config.http_endpoint=http://127.0.0.1:"
                  + sink.port()
                  + "/logs");
      created(plugin);
      String id = JsonMapper.shared().readTree(plugin.body()).get("id").stringValue();
      try (Traffic traffic = new Traffic(gateway.proxyPort(), "/a")) {
        traffic.start();
        // Until the sink was given up on several times, and further.
        await().atMost(PATIENCE).until(() -> sink.taken.get() > 3);
        traffic.awaitMore();
        assertThat(sink.open).hasValueLessThanOrEqualTo(2);
        assertThat(traffic.failures()).isEmpty();

        assertThat(delete(gateway, "/plugins/" + id).status()).isEqualTo(204);
        traffic.awaitMore();
        assertThat(traffic.failures()).isEmpty();
      }
      assertThat(gateway.stop("TERM")).as(gateway.output()).isZero();
      await().atMost(PATIENCE).until(() -> sink.open.get() == 0);
    }
  }

  @Test
  void c26_a_websocket_is_one_entry_with_the_tutorials_fields_when_it_closes() throws Exception {
    List<JsonNode> entries = new CopyOnWriteArrayList<>();
    HttpServer sink = recordingInto(entries);
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      created(
          AdminCall.post(
              gateway,
              "/services",
              "name=websocket-service&url=ws://127.0.0.1:" + upstream.port()));
      created(
          AdminCall.post(
              gateway,
              "/services/websocket-service/routes",
              "name=websocket-route&protocols=http,https&paths=/ws"));
      created(
          AdminCall.post(
              gateway,
              "/routes/websocket-route/plugins",
              "name=http-log&config.http_endpoint=http://127.0.0.1:"
                  + sink.getAddress().getPort()
                  + "/logs&config.custom_fields_by_lua.connection_type=\"websocket\""
                  + "&config.custom_fields_by_lua.upgrade=kong.request.get_header(\"Upgrade\")"
                  + "&config.custom_fields_by_lua.duration=os.time() - ngx.req.start_time()"));
      try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
        WireRequest handshake =
            WireRequest.get("/ws", "a.test")
                .with("Connection", "Upgrade")
                .with("Upgrade", "websocket")
                .with("Sec-WebSocket-Version", "13")
                .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        assertThat(client.exchange(handshake).status()).isEqualTo(101);
        client.sendText("hello");
        assertThat(client.readFrame().payload()).asString().isEqualTo("hello");
        await()
            .during(Duration.ofMillis(300))
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(entries).isEmpty());
      }
      await().atMost(PATIENCE).until(() -> entries.size() == 1);

      JsonNode entry = entries.getFirst();
      assertThat(entry.get("connection_type").stringValue()).isEqualTo("websocket");
      assertThat(entry.get("upgrade").stringValue()).isEqualTo("websocket");
      assertThat(entry.get("duration").doubleValue()).isGreaterThanOrEqualTo(0.3);
      assertThat(entry.at("/response/status").intValue()).isEqualTo(101);
      assertThat(entry.at("/latencies/request").longValue()).isGreaterThanOrEqualTo(300);
    } finally {
      sink.stop(0);
    }
  }

  private static HttpServer recordingInto(List<JsonNode> entries) throws IOException {
    HttpServer sink = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    sink.createContext(
        "/",
        exchange -> {
          entries.add(JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    sink.start();
    return sink;
  }

  @Test
  void an_event_stream_is_one_entry_when_it_ends() throws Exception {
    List<JsonNode> entries = new CopyOnWriteArrayList<>();
    CountDownLatch end = new CountDownLatch(1);
    HttpServer sink = recordingInto(entries);
    try (ServerSocket upstream = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      Thread.ofVirtual().start(() -> streamEvents(upstream, end));
      created(
          AdminCall.post(
              gateway, "/services", "name=s&url=http://127.0.0.1:" + upstream.getLocalPort()));
      created(AdminCall.post(gateway, "/services/s/routes", "name=events-route&paths=/events"));
      created(
          AdminCall.post(
              gateway,
              "/routes/events-route/plugins",
              "name=http-log&config.http_endpoint=http://127.0.0.1:"
                  + sink.getAddress().getPort()
                  + "/logs&config.custom_fields_by_lua.duration=os.time() - ngx.req.start_time()"));
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.proxyPort())) {
        client.getOutputStream().write("GET /events HTTP/1.1\r\nHost: a\r\n\r\n".getBytes());
        InputStream in = client.getInputStream();
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf("data: first") < 0) {
          seen.append((char) in.read());
        }
        long start = System.nanoTime();
        await()
            .during(Duration.ofMillis(300))
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(entries).isEmpty());
        end.countDown();
        in.readAllBytes();
        long lasted = Duration.ofNanos(System.nanoTime() - start).toMillis();
        await().atMost(PATIENCE).until(() -> entries.size() == 1);

        JsonNode entry = entries.getFirst();
        assertThat(entry.at("/response/status").intValue()).isEqualTo(200);
        assertThat(entry.at("/response/headers/content-type").stringValue())
            .isEqualTo("text/event-stream");
        assertThat(entry.at("/response/size").intValue()).isGreaterThan(100);
        assertThat(entry.at("/latencies/request").longValue()).isGreaterThanOrEqualTo(300);
        assertThat(entry.at("/latencies/receive").longValue()).isGreaterThanOrEqualTo(300);
        assertThat(entry.at("/latencies/request").longValue()).isLessThan(lasted + 60_000);
        assertThat(entry.get("duration").doubleValue()).isGreaterThanOrEqualTo(0.3);
      }
    } finally {
      sink.stop(0);
    }
  }

  private static void streamEvents(ServerSocket server, CountDownLatch end) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read(new byte[4096]);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                  + "event: stock-update\ndata: first\n\n")
              .getBytes(StandardCharsets.UTF_8));
      end.await();
      out.write("data: last\n\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException | InterruptedException ended) {
      // the test is over
    }
  }

  private static void created(WireAnswer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private static WireAnswer delete(GatewayProcess gateway, String path) throws IOException {
    try (WireConnection admin = WireConnection.open(gateway.adminPort(), PATIENCE)) {
      return admin.exchange(
          new WireRequest(
              "DELETE",
              path,
              List.of(Map.entry("Host", "127.0.0.1:" + gateway.adminPort())),
              new byte[0]));
    }
  }

  /** Takes connections and whatever comes over them, and never answers. */
  private static final class HangingSink implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    HangingSink() throws IOException {
      Thread.ofVirtual().start(this::take);
    }

    int port() {
      return server.getLocalPort();
    }

    private void take() {
      try {
        while (true) {
          Socket socket = server.accept();
          taken.incrementAndGet();
          open.incrementAndGet();
          Thread.ofVirtual().start(() -> swallow(socket));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private void swallow(Socket socket) {
      try (socket) {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException reset) {
        // also an end
      } finally {
        open.decrementAndGet();
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
