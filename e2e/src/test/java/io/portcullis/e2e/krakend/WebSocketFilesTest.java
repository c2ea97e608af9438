package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.wire.SocketEars;
import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket endpoints of KrakenD files. */
final class WebSocketFilesTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("A3 A1 A2 A4 A5 A6 the short form, beside an endpoint for requests")
  void the_short_form() throws Exception {
    try (SocketServer server = SocketServer.echo();
        HttpClient client = HttpClient.newHttpClient();
        KrakendGateway gateway =
            KrakendGateway.serving(
                folder,
                ("{'version':3,'port':PORT,'host':['http://127.0.0.1:PORT'],'echo_endpoint':true,"
                        + "'endpoints':[{'endpoint':'/ws','method':'GET','output_encoding':'json',"
                        + "'backend':{'url_pattern':'ws://127.0.0.1:%d/chat','encoding':'json'},"
                        + "'extra_config':{'websocket':true}},"
                        + "{'endpoint':'/http','backend':[{'url_pattern':'/__echo/'}]}]}")
                    .formatted(server.port()))) {
      SocketEars ears = new SocketEars();
      WebSocket socket = open(client, gateway, "/ws", ears);
      socket.sendText("hello", true).join();
      assertThat(ears.next()).isEqualTo("text hello");
      socket.sendBinary(ByteBuffer.wrap(new byte[100_000]), true).join();
      assertThat(ears.next()).isEqualTo("binary 100000");
      assertThat(server.peers().iterator().next().target()).isEqualTo("/chat");
      SocketEars others = new SocketEars();
      WebSocket second = open(client, gateway, "/ws", others);
      assertThat(server.peers()).hasSize(2);
      assertThat(gateway.get("/http").statusCode()).isEqualTo(200);
      second.abort();
      await().atMost(KrakendGateway.PATIENCE).until(() -> server.peers().size() == 1);
      socket.sendClose(4000, "done").join();
      assertThat(ears.next()).contains("4000");
    }
  }

  @Test
  @DisplayName("A7 A8 A17 the standard form, with two hosts, one of which goes away")
  void the_standard_form() throws Exception {
    try (SocketServer one = SocketServer.echo();
        SocketServer two = SocketServer.echo();
        KrakendGateway gateway =
            KrakendGateway.serving(
                folder,
                ("{'version':3,'endpoints':[{'endpoint':'/ws/{room}','input_query_strings':['t'],"
                        + "'backend':[{'host':['ws://127.0.0.1:%d','ws://127.0.0.1:%d'],"
                        + "'url_pattern':'/chat/{room}','disable_host_sanitize':true}],"
                        + "'extra_config':{'websocket':{'enable_direct_communication':true,"
                        + "'input_headers':['Cookie'],'subprotocols':['chat'],"
                        + "'max_message_size':3200000,'ping_period':'54s','pong_wait':'60s'}}}]}")
                    .formatted(one.port(), two.port()))) {
      List<WireConnection> connections = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        connections.add(opened(gateway, "/ws/r1?t=1&other=2"));
      }
      assertThat(one.accepted()).isPositive();
      assertThat(two.accepted()).isPositive();
      SocketServer.Peer peer = one.peers().iterator().next();
      assertThat(peer.target()).isEqualTo("/chat/r1?t=1");
      assertThat(peer.header("cookie")).isEqualTo("a=b");
      assertThat(peer.header("x-other")).isEmpty();
      for (WireConnection connection : connections) {
        connection.close();
      }
      one.close();
      for (int i = 0; i < 6; i++) {
        try (WireConnection connection = opened(gateway, "/ws/r2")) {
          connection.send(WebSocketFrame.text("still".getBytes(StandardCharsets.UTF_8)));
          assertThat(connection.readFrame().payload()).asString().isEqualTo("still");
        }
      }
    }
  }

  @Test
  @DisplayName("A9 A10 A16 a message that is too long ends the socket, and pings keep it open")
  void limits_of_an_endpoint() throws Exception {
    try (SocketServer server = SocketServer.echo();
        KrakendGateway gateway =
            KrakendGateway.serving(
                folder,
                ("{'version':3,'endpoints':[{'endpoint':'/ws','backend':[{'host':"
                        + "['ws://127.0.0.1:%d'],'url_pattern':'/ws'}],'extra_config':{'websocket':"
                        + "{'enable_direct_communication':true,'max_message_size':100,"
                        + "'ping_period':'300ms'}}}]}")
                    .formatted(server.port()));
        WireConnection connection = opened(gateway, "/ws")) {
      assertThat(connection.readFrame().opcode()).isEqualTo(9);
      connection.send(WebSocketFrame.text(new byte[101]));
      WebSocketFrame frame = connection.readFrame();
      while (frame.opcode() == 9) {
        frame = connection.readFrame();
      }
      assertThat(frame.opcode()).isEqualTo(8);
      assertThat(frame.payload()).startsWith(0x03, 0xf1);
    }
  }

  @Test
  @DisplayName("A14 A16 a handshake that is wrong, and a backend that is not there")
  void a_handshake_that_is_wrong() throws Exception {
    try (KrakendGateway gateway =
        KrakendGateway.serving(
            folder,
            ("{'version':3,'endpoints':[{'endpoint':'/ws','backend':[{"
                    + "'host':['ws://127.0.0.1:%d'],'url_pattern':'/ws'}],"
                    + "'extra_config':{'websocket':{'enable_direct_communication':true}}}]}")
                .formatted(GatewayProcess.freePort()))) {
      assertThat(answer(gateway, handshake("/ws", "8")).status()).isEqualTo(426);
      assertThat(answer(gateway, handshake("/ws", "13")).status()).isIn(502, 503);
    }
  }

  @Test
  @DisplayName("A12 multiplexed WebSockets are refused with what to write instead")
  void multiplexed_websockets_are_refused() throws Exception {
    Path file =
        KrakendGateway.write(
            folder,
            "{'version':3,'endpoints':[\n{'endpoint':'/ws','backend':[{'host':['ws://127.0.0.1'],"
                + "'url_pattern':'/ws'}],'extra_config':{'websocket':{}}}]}",
            0);
    Path output = folder.resolve("output");
    Process run = GatewayProcess.launch(output, Map.of(), "run", "-c", file.toString());

    assertThat(run.waitFor(KrakendGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(1);
    assertThat(Files.readString(output))
        .contains("krakend.json:2:", "set enable_direct_communication to true");
  }

  private static WebSocket open(
      HttpClient client, KrakendGateway gateway, String path, SocketEars ears) {
    return client
        .newWebSocketBuilder()
        .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + path), ears)
        .join();
  }

  private static WireConnection opened(KrakendGateway gateway, String target) throws Exception {
    WireConnection connection = WireConnection.open(gateway.port(), KrakendGateway.PATIENCE);
    connection.send(handshake(target, "13"));
    WireAnswer answer = connection.readHead();
    assertThat(answer.status()).isEqualTo(101);
    return connection;
  }

  private static WireAnswer answer(KrakendGateway gateway, WireRequest request) throws Exception {
    try (WireConnection connection = WireConnection.open(gateway.port(), KrakendGateway.PATIENCE)) {
      return connection.exchange(request);
    }
  }

  private static WireRequest handshake(String target, String version) {
    return WireRequest.get(target, "a.test")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", version)
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .with("Cookie", "a=b")
        .with("X-Other", "y");
  }
}
