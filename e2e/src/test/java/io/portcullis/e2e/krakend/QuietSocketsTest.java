package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many WebSockets of a KrakenD file on which little is said, and what tells of them. */
final class QuietSocketsTest {
  private static final int FEW = 50;
  private static final int MANY = 600;
  private static final long ROOM = 8 << 20;

  private static final String FILE =
      "{'version':3,'endpoints':[{'endpoint':'/ws','backend':{"
          + "'url_pattern':'ws://127.0.0.1:%d/ws'},'extra_config':{'websocket':true}}]}";

  @TempDir private Path folder;

  @Test
  @DisplayName("A9 A13 hundreds of quiet sockets take little room, and all are counted")
  void hundreds_of_quiet_sockets_take_little_room() throws Exception {
    int port = GatewayProcess.freePort();
    int status = GatewayProcess.freePort();
    int admin = GatewayProcess.freePort();
    try (SocketServer server = SocketServer.echo()) {
      Path file = KrakendGateway.write(folder, FILE.formatted(server.port()), port);
      try (KrakendGateway gateway =
          KrakendGateway.run(
              folder,
              port,
              Map.of(),
              "run",
              "-c",
              file.toString(),
              "-p",
              Integer.toString(port),
              "--set",
              "status_listen=127.0.0.1:" + status,
              "--set",
              "admin_listen=127.0.0.1:" + admin)) {
        // What is made once is there after these.
        close(opened(gateway, FEW));
        awaitSockets(status, 0);
        long threads = metric(status, "jvm_threads_live");
        long buffers = metric(status, "jvm_buffer_memory_used_bytes{id=\"direct\"}");

        List<WireConnection> sockets = opened(gateway, MANY);

        awaitSockets(status, MANY);
        assertThat(sockets(admin)).isEqualTo(MANY);
        assertThat(status(status).at("/connections/active").intValue())
            .isGreaterThanOrEqualTo(MANY);
        assertThat(metric(status, "portcullis_websockets_open")).isEqualTo(MANY);
        assertThat(metric(admin, "portcullis_websockets_open")).isEqualTo(MANY);
        assertThat(metric(status, "jvm_threads_live")).isLessThan(threads + FEW);
        assertThat(metric(status, "jvm_buffer_memory_used_bytes{id=\"direct\"}"))
            .isLessThan(buffers + ROOM);
        for (WireConnection socket : sockets) {
          FileSockets.assertEchoes(socket, "still here");
        }
        close(sockets);
        awaitSockets(status, 0);
        await().atMost(KrakendGateway.PATIENCE).until(() -> server.peers().isEmpty());
      }
    }
  }

  @Test
  @DisplayName("A10 a quiet socket outlives the server's timeouts and ends after its own")
  void a_quiet_socket_ends_after_its_own_timeout() throws Exception {
    try (SocketServer server = SocketServer.echo();
        KrakendGateway gateway =
            KrakendGateway.serving(
                folder,
                ("{'version':3,'timeout':'1s','idle_timeout':'1s','read_header_timeout':'1s',"
                        + "'host':['ws://127.0.0.1:%d'],'endpoints':["
                        + "{'endpoint':'/bounded','timeout':'1s',"
                        + "'backend':[{'url_pattern':'/ws'}],'extra_config':{'websocket':{"
                        + "'enable_direct_communication':true,'timeout':'5s'}}},"
                        + "{'endpoint':'/unbounded','timeout':'1s',"
                        + "'backend':[{'url_pattern':'/ws'}],'extra_config':{'websocket':true}}]}")
                    .formatted(server.port()));
        WireConnection unbounded = FileSockets.open(gateway, "/unbounded");
        WireConnection bounded = FileSockets.open(gateway, "/bounded")) {
      assertThat(bounded.isSilentFor(Duration.ofMillis(2500))).isTrue();
      FileSockets.assertEchoes(bounded, "awake");

      long quiet = System.nanoTime();
      assertThat(bounded.isClosedByPeer()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - quiet))
          .isGreaterThan(Duration.ofMillis(4500));
      FileSockets.assertEchoes(unbounded, "awake");
    }
  }

  private static List<WireConnection> opened(KrakendGateway gateway, int count) throws IOException {
    List<WireConnection> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(FileSockets.open(gateway, "/ws"));
    }
    return sockets;
  }

  private static void close(List<WireConnection> sockets) throws IOException {
    for (WireConnection socket : sockets) {
      socket.close();
    }
  }

  private static void awaitSockets(int port, int count) {
    await().atMost(KrakendGateway.PATIENCE).until(() -> sockets(port) == count);
  }

  private static int sockets(int port) throws IOException {
    return status(port).at("/connections/websockets").intValue();
  }

  private static JsonNode status(int port) throws IOException {
    return JsonMapper.shared().readTree(page(port, "/status"));
  }

  private static long metric(int port, String series) throws IOException {
    return page(port, "/metrics")
        .lines()
        .filter(line -> line.startsWith(series + ' '))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not among the metrics"));
  }

  private static String page(int port, String target) throws IOException {
    return FileSockets.answer(port, WireRequest.get(target, "127.0.0.1:" + port)).text();
  }
}
