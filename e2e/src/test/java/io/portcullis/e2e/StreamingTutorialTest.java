package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.app.settings.Setting;
import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.EventServer;
import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.EventSource;
import io.portcullis.e2e.wire.SocketEars;
import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands people type to put WebSockets and event streams behind a gateway, one by one. */
final class StreamingTutorialTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String JOIN = "{\"type\":\"join\",\"username\":\"user123\"}";

  @TempDir private static Path folder;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = GatewayProcess.start(folder, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @AfterEach
  void forget() throws IOException {
    AdminCall.deleteAll(gateway);
  }

  @Test
  void c1_a_service_may_have_a_websocket_url() throws Exception {
    JsonNode service = add("/services", "name=websocket-service&url=ws://echo.websocket.org");
    assertThat(service.get("protocol").stringValue()).isEqualTo("ws");
    assertThat(service.get("host").stringValue()).isEqualTo("echo.websocket.org");
    assertThat(service.get("port").intValue()).isEqualTo(80);
    assertThat(service.get("path").isNull()).isTrue();
    JsonNode secure = add("/services", "name=secure&url=wss://echo.websocket.org");
    assertThat(secure.get("protocol").stringValue()).isEqualTo("wss");
    assertThat(secure.get("port").intValue()).isEqualTo(443);
  }

  @Test
  void c2_a_comma_splits_the_protocols_of_a_route() throws Exception {
    add("/services", "name=websocket-service&url=ws://echo.websocket.org");
    JsonNode route =
        add(
            "/services/websocket-service/routes",
            "name=websocket-route&protocols=http,https&paths=/ws");
    assertThat(route.get("protocols").toString()).isEqualTo("[\"http\",\"https\"]");
    assertThat(route.get("paths").toString()).isEqualTo("[\"/ws\"]");
  }

  @Test
  void c3_a_websocket_client_joins_and_talks() throws Exception {
    try (SocketServer echo = SocketServer.echo();
        HttpClient client = HttpClient.newHttpClient()) {
      serveSocket(echo.port());
      SocketEars ears = new SocketEars();
      WebSocket socket = open(client, "ws://127.0.0.1:" + gateway.proxyPort() + "/ws", ears);
      socket.sendText(JOIN, true).join();
      assertThat(ears.next()).isEqualTo("text " + JOIN);
      socket.sendText("{\"type\":\"message\",\"text\":\"hi\"}", true).join();
      assertThat(ears.next()).isEqualTo("text {\"type\":\"message\",\"text\":\"hi\"}");
      assertThat(socket.isOutputClosed()).isFalse();
      assertThat(echo.peers())
          .singleElement()
          .satisfies(peer -> assertThat(peer.target()).isEqualTo("/"));
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertThat(ears.next()).isEqualTo("close 1000");
    }
  }

  @Test
  void c4_status_counts_connections_and_websockets() throws Exception {
    try (SocketServer echo = SocketServer.echo()) {
      serveSocket(echo.port());
      JsonNode before = status();
      try (WireConnection client = opened("/ws")) {
        client.sendText("hello");
        client.readFrame();
        JsonNode status = status();
        assertThat(status.at("/connections/active").intValue())
            .isEqualTo(status.at("/server/connections_active").intValue());
        assertThat(status.at("/connections/writing").intValue()).isPositive();
        assertThat(status.at("/connections/reading").isInt()).isTrue();
        assertThat(status.at("/connections/waiting").isInt()).isTrue();
        assertThat(status.at("/connections/websockets").intValue())
            .isEqualTo(before.at("/connections/websockets").intValue() + 1);
        assertThat(status.at("/server/connections_accepted").intValue())
            .isGreaterThan(before.at("/server/connections_accepted").intValue());
        assertThat(status.at("/server/connections_handled").intValue())
            .isEqualTo(status.at("/server/connections_accepted").intValue());
        assertThat(status.at("/server/total_requests").intValue()).isPositive();
        assertThat(status.at("/database/reachable").booleanValue()).isTrue();
      }
    }
  }

  @Test
  void c5_c6_an_event_source_gets_named_events_and_reconnects_where_it_was() throws Exception {
    try (EventServer server = EventServer.start();
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      serveEvents(server.port());
      URI address = URI.create("http://127.0.0.1:" + gateway.proxyPort() + "/events");
      try (EventSource source = EventSource.connect(http, address)) {
        // The head is there although the server has not said a word yet.
        assertThat(source.next()).isEqualTo(new EventSource.Event("open", "", ""));
        server.send("id: 41\nevent: stock-update\ndata: {\"ACME\": 12.5}\n\n");
        assertThat(source.next())
            .isEqualTo(new EventSource.Event("stock-update", "{\"ACME\": 12.5}", "41"));
        server.send(": a comment\ndata: one\ndata: two\n\n");
        assertThat(source.next()).isEqualTo(new EventSource.Event("message", "one\ntwo", "41"));
        server.end();
        assertThat(source.next()).isEqualTo(new EventSource.Event("error", "", "41"));
        assertThat(source.next()).isEqualTo(new EventSource.Event("open", "", "41"));
        assertThat(server.lastEventIds()).containsExactly("", "41");
        server.send("id: 42\nevent: stock-update\ndata: {\"ACME\": 13}\n\n");
        assertThat(source.next())
            .isEqualTo(new EventSource.Event("stock-update", "{\"ACME\": 13}", "42"));
      }
      await().atMost(PATIENCE).until(() -> server.open() == 0);
    }
  }

  @Test
  void c7_a_service_may_have_a_grpc_url() throws Exception {
    JsonNode service =
        add("/services", "name=grpc-stream-service&url=grpc://grpc-backend.com:50051");
    assertThat(service.get("protocol").stringValue()).isEqualTo("grpc");
    assertThat(service.get("port").intValue()).isEqualTo(50051);
    assertThat(service.get("path").isNull()).isTrue();
  }

  @Test
  void c19_new_timeouts_of_a_service_bound_the_silence_of_its_next_websockets() throws Exception {
    try (SocketServer echo = SocketServer.echo()) {
      serveSocket(echo.port());
      AdminCall.patch(gateway, "/services/websocket-service", "read_timeout=300");
      try (WireConnection client = opened("/ws")) {
        assertThat(client.isClosedByPeer()).isTrue();
      }
      WireAnswer patched =
          AdminCall.patch(
              gateway, "/services/websocket-service", "read_timeout=3600000&write_timeout=3600000");
      assertThat(patched.status()).isEqualTo(200);
      JsonNode service = JsonMapper.shared().readTree(patched.text());
      assertThat(service.get("read_timeout").intValue()).isEqualTo(3_600_000);
      assertThat(service.get("write_timeout").intValue()).isEqualTo(3_600_000);
      try (WireConnection client = opened("/ws")) {
        assertThat(client.isSilentFor(Duration.ofSeconds(1))).isTrue();
        client.sendText("still here");
        assertThat(client.readFrame().payload()).asString().isEqualTo("still here");
      }
      assertThat(AdminCall.patch(gateway, "/services/websocket-service", "read_timeout=0").status())
          .isEqualTo(400);
      assertThat(
              AdminCall.patch(gateway, "/services/websocket-service", "read_timeout=2147483647")
                  .status())
          .isEqualTo(400);
    }
  }

  @Test
  void c22_a_jwt_is_checked_when_a_websocket_is_opened() throws Exception {
    try (SocketServer echo = SocketServer.echo()) {
      serveSocket(echo.port());
      JsonNode plugin =
          add("/routes/websocket-route/plugins", "name=jwt&config.claims_to_verify=exp");
      assertThat(plugin.at("/config/claims_to_verify").toString()).isEqualTo("[\"exp\"]");
      add("/consumers", "username=ann");
      add("/consumers/ann/jwt", "key=ann-key&secret=ann-secret-of-some-length-for-hs256");
      assertThat(answerTo(Handshake.of("/ws")).status()).isEqualTo(401);
      long now = Instant.now().getEpochSecond();
      assertThat(answerTo(Handshake.of("/ws?jwt=" + token(now - 60))).status()).isEqualTo(401);
      assertThat(echo.accepted()).isZero();
      try (WireConnection client = opened("/ws?jwt=" + token(now + 600))) {
        client.sendText("hello");
        assertThat(client.readFrame().payload()).asString().isEqualTo("hello");
      }
      assertThat(
              answerTo(Handshake.of("/ws").with("Authorization", "Bearer " + token(now + 600)))
                  .status())
          .isEqualTo(101);
    }
  }

  @Test
  void c23_a_rate_limit_counts_streams_and_not_their_events() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0)) {
      serveEvents(upstream.port());
      add(
          "/routes/events-route/plugins",
          "name=rate-limiting&config.second=5&config.hour=10000&config.policy=local");
      WireRequest stream =
          WireRequest.get("/events", "a.test")
              .with("Accept", "text/event-stream")
              .with("X-Up", "sse=10,0");
      WireAnswer first = answerTo(stream);
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.text()).contains("id: 9\n");
      assertThat(first.header("X-RateLimit-Remaining-Hour")).containsExactly("9999");
      assertThat(answerTo(stream).header("X-RateLimit-Remaining-Hour")).containsExactly("9998");
      List<Integer> statuses = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                statuses.clear();
                WireAnswer last = first;
                for (int i = 0; i < 6; i++) {
                  last = answerTo(stream);
                  statuses.add(last.status());
                }
                assertThat(statuses).contains(429);
                assertThat(last.header("Retry-After")).isNotEmpty();
              });
    }
  }

  @Test
  void c25_prometheus_is_switched_on_for_all_and_read_from_two_ports() throws Exception {
    try (SocketServer echo = SocketServer.echo()) {
      serveSocket(echo.port());
      JsonNode plugin = add("/plugins", "name=prometheus");
      assertThat(plugin.at("/config/status_code_metrics").booleanValue()).isFalse();
      try (WireConnection client = opened("/ws")) {
        client.sendText("hello");
        client.readFrame();
        String metrics = AdminCall.get(gateway, "/metrics").text();
        assertThat(metrics)
            .contains("kong_nginx_connections_total{", "kong_nginx_requests_total{")
            .contains("kong_datastore_reachable 1");
        assertThat(number(metrics, "portcullis_websockets_open")).isPositive();
        try (WireConnection status = WireConnection.open(gateway.statusPort(), PATIENCE)) {
          assertThat(
                  status
                      .exchange(WireRequest.get("/metrics", "127.0.0.1:" + gateway.statusPort()))
                      .text())
              .contains("kong_nginx_connections_total{");
        }
      }
    }
  }

  @Test
  void c24_a_json_array_in_a_form_is_a_list() throws Exception {
    add("/services", "name=grpc-stream-service&url=grpc://grpc-backend.com:50051");
    add(
        "/services/grpc-stream-service/routes",
        "name=grpc-stream-route&protocols=grpc,grpcs&paths=/sensor.DataService");
    JsonNode plugin =
        add(
            "/routes/grpc-stream-route/plugins",
            "name=ip-restriction&config.allow=" + encoded("[\"192.168.1.0/24\", \"10.0.0.0/8\"]"));
    assertThat(plugin.at("/config/allow").toString())
        .isEqualTo("[\"192.168.1.0/24\",\"10.0.0.0/8\"]");
  }

  @Test
  void c26_an_entry_with_the_fields_of_a_websocket_is_posted_when_it_closes() throws Exception {
    BlockingQueue<String> entries = new LinkedBlockingQueue<>();
    HttpServer sink =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sink.createContext(
        "/logs",
        exchange -> {
          entries.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    sink.start();
    try (SocketServer echo = SocketServer.echo()) {
      serveSocket(echo.port());
      String fields = "config.custom_fields_by_lua.";
      add(
          "/routes/websocket-route/plugins",
          "name=http-log&config.http_endpoint=http://127.0.0.1:"
              + sink.getAddress().getPort()
              + "/logs&"
              + fields
              + "connection_type="
              + encoded("\"websocket\"")
              + '&'
              + fields
              + "upgrade="
              + encoded("kong.request.get_header(\"Upgrade\")")
              + '&'
              + fields
              + "duration="
              + encoded("os.time() - ngx.req.start_time()"));
      try (WireConnection client = opened("/ws")) {
        client.sendText("hello");
        client.readFrame();
        assertThat(entries.poll(300, TimeUnit.MILLISECONDS)).isNull();
      }
      String posted = entries.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(posted).isNotNull();
      JsonNode entry = JsonMapper.shared().readTree(posted);
      assertThat(entry.get("connection_type").stringValue()).isEqualTo("websocket");
      assertThat(entry.get("upgrade").stringValue()).isEqualTo("websocket");
      assertThat(entry.get("duration").doubleValue()).isBetween(-1.0, 30.0);
      assertThat(entry.at("/response/status").intValue()).isEqualTo(101);
      assertThat(entry.at("/latencies/request").intValue()).isGreaterThanOrEqualTo(300);
      assertThat(entries.poll(300, TimeUnit.MILLISECONDS)).isNull();
    } finally {
      sink.stop(0);
    }
  }

  @Test
  void c28_the_error_log_names_websockets_that_fail() throws Exception {
    // Port 1 of the loopback interface: nobody listens there.
    serveSocket(1);
    assertThat(answerTo(Handshake.of("/ws")).status()).isEqualTo(502);
    Path log = folder.resolve("prefix/logs/error.log");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(log))
                    .anyMatch(line -> line.contains("websocket /ws to 127.0.0.1:1")));
  }

  @Test
  void c29_a_body_of_a_get_is_ignored() throws Exception {
    serveSocket(1);
    WireRequest get = AdminCall.form(gateway, "/routes/websocket-route", "config.strip_path=true");
    try (WireConnection admin = WireConnection.open(gateway.adminPort(), PATIENCE)) {
      WireAnswer answer =
          admin.exchange(new WireRequest("GET", get.target(), get.headers(), get.body()));
      assertThat(answer.status()).isEqualTo(200);
      JsonNode route = JsonMapper.shared().readTree(answer.text());
      assertThat(route.get("strip_path").booleanValue()).isTrue();
      assertThat(route.get("preserve_host").booleanValue()).isFalse();
    }
  }

  @Test
  void c31_the_ports_are_those_that_everybody_knows() {
    assertThat(Setting.PROXY_LISTEN.fallback()).isEqualTo("0.0.0.0:8000, 0.0.0.0:8443 ssl");
    assertThat(Setting.ADMIN_LISTEN.fallback()).isEqualTo("127.0.0.1:8001");
  }

  @Test
  void c32_a_chat_reaches_everybody_who_joined() throws Exception {
    Set<SocketServer.Peer> room = ConcurrentHashMap.newKeySet();
    SocketServer.Conversation chat =
        peer -> {
          room.add(peer);
          try {
            for (WebSocketFrame said = peer.read();
                said.opcode() == WebSocketFrame.TEXT;
                said = peer.read()) {
              for (SocketServer.Peer each : room) {
                each.send(said);
              }
            }
          } finally {
            room.remove(peer);
          }
        };
    try (SocketServer server = SocketServer.start(chat)) {
      serveSocket(server.port());
      List<WireConnection> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        clients.add(opened("/ws"));
      }
      await().atMost(PATIENCE).until(() -> room.size() == 5);
      clients.getFirst().sendText("hello everybody");
      for (WireConnection client : clients) {
        assertThat(client.readFrame().payload()).asString().isEqualTo("hello everybody");
        client.close();
      }
      await().atMost(PATIENCE).until(room::isEmpty);
    }
  }

  @Test
  void c33_plugins_limits_and_counters_apply_to_a_stream_that_stays_open() throws Exception {
    try (EventServer server = EventServer.start()) {
      serveEvents(server.port());
      add("/routes/events-route/plugins", "name=ip-restriction&config.allow=127.0.0.0/8");
      int before = status().at("/connections/writing").intValue();
      try (HttpClient http = HttpClient.newHttpClient();
          EventSource source =
              EventSource.connect(
                  http, URI.create("http://127.0.0.1:" + gateway.proxyPort() + "/events"))) {
        assertThat(source.next()).isNotNull();
        assertThat(status().at("/connections/writing").intValue()).isEqualTo(before + 1);
        // Who is inside stays; who comes later is judged by the new rule.
        AdminCall.patch(gateway, "/plugins/" + onlyPlugin(), "config.allow=10.0.0.0/8");
        assertThat(answerTo(WireRequest.get("/events", "a.test")).status()).isEqualTo(403);
        server.send("data: still here\n\n");
        assertThat(source.next()).isEqualTo(new EventSource.Event("message", "still here", ""));
      }
      await()
          .atMost(PATIENCE)
          .until(() -> status().at("/connections/writing").intValue() == before);
    }
  }

  private static String onlyPlugin() throws IOException {
    return JsonMapper.shared()
        .readTree(AdminCall.get(gateway, "/plugins").text())
        .at("/data/0/id")
        .stringValue();
  }

  private static void serveSocket(int port) throws IOException {
    add("/services", "name=websocket-service&url=ws://127.0.0.1:" + port);
    add(
        "/services/websocket-service/routes",
        "name=websocket-route&protocols=http,https&paths=/ws");
  }

  private static void serveEvents(int port) throws IOException {
    add("/services", "name=sse-service&url=http://127.0.0.1:" + port);
    add("/services/sse-service/routes", "name=events-route&paths=/events");
  }

  private static JsonNode add(String path, String form) throws IOException {
    return AdminCall.create(gateway, path, form);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode status() throws IOException {
    return JsonMapper.shared().readTree(AdminCall.get(gateway, "/status").text());
  }

  private static WireAnswer answerTo(WireRequest request) throws IOException {
    try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      return client.exchange(request);
    }
  }

  private static WireConnection opened(String target) throws IOException {
    WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE);
    assertThat(client.exchange(Handshake.of(target)).status()).isEqualTo(101);
    return client;
  }

  private static WebSocket open(HttpClient client, String address, SocketEars ears)
      throws Exception {
    return client
        .newWebSocketBuilder()
        .buildAsync(URI.create(address), ears)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static double number(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + ' '))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  private static String token(long expiry) throws Exception {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String content =
        base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.US_ASCII))
            + '.'
            + base64.encodeToString(
                ("{\"iss\":\"ann-key\",\"exp\":" + expiry + "}")
                    .getBytes(StandardCharsets.US_ASCII));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(
            "ann-secret-of-some-length-for-hs256".getBytes(StandardCharsets.US_ASCII),
            "HmacSHA256"));
    return content
        + '.'
        + base64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
  }
}
