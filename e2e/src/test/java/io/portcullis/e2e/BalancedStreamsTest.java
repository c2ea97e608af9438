package io.portcullis.e2e;

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
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** WebSockets to several servers: who gets a new one, and what becomes of those of a dead one. */
final class BalancedStreamsTest {
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

  @Test
  void c20_c21_the_tutorials_upstream_keeps_each_address_at_one_server() throws Exception {
    JsonNode upstream =
        add(
            "/upstreams",
            "name=streaming-upstream&hash_on=ip&hash_fallback=none&healthchecks.active.timeout=5"
                + "&healthchecks.active.concurrency=10&healthchecks.active.http_path=/health");
    assertThat(upstream.get("hash_on").stringValue()).isEqualTo("ip");
    assertThat(upstream.get("hash_fallback").stringValue()).isEqualTo("none");
    assertThat(upstream.at("/healthchecks/active/timeout").intValue()).isEqualTo(5);
    assertThat(upstream.at("/healthchecks/active/concurrency").intValue()).isEqualTo(10);
    assertThat(upstream.at("/healthchecks/active/http_path").stringValue()).isEqualTo("/health");
    assertThat(upstream.at("/healthchecks/active/healthy/interval").intValue()).isZero();
    try (SocketServer first = SocketServer.echo();
        SocketServer second = SocketServer.echo()) {
      for (SocketServer server : List.of(first, second)) {
        JsonNode target =
            add(
                "/upstreams/streaming-upstream/targets",
                "target=127.0.0.1:" + server.port() + "&weight=100");
        assertThat(target.get("target").stringValue()).isEqualTo("127.0.0.1:" + server.port());
        assertThat(target.get("weight").intValue()).isEqualTo(100);
      }
      serve("streaming-upstream", "/ip");
      for (int i = 0; i < 20; i++) {
        int before = first.accepted();
        for (int again = 0; again < 3; again++) {
          try (WireConnection client = opened(handshake("/ip", "10.1.2." + i))) {
            client.sendText("hello");
            client.readFrame();
          }
        }
        assertThat(first.accepted() - before).isIn(0, 3);
      }
      assertThat(first.accepted()).isPositive();
      assertThat(second.accepted()).isPositive();
    }
  }

  @Test
  void a7_new_websockets_are_spread_over_the_servers() throws Exception {
    try (SocketServer first = SocketServer.echo();
        SocketServer second = SocketServer.echo()) {
      upstream("spread", first, second);
      serve("spread", "/spread");
      List<WireConnection> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        clients.add(opened(Handshake.of("/spread")));
      }
      assertThat(first.peers()).hasSize(5);
      assertThat(second.peers()).hasSize(5);
      for (WireConnection client : clients) {
        client.close();
      }
    }
  }

  @Test
  void a8_when_a_server_dies_its_websockets_end_and_new_ones_go_to_the_others() throws Exception {
    SocketServer dying = SocketServer.echo();
    try (dying;
        SocketServer other = SocketServer.echo()) {
      upstream("failover", dying, other);
      serve("failover", "/failover");
      List<WireConnection> clients = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        clients.add(opened(Handshake.of("/failover")));
      }
      assertThat(dying.peers()).hasSize(3);
      Set<SocketServer.Peer> untouched = other.peers();
      dying.close();
      int ended = 0;
      for (WireConnection client : clients) {
        if (!client.isSilentFor(Duration.ofMillis(500))) {
          assertThat(client.isClosedByPeer()).isTrue();
          ended++;
        } else {
          client.sendText("still here");
          assertThat(client.readFrame().payload()).asString().isEqualTo("still here");
        }
      }
      assertThat(ended).isEqualTo(3);
      assertThat(other.peers()).isEqualTo(untouched);
      for (int i = 0; i < 6; i++) {
        clients.add(opened(Handshake.of("/failover")));
      }
      assertThat(other.peers()).hasSize(9);
      for (WireConnection client : clients) {
        client.close();
      }
      await().atMost(PATIENCE).until(() -> other.peers().isEmpty());
    }
  }

  private static void upstream(String name, SocketServer... servers) throws IOException {
    add("/upstreams", "name=" + name);
    for (SocketServer server : servers) {
      add("/upstreams/" + name + "/targets", "target=127.0.0.1:" + server.port());
    }
  }

  private static void serve(String upstream, String path) throws IOException {
    add("/services", "name=" + upstream + "&protocol=ws&host=" + upstream);
    add("/services/" + upstream + "/routes", "paths=" + path);
  }

  private static JsonNode add(String path, String form) throws IOException {
    return AdminCall.create(gateway, path, form);
  }

  private static WireRequest handshake(String path, String address) {
    return Handshake.of(path).with("X-Forwarded-For", address);
  }

  private static WireConnection opened(WireRequest handshake) throws IOException {
    WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE);
    assertThat(client.exchange(handshake).status()).isEqualTo(101);
    return client;
  }
}
