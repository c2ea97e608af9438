package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.wire.MessageDeflate;
import io.portcullis.e2e.wire.SocketEars;
import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients and servers of WebSockets may expect of a gateway between them. */
final class WebSocketBehaviourTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int FINAL = 0x80;
  private static final int COMPRESSED = 0x40;
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;

  @TempDir private static Path folder;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    // Short ones, so that it shows if one of them applied to a WebSocket.
    gateway =
        GatewayProcess.start(
            folder,
            Map.of(
                "keepalive_timeout", "1s",
                "client_header_timeout", "1s",
                "client_body_timeout", "1s"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @Test
  void a1_either_side_speaks_first_in_text_or_binary() throws Exception {
    SocketServer.Conversation greeting =
        peer -> {
          peer.send("welcome");
          SocketServer.echo(peer);
        };
    try (SocketServer server = SocketServer.start(greeting);
        HttpClient client = HttpClient.newHttpClient()) {
      serve("a1", "ws", server.port());
      SocketEars ears = new SocketEars();
      WebSocket socket = open(client, "/a1", ears);
      assertThat(ears.next()).isEqualTo("text welcome");
      socket.sendText("hello", true).join();
      assertThat(ears.next()).isEqualTo("text hello");
      socket.sendBinary(ByteBuffer.wrap(new byte[300_000]), true).join();
      assertThat(ears.next()).isEqualTo("binary 300000");
      socket.abort();
    }
  }

  @Test
  void a2_each_client_has_a_connection_of_its_own_to_the_server_and_both_end_together()
      throws Exception {
    try (SocketServer server = SocketServer.echo()) {
      serve("a2", "ws", server.port());
      WireConnection first = opened("/a2");
      WireConnection second = opened("/a2");
      assertThat(server.peers()).hasSize(2);
      first.close();
      await().atMost(PATIENCE).until(() -> server.peers().size() == 1);
      second.sendText("still here");
      assertThat(second.readFrame().payload()).asString().isEqualTo("still here");
      server.peers().iterator().next().close();
      assertThat(second.isClosedByPeer()).isTrue();
      second.close();
    }
  }

  @Test
  void a4_one_route_is_for_requests_and_websockets_alike() throws Exception {
    try (var upstream = io.portcullis.e2e.upstream.TestUpstream.start(0)) {
      serve("a4", "http", upstream.port());
      assertThat(answerTo(WireRequest.get("/a4", "a.test")).status()).isEqualTo(200);
      assertThat(answerTo(Handshake.of("/a4")).status()).isEqualTo(101);
    }
  }

  @Test
  void a5_fragments_pings_and_close_codes_pass_as_they_are() throws Exception {
    BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    SocketServer.Conversation conversation =
        peer -> {
          WebSocketFrame frame = peer.read();
          while (frame.opcode() != WebSocketFrame.CLOSE) {
            int opcode =
                frame.opcode() == WebSocketFrame.PING ? WebSocketFrame.PONG : frame.opcode();
            peer.send(new WebSocketFrame(frame.flags(), opcode, frame.payload()));
            frame = peer.read();
          }
          closed.add("close " + ByteBuffer.wrap(frame.payload()).getShort());
          peer.send(frame);
        };
    try (SocketServer server = SocketServer.start(conversation);
        WireConnection client = connect()) {
      serve("a5", "ws", server.port());
      assertThat(client.exchange(Handshake.of("/a5")).status()).isEqualTo(101);
      client.send(new WebSocketFrame(0, WebSocketFrame.TEXT, octets("hel")));
      // Between two fragments a control frame may stand (RFC 6455, 5.4).
      client.send(new WebSocketFrame(FINAL, WebSocketFrame.PING, octets("!")));
      client.send(new WebSocketFrame(FINAL, CONTINUATION, octets("lo")));
      assertThat(client.readFrame())
          .isEqualTo(new WebSocketFrame(0, WebSocketFrame.TEXT, octets("hel")));
      assertThat(client.readFrame())
          .isEqualTo(new WebSocketFrame(FINAL, WebSocketFrame.PONG, octets("!")));
      assertThat(client.readFrame())
          .isEqualTo(new WebSocketFrame(FINAL, CONTINUATION, octets("lo")));
      client.send(new WebSocketFrame(FINAL, WebSocketFrame.CLOSE, new byte[] {0x0f, (byte) 0xa1}));
      assertThat(closed.poll(30, TimeUnit.SECONDS)).isEqualTo("close 4001");
      assertThat(client.readFrame().payload()).containsExactly(0x0f, 0xa1);
      assertThat(client.isClosedByPeer()).isTrue();
    }
    SocketServer.Conversation overloaded =
        peer ->
            peer.send(
                new WebSocketFrame(FINAL, WebSocketFrame.CLOSE, new byte[] {0x03, (byte) 0xf5}));
    try (SocketServer server = SocketServer.start(overloaded);
        HttpClient client = HttpClient.newHttpClient()) {
      serve("a5-server", "ws", server.port());
      SocketEars ears = new SocketEars();
      open(client, "/a5-server", ears);
      assertThat(ears.next()).isEqualTo("close 1013");
    }
  }

  @Test
  void a10_a_quiet_socket_lives_as_long_as_the_service_allows_and_pings_keep_it() throws Exception {
    try (SocketServer server = SocketServer.echo()) {
      serve("a10", "ws", server.port());
      try (WireConnection client = opened("/a10")) {
        // Three times as long as any timeout of the connection itself.
        assertThat(client.isSilentFor(Duration.ofSeconds(3))).isTrue();
        client.sendText("awake");
        assertThat(client.readFrame().payload()).asString().isEqualTo("awake");
      }
      AdminCall.patch(gateway, "/services/a10", "read_timeout=1200");
      try (WireConnection client = opened("/a10")) {
        for (int i = 0; i < 4; i++) {
          assertThat(client.isSilentFor(Duration.ofMillis(500))).isTrue();
          client.send(new WebSocketFrame(FINAL, WebSocketFrame.PING, new byte[0]));
          assertThat(client.readFrame().opcode()).isEqualTo(WebSocketFrame.PONG);
        }
        long quiet = System.nanoTime();
        assertThat(client.isClosedByPeer()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - quiet))
            .isGreaterThan(Duration.ofMillis(1100));
      }
    }
  }

  @Test
  void a11_messages_stay_compressed_on_their_way() throws Exception {
    BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    SocketServer.Conversation conversation =
        peer -> {
          while (true) {
            WebSocketFrame frame = peer.read();
            sizes.add(frame.payload().length);
            peer.send(frame);
          }
        };
    String text = "the same words again and again, ".repeat(2_000);
    try (SocketServer server = SocketServer.start(conversation);
        WireConnection client = connect()) {
      serve("a11", "ws", server.port());
      WireAnswer accepted =
          client.exchange(
              Handshake.of("/a11").with("Sec-WebSocket-Extensions", "permessage-deflate"));
      assertThat(accepted.header("Sec-WebSocket-Extensions"))
          .singleElement()
          .asString()
          .startsWith("permessage-deflate");
      client.send(
          new WebSocketFrame(
              FINAL | COMPRESSED, WebSocketFrame.TEXT, MessageDeflate.deflated(octets(text))));
      assertThat(sizes.poll(30, TimeUnit.SECONDS)).isLessThan(text.length() / 50);
      WebSocketFrame back = client.readFrame();
      assertThat(back.flags()).isEqualTo(FINAL | COMPRESSED);
      assertThat(MessageDeflate.inflated(back.payload(), text.length())).isEqualTo(octets(text));
    }
  }

  @Test
  void a14_a_handshake_that_fails_has_a_clear_answer_and_a_line_that_says_why() throws Exception {
    try (SocketServer server = SocketServer.echo()) {
      serve("a14", "ws", server.port());
      WireRequest plain = WireRequest.get("/a14", "a.test").with("Connection", "Upgrade");
      WireRequest upgrade = plain.with("Upgrade", "websocket");
      WireAnswer oldVersion =
          answerTo(
              upgrade
                  .with("Sec-WebSocket-Version", "8")
                  .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
      assertThat(oldVersion.status()).isEqualTo(426);
      assertThat(oldVersion.header("Sec-WebSocket-Version")).containsExactly("13");
      assertThat(oldVersion.text()).contains("WebSocket version 13 is required");
      WireAnswer noKey = answerTo(upgrade.with("Sec-WebSocket-Version", "13"));
      assertThat(noKey.status()).isEqualTo(400);
      assertThat(noKey.text()).contains("Sec-WebSocket-Key is missing or malformed");
      assertThat(server.accepted()).isZero();
      assertLogged("websocket /a14 refused: not version 13");
      assertLogged("websocket /a14 refused: no valid key");
    }
    try (ServerSocket mute = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      serve("a14-mute", "ws", mute.getLocalPort());
      AdminCall.patch(gateway, "/services/a14-mute", "read_timeout=300&retries=0");
      assertThat(answerTo(Handshake.of("/a14-mute")).status()).isEqualTo(504);
      assertLogged("websocket /a14-mute to 127.0.0.1:" + mute.getLocalPort() + " is not opened");
    }
  }

  @Test
  void a16_a_server_that_refuses_or_is_away_gives_a_clear_error() throws Exception {
    try (var upstream = io.portcullis.e2e.upstream.TestUpstream.start(0)) {
      serve("a16", "ws", upstream.port());
      WireAnswer busy = answerTo(Handshake.of("/a16").with("X-Up", "wsdeny"));
      assertThat(busy.status()).isEqualTo(403);
      assertThat(busy.text()).isEqualTo("denied");
    }
    serve("a16-away", "ws", 1);
    WireAnswer away = answerTo(Handshake.of("/a16-away"));
    assertThat(away.status()).isEqualTo(502);
    assertThat(away.text()).contains("An invalid response was received from the upstream server");
  }

  @Test
  void a16_connections_over_the_limit_are_turned_away_and_those_inside_stay(@TempDir Path own)
      throws Exception {
    try (SocketServer server = SocketServer.echo();
        GatewayProcess small =
            GatewayProcess.start(own, Map.of("nginx_http_max_connections", "3"))) {
      AdminCall.post(small, "/services", "name=s&url=ws://127.0.0.1:" + server.port());
      AdminCall.post(small, "/services/s/routes", "paths=/ws");
      try (WireConnection one = WireConnection.open(small.proxyPort(), PATIENCE);
          WireConnection two = WireConnection.open(small.proxyPort(), PATIENCE);
          WireConnection three = WireConnection.open(small.proxyPort(), PATIENCE)) {
        for (WireConnection client : new WireConnection[] {one, two, three}) {
          assertThat(client.exchange(Handshake.of("/ws")).status()).isEqualTo(101);
        }
        try (WireConnection four = WireConnection.open(small.proxyPort(), PATIENCE)) {
          assertThat(four.isClosedByPeer()).isTrue();
        }
        one.sendText("inside");
        assertThat(one.readFrame().payload()).asString().isEqualTo("inside");
        two.close();
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  try (WireConnection next = WireConnection.open(small.proxyPort(), PATIENCE)) {
                    assertThat(next.exchange(Handshake.of("/ws")).status()).isEqualTo(101);
                  }
                });
      }
    }
  }

  @Test
  void a16_a_message_over_the_limit_ends_its_socket_with_1009(@TempDir Path own) throws Exception {
    try (SocketServer server = SocketServer.echo();
        GatewayProcess small =
            GatewayProcess.start(own, Map.of("websocket_max_message_size", "1k"));
        WireConnection client = WireConnection.open(small.proxyPort(), PATIENCE)) {
      AdminCall.post(small, "/services", "name=s&url=ws://127.0.0.1:" + server.port());
      AdminCall.post(small, "/services/s/routes", "paths=/ws");
      assertThat(client.exchange(Handshake.of("/ws")).status()).isEqualTo(101);
      client.send(new WebSocketFrame(FINAL, BINARY, new byte[1024]));
      assertThat(client.readFrame().payload()).hasSize(1024);
      client.send(new WebSocketFrame(FINAL, BINARY, new byte[1025]));
      WebSocketFrame close = client.readFrame();
      assertThat(close.opcode()).isEqualTo(WebSocketFrame.CLOSE);
      assertThat(close.payload()).containsExactly(0x03, 0xf1);
      await().atMost(PATIENCE).until(() -> server.peers().isEmpty());
      Path log = own.resolve("prefix/logs/error.log");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Files.readString(log))
                      .contains("websocket /ws ends: a message over the limit"));
    }
  }

  private static void assertLogged(String text) {
    Path log = folder.resolve("prefix/logs/error.log");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(log)).contains(text));
  }

  private static void serve(String name, String protocol, int port) throws IOException {
    WireAnswer service =
        AdminCall.post(
            gateway, "/services", "name=" + name + "&url=" + protocol + "://127.0.0.1:" + port);
    assertThat(service.status()).as(service.text()).isEqualTo(201);
    WireAnswer route =
        AdminCall.post(
            gateway, "/services/" + name + "/routes", "name=" + name + "&paths[]=~/" + name + "$");
    assertThat(route.status()).as(route.text()).isEqualTo(201);
  }

  private static WireConnection connect() throws IOException {
    return WireConnection.open(gateway.proxyPort(), PATIENCE);
  }

  private static WireConnection opened(String path) throws IOException {
    WireConnection client = connect();
    assertThat(client.exchange(Handshake.of(path)).status()).isEqualTo(101);
    return client;
  }

  private static WireAnswer answerTo(WireRequest request) throws IOException {
    try (WireConnection client = connect()) {
      return client.exchange(request);
    }
  }

  private static WebSocket open(HttpClient client, String path, SocketEars ears) throws Exception {
    return client
        .newWebSocketBuilder()
        .buildAsync(URI.create("ws://127.0.0.1:" + gateway.proxyPort() + path), ears)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
