package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Upstreams of a gateway that runs, from the command that makes them to the target that answers.
 */
final class BalancingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private static Path folder;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        GatewayProcess.start(
            folder, Map.of("trusted_ips", "127.0.0.1", "real_ip_header", "X-Forwarded-For"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  private static JsonNode add(String path, String form) throws IOException {
    return AdminCall.create(gateway, path, form);
  }

  private static void serve(String name) throws IOException {
    add("/services", "name=" + name + "&url=http://" + name);
    add("/services/" + name + "/routes", "paths=/" + name);
  }

  private static String port(String path, String client) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      WireAnswer answer =
          connection.exchange(WireRequest.get(path, "a.test").with("X-Forwarded-For", client));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      return answer.header("x-up-port").getFirst();
    }
  }

  @Test
  void c20_c21_the_upstream_of_the_tutorial_keeps_each_client_at_one_target() throws Exception {
    JsonNode upstream =
        add(
            "/upstreams",
            "name=streaming-upstream&hash_on=ip&hash_fallback=none&healthchecks.active.timeout=5"
                + "&healthchecks.active.concurrency=10&healthchecks.active.http_path=/health");
    assertThat(upstream.get("algorithm").stringValue()).isEqualTo("consistent-hashing");
    String targets = "/upstreams/streaming-upstream/targets";
    add(targets, "target=streaming-backend-1:8000&weight=100");
    add(targets, "target=streaming-backend-2:8000&weight=100");
    for (String name : List.of("streaming-backend-1", "streaming-backend-2")) {
      assertThat(AdminCall.delete(gateway, targets + '/' + name + ":8000").status()).isEqualTo(204);
    }
    serve("streaming-upstream");
    try (TestUpstream one = TestUpstream.start(0);
        TestUpstream two = TestUpstream.start(0)) {
      // These names lead somewhere on every machine.
      add(targets, "target=streaming-backend-1.localhost:" + one.port() + "&weight=100");
      add(targets, "target=streaming-backend-2.localhost:" + two.port() + "&weight=100");
      Set<String> seen = new HashSet<>();
      for (int client = 1; client <= 20; client++) {
        String address = "192.0.2." + client;
        String port = port("/streaming-upstream", address);
        for (int i = 0; i < 3; i++) {
          assertThat(port("/streaming-upstream", address)).isEqualTo(port);
        }
        seen.add(port);
      }
      assertThat(seen)
          .containsExactlyInAnyOrder(Integer.toString(one.port()), Integer.toString(two.port()));
    }
  }

  @Test
  void a7_new_websockets_spread_over_the_targets() throws Exception {
    try (SocketServer one = SocketServer.echo();
        SocketServer two = SocketServer.echo()) {
      add("/upstreams", "name=spread");
      add("/upstreams/spread/targets", "target=127.0.0.1:" + one.port());
      add("/upstreams/spread/targets", "target=127.0.0.1:" + two.port());
      serve("spread");
      List<WireConnection> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(opened("/spread"));
      }
      assertThat(one.peers()).hasSize(4);
      assertThat(two.peers()).hasSize(4);
      for (WireConnection client : clients) {
        echoes(client);
        client.close();
      }
    }
  }

  @Test
  void a8_when_a_target_dies_its_websockets_end_and_new_ones_go_to_the_other() throws Exception {
    try (SocketServer one = SocketServer.echo();
        SocketServer two = SocketServer.echo()) {
      add("/upstreams", "name=failover&healthchecks.passive.unhealthy.tcp_failures=1");
      add("/upstreams/failover/targets", "target=127.0.0.1:" + one.port());
      add("/upstreams/failover/targets", "target=127.0.0.1:" + two.port());
      serve("failover");
      try (WireConnection first = opened("/failover")) {
        boolean firstAtOne = !one.peers().isEmpty();
        WireConnection second = opened("/failover");
        one.close();
        assertThat((firstAtOne ? first : second).isClosedByPeer()).isTrue();
        echoes(firstAtOne ? second : first);
        second.close();
        for (int i = 0; i < 4; i++) {
          try (WireConnection next = opened("/failover")) {
            echoes(next);
          }
        }
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(AdminCall.get(gateway, "/upstreams/failover/health").text())
                      .contains("\"health\":\"UNHEALTHY\"")
                      .contains("\"health\":\"HEALTHY\""));
    }
  }

  private static WireConnection opened(String target) throws IOException {
    WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE);
    assertThat(client.exchange(Handshake.of(target)).status()).isEqualTo(101);
    return client;
  }

  private static void echoes(WireConnection client) throws IOException {
    client.sendText("hello");
    WebSocketFrame frame = client.readFrame();
    assertThat(new String(frame.payload(), StandardCharsets.UTF_8)).isEqualTo("hello");
  }
}
