package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.EOFException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the streaming tutorial does to the gateway itself: its settings file and its status. */
final class TutorialOperationsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void c4_status_tells_of_connections_in_both_shapes_and_counts_websockets() throws Exception {
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      AdminCall.post(
          gateway, "/services", "name=websocket-service&url=ws://127.0.0.1:" + upstream.port());
      AdminCall.post(
          gateway,
          "/services/websocket-service/routes",
          "name=websocket-route&protocols=http,https&paths=/ws");
      try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
        assertThat(client.exchange(handshake()).status()).isEqualTo(101);

        JsonNode status = JsonMapper.shared().readTree(AdminCall.get(gateway, "/status").body());
        JsonNode server = status.get("server");
        JsonNode connections = status.get("connections");
        assertThat(server.get("connections_accepted").intValue()).isEqualTo(1);
        assertThat(server.get("connections_handled").intValue()).isEqualTo(1);
        assertThat(server.get("connections_active").intValue()).isEqualTo(1);
        assertThat(server.get("total_requests").intValue()).isEqualTo(1);
        for (String state : List.of("active", "reading", "writing", "waiting")) {
          assertThat(connections.get(state)).isEqualTo(server.get("connections_" + state));
        }
        assertThat(connections.get("active").intValue()).isEqualTo(1);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(AdminCall.get(gateway, "/status").text())
                      .contains("\"connections_active\":0"));
    }
  }

  @Test
  void c18_c27_c30_lines_at_the_end_of_the_file_are_taken_over_by_a_reload() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      Path file = gateway.configure(Map.of());
      append(file, "nginx_http_max_connections = 16384");
      append(file, "nginx_http_max_connections = 2");
      append(file, "nginx_proxy_proxy_buffer_size = 128k");
      append(file, "nginx_proxy_proxy_buffers = 4 256k");
      append(file, "nginx_proxy_proxy_read_timeout = 3600s");
      gateway.signal("HUP");
      awaitLogged("reloaded");

      try (WireConnection first = WireConnection.open(gateway.proxyPort(), PATIENCE);
          WireConnection second = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
        assertThat(first.exchange(WireRequest.get("/", "a.test")).status()).isEqualTo(404);
        assertThat(second.exchange(WireRequest.get("/", "a.test")).status()).isEqualTo(404);
        assertThat(isTurnedAway(gateway)).isTrue();
        append(file, "nginx_http_max_connections = 16384");
        gateway.signal("HUP");
        await().atMost(PATIENCE).until(() -> !isTurnedAway(gateway));
      }
    }
  }

  @Test
  void c27_c30_lines_without_a_meaning_are_a_warning_each_at_start() throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.start(
            folder,
            Map.of(
                "nginx_proxy_proxy_buffer_size",
                "128k",
                "nginx_proxy_proxy_buffers",
                "4 256k",
                "nginx_proxy_proxy_read_timeout",
                "3600s"))) {
      for (String key :
          List.of(
              "nginx_proxy_proxy_buffer_size",
              "nginx_proxy_proxy_buffers",
              "nginx_proxy_proxy_read_timeout")) {
        awaitLogged("'" + key + "' has no meaning here and is ignored");
      }
      assertThat(AdminCall.get(gateway, "/status").status()).isEqualTo(200);
    }
  }

  @Test
  void c28_the_error_log_below_the_prefix_names_websockets() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      AdminCall.post(gateway, "/services", "name=websocket-service&url=ws://127.0.0.1:1");
      AdminCall.post(gateway, "/services/websocket-service/routes", "paths=/ws");
      try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
        assertThat(client.exchange(handshake()).status()).isEqualTo(502);
      }
      awaitLogged("websocket");
    }
  }

  @Test
  void c24_a_json_array_as_text_is_a_list_of_networks() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      AdminCall.post(
          gateway, "/services", "name=grpc-stream-service&url=grpc://grpc-backend.com:50051");
      AdminCall.post(
          gateway,
          "/services/grpc-stream-service/routes",
          "name=grpc-stream-route&protocols=grpc,grpcs&paths=/sensor.DataService");

      WireAnswer plugin =
          AdminCall.post(
              gateway,
              "/routes/grpc-stream-route/plugins",
              "name=ip-restriction&config.allow=[\"192.168.1.0/24\", \"10.0.0.0/8\"]");

      assertThat(plugin.status()).as(plugin.text()).isEqualTo(201);
      assertThat(JsonMapper.shared().readTree(plugin.body()).at("/config/allow").toString())
          .isEqualTo("[\"192.168.1.0/24\",\"10.0.0.0/8\"]");
    }
  }

  @Test
  void c12_restart_takes_over_what_was_added_to_the_file() throws Exception {
    String admin = "127.0.0.1:" + GatewayProcess.freePort();
    Path file =
        Files.write(
            folder.resolve("kong.conf"),
            List.of(
                "prefix = " + folder.resolve("prefix"),
                "admin_listen = " + admin,
                "proxy_listen = 127.0.0.1:" + GatewayProcess.freePort(),
                "status_listen = off",
                "plugins = off"));
    String script =
        """
        set -e
        trap './portcullis stop -c FILE' EXIT
        ./portcullis start --daemon -c FILE
        curl -fsS ADMIN/plugins/enabled
        echo "plugins = bundled,kafka-upstream" >> FILE
        ./portcullis restart -c FILE
        curl -fsS ADMIN/plugins/enabled
        echo "nginx_http_max_connections = 16384" >> FILE
        ./portcullis reload -c FILE
        """
            .replace("FILE", file.toString())
            .replace("ADMIN", admin);

    Repository.Outcome outcome = Repository.shell(script, folder.resolve("output"), Map.of());

    assertThat(outcome.code()).as(outcome.output()).isZero();
    List<String> enabled =
        outcome.output().lines().filter(line -> line.contains("enabled_plugins")).toList();
    assertThat(enabled).hasSize(2);
    assertThat(enabled.getFirst()).doesNotContain("kafka-upstream");
    assertThat(enabled.getLast()).contains("kafka-upstream", "jwt");
    assertThat(outcome.output()).contains("to reload");
  }

  private static boolean isTurnedAway(GatewayProcess gateway) throws Exception {
    try (WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      client.exchange(WireRequest.get("/", "a.test"));
      return false;
    } catch (EOFException | SocketException closed) {
      return true;
    }
  }

  private static void append(Path file, String line) throws Exception {
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
  }

  private void awaitLogged(String text) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Files.readString(folder.resolve("prefix/logs/error.log")))
                    .contains(text));
  }

  private static WireRequest handshake() {
    return WireRequest.get("/ws", "a.test")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  }
}
