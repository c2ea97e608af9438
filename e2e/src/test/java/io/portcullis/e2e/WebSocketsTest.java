package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of WebSockets. */
final class WebSocketsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OPEN = "portcullis_websockets_open ";

  @TempDir private Path folder;

  @Test
  void an_open_websocket_is_counted_and_leaves_one_line_when_it_ends() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      serve(gateway, "ws://127.0.0.1:" + upstream.port());
      try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
        assertThat(client.exchange(handshake()).status()).isEqualTo(101);
        client.sendText("hello");
        assertThat(client.readFrame().payload()).asString().isEqualTo("hello");
        assertThat(AdminCall.get(gateway, "/metrics").text()).contains(OPEN + "1.0");
        assertThat(Files.readString(log("access.log"))).doesNotContain("/chat");
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(AdminCall.get(gateway, "/metrics").text()).contains(OPEN + "0.0");
                assertThat(Files.readAllLines(log("access.log")))
                    .filteredOn(line -> line.contains("GET /chat"))
                    .singleElement()
                    .asString()
                    .contains("\" 101 ");
              });
    }
  }

  @Test
  void a_websocket_that_cannot_be_opened_is_named_in_the_error_log() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      // Port 1 of the loopback interface: nobody listens there.
      serve(gateway, "ws://127.0.0.1:1");
      try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
        assertThat(client.exchange(handshake()).status()).isEqualTo(502);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Files.readString(log("error.log")))
                      .contains("websocket /chat to 127.0.0.1:1 is not opened"));
    }
  }

  private static void serve(GatewayProcess gateway, String url) throws Exception {
    assertThat(AdminCall.post(gateway, "/services", "name=chat&url=" + url).status())
        .isEqualTo(201);
    assertThat(AdminCall.post(gateway, "/services/chat/routes", "paths[]=/chat").status())
        .isEqualTo(201);
  }

  private static WireRequest handshake() {
    return WireRequest.get("/chat", "a.test")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  }

  private Path log(String name) {
    return folder.resolve("prefix/logs").resolve(name);
  }
}
