package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.entity.UpstreamHealth.Health;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Services whose host is the name of an upstream. */
class BalancedTrafficTest {
  private static final String NO_PEER = "failure to get a peer from the ring-balancer";
  private static final String HANDSHAKE =
      "GET / HTTP/1.1\r\nHost: gw.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  private final EchoTarget one = named("one");
  private final EchoTarget two = named("two");
  private final List<AutoCloseable> open = new ArrayList<>(List.of(one, two));

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /** Answers its name. */
  private static EchoTarget named(String name) {
    return EchoTarget.start()
        .answers("HTTP/1.1 200 OK\r\nX-Target: " + name + "\r\nContent-Length: 0\r\n\r\n");
  }

  private static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static String at(int port) {
    return "127.0.0.1:" + port;
  }

  private GatewayFixture start(GatewayFixture.Builder builder) {
    GatewayFixture gateway = builder.start();
    open.add(gateway);
    return gateway;
  }

  private static GatewayFixture.Builder balanced(
      Consumer<ObjectNode> upstream, Consumer<ObjectNode> service) {
    return GatewayFixture.gateway()
        .service("s", "http://backend:1", service)
        .route("s", "/")
        .upstream("backend", upstream);
  }

  private static Consumer<ObjectNode> checks(String json) {
    return stored -> stored.set("healthchecks", JsonMapper.shared().readTree(json));
  }

  private static Map<String, Long> targets(GatewayFixture gateway, int requests) {
    try (RawClient client = gateway.connect()) {
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        RawClient.Answer answer = client.get("/");
        seen.add(answer.header("x-target").orElse(Integer.toString(answer.status())));
      }
      return seen.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }
  }

  @Test
  void targets_get_their_shares() {
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, _ -> {})
                .target("backend", at(one.port()), 10)
                .target("backend", at(two.port()), 30)
                .target("backend", at(closedPort()), 0));
    assertThat(targets(gateway, 40)).isEqualTo(Map.of("one", 10L, "two", 30L));
  }

  @Test
  void an_upstream_without_targets_is_503() {
    GatewayFixture gateway = start(balanced(_ -> {}, _ -> {}));
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).contains(NO_PEER);
      assertThat(answer.header("via")).isEmpty();
      assertThat(answer.header("x-kong-response-latency")).isPresent();
    }
  }

  @Test
  void a_name_without_an_address_is_503_and_another_service_goes_on() {
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, _ -> {})
                .target("backend", "no-such-host.test:80", 100)
                .service("other", two)
                .route("other", "/other"));
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").text()).contains(NO_PEER);
      assertThat(client.get("/other").header("x-target")).contains("two");
    }
  }

  @Test
  void a_name_is_resolved_before_the_first_request_is_answered() {
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, _ -> {})
                .target("backend", "target.test:" + one.port(), 100)
                .name("target.test", "127.0.0.1"));
    assertThat(targets(gateway, 2)).isEqualTo(Map.of("one", 2L));
    assertThat(one.lastRequest().header("host")).isEqualTo("target.test:" + one.port());
  }

  @Test
  void the_host_line_is_the_targets_the_upstreams_or_the_clients() {
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, _ -> {})
                .target("backend", at(one.port()), 100)
                .service("inner", "http://named:80", _ -> {})
                .upstream("named", stored -> stored.put("host_header", "inner.test"))
                .target("named", at(one.port()), 100)
                .route("inner", "/inner")
                .route("inner", stored -> stored.put("preserve_host", true), "/kept"));
    try (RawClient client = gateway.connect()) {
      client.get("/");
      assertThat(one.lastRequest().header("host")).isEqualTo(at(one.port()));
      client.get("/inner");
      assertThat(one.lastRequest().header("host")).isEqualTo("inner.test:" + one.port());
      client.get("/kept");
      assertThat(one.lastRequest().header("host")).isEqualTo("gw.test");
    }
  }

  @Test
  void a_retry_goes_to_another_target_and_the_log_tells_both() {
    int nobody = closedPort();
    List<List<ExchangeLog.Try>> tries = new CopyOnWriteArrayList<>();
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, stored -> stored.put("retries", 1))
                .target("backend", at(nobody), 100)
                .target("backend", at(one.port()), 1)
                .accessLog(log -> tries.add(List.copyOf(log.tries()))));
    assertThat(targets(gateway, 10)).isEqualTo(Map.of("one", 10L));
    await().untilAsserted(() -> assertThat(tries).hasSize(10));
    List<ExchangeLog.Try> retried =
        tries.stream().filter(all -> all.size() == 2).findFirst().orElseThrow();
    assertThat(retried.getFirst().port()).isEqualTo(nobody);
    assertThat(retried.getFirst().state()).isEqualTo("failed");
    assertThat(retried.getLast().port()).isEqualTo(one.port());
  }

  @Test
  void without_retries_what_meets_a_closed_port_fails() {
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, stored -> stored.put("retries", 0))
                .target("backend", at(closedPort()), 100)
                .target("backend", at(one.port()), 100));
    assertThat(targets(gateway, 20)).isEqualTo(Map.of("one", 10L, "502", 10L));
  }

  @Test
  void a_new_websocket_goes_to_a_target_that_lives() {
    one.script(EchoTarget.Conversation::reset);
    two.script(
        conversation -> {
          conversation.readHead();
          conversation.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Target: two\r\n\r\n");
          conversation.read();
        });
    GatewayFixture gateway =
        start(
            balanced(_ -> {}, _ -> {})
                .target("backend", at(closedPort()), 100)
                .target("backend", at(one.port()), 100)
                .target("backend", at(two.port()), 100));
    for (int i = 0; i < 6; i++) {
      try (RawClient client = gateway.connect()) {
        RawClient.Answer answer = client.send(HANDSHAKE).answer();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("x-target")).contains("two");
      }
    }
  }

  @Test
  void statuses_take_a_target_out_and_hands_bring_it_back() {
    two.answers("HTTP/1.1 500 Broken\r\nX-Target: broken\r\nContent-Length: 0\r\n\r\n");
    GatewayFixture gateway =
        start(
            balanced(
                    checks(
                        """
                        {"passive":{"unhealthy":{"http_failures":2}}}\
                        """),
                    _ -> {})
                .target("backend", at(one.port()), 100)
                .target("backend", at(two.port()), 100));
    assertThat(targets(gateway, 10)).isEqualTo(Map.of("one", 8L, "broken", 2L));
    assertThat(targets(gateway, 10)).isEqualTo(Map.of("one", 10L));
    UUID upstream = GatewayFixture.Builder.id("upstream", "backend");
    UUID target = GatewayFixture.Builder.id("target", "backend" + at(two.port()));
    gateway.upstreams().set(upstream, target, null, true);
    two.answers("HTTP/1.1 200 OK\r\nX-Target: two\r\nContent-Length: 0\r\n\r\n");
    two.dropConnections();
    assertThat(targets(gateway, 10)).isEqualTo(Map.of("one", 5L, "two", 5L));
  }

  @Test
  void the_end_of_a_kept_connection_says_nothing_about_a_target() {
    GatewayFixture gateway =
        start(
            balanced(
                    checks(
                        """
                        {"passive":{"unhealthy":{"tcp_failures":1}}}\
                        """),
                    stored -> stored.put("retries", 0))
                .target("backend", at(one.port()), 100));
    // Answers one request of each connection, and drops the next.
    one.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nX-Target: one\r\nContent-Length: 0\r\n\r\n");
          conversation.readRequest();
        });
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(502);
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void a_target_that_accepts_and_never_answers_is_a_timeout() {
    CountDownLatch over = new CountDownLatch(1);
    one.script(
        conversation -> {
          conversation.readRequest();
          conversation.read();
          over.countDown();
        });
    GatewayFixture gateway =
        start(
            balanced(
                    checks(
                        """
                        {"passive":{"unhealthy":{"timeouts":1,"tcp_failures":9}}}\
                        """),
                    stored -> stored.put("read_timeout", 100).put("retries", 0))
                .target("backend", at(one.port()), 100));
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(504);
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).contains(NO_PEER);
    }
  }

  @Test
  void probes_take_a_dead_target_out_before_traffic_meets_it() {
    GatewayFixture gateway =
        start(
            balanced(
                    checks(
                        """
                        {"active":{"http_path":"/health","healthy":{"interval":0.05},
                         "unhealthy":{"tcp_failures":1}}}\
                        """),
                    stored -> stored.put("retries", 0))
                .target("backend", at(closedPort()), 100)
                .target("backend", at(one.port()), 100));
    UUID upstream = GatewayFixture.Builder.id("upstream", "backend");
    await()
        .until(
            () ->
                gateway.upstreams().report(upstream).orElseThrow().targets().stream()
                    .anyMatch(target -> target.health() == Health.UNHEALTHY));
    assertThat(targets(gateway, 10)).isEqualTo(Map.of("one", 10L));
    assertThat(one.requests()).anyMatch(request -> request.target().equals("/health"));
  }

  @Test
  void one_clients_requests_stay_at_one_target() {
    GatewayFixture gateway =
        start(
            balanced(
                    stored ->
                        stored
                            .put("algorithm", "consistent-hashing")
                            .put("hash_on", "header")
                            .put("hash_on_header", "X-Key"),
                    _ -> {})
                .target("backend", at(one.port()), 100)
                .target("backend", at(two.port()), 100));
    Set<String> all = new java.util.HashSet<>();
    try (RawClient client = gateway.connect()) {
      for (int key = 0; key < 20; key++) {
        Set<String> seen = new java.util.HashSet<>();
        for (int i = 0; i < 4; i++) {
          seen.add(
              client
                  .send("GET / HTTP/1.1\r\nHost: a\r\nX-Key: " + key + "\r\n\r\n")
                  .answer()
                  .header("x-target")
                  .orElseThrow());
        }
        assertThat(seen).hasSize(1);
        all.addAll(seen);
      }
    }
    assertThat(all).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void a_cookie_keeps_a_client_at_its_target() {
    GatewayFixture gateway =
        start(
            balanced(
                    stored ->
                        stored
                            .put("algorithm", "consistent-hashing")
                            .put("hash_on", "cookie")
                            .put("hash_on_cookie", "sid")
                            .put("hash_on_cookie_path", "/shop"),
                    _ -> {})
                .target("backend", at(one.port()), 100)
                .target("backend", at(two.port()), 100));
    try (RawClient client = gateway.connect()) {
      RawClient.Answer first = client.get("/");
      String cookie = first.header("set-cookie").orElseThrow();
      assertThat(cookie).matches("sid=[0-9a-f-]{36}; Path=/shop; Same-Site=Lax; HttpOnly");
      for (int i = 0; i < 5; i++) {
        RawClient.Answer next =
            client
                .send(
                    "GET / HTTP/1.1\r\nHost: a\r\nCookie: "
                        + cookie.substring(0, cookie.indexOf(';'))
                        + "\r\n\r\n")
                .answer();
        assertThat(next.header("x-target")).isEqualTo(first.header("x-target"));
        assertThat(next.header("set-cookie")).isEmpty();
      }
    }
  }

  @Test
  void least_connections_avoids_a_busy_target_until_it_is_free() {
    GatewayFixture gateway =
        start(
            balanced(stored -> stored.put("algorithm", "least-connections"), _ -> {})
                .target("backend", at(one.port()), 100)
                .target("backend", at(two.port()), 100));
    CountDownLatch free = new CountDownLatch(1);
    EchoTarget.Script slow =
        conversation -> {
          conversation.readRequest();
          try {
            free.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          conversation.write("HTTP/1.1 200 OK\r\nX-Target: slow\r\nContent-Length: 0\r\n\r\n");
        };
    one.script(slow);
    try (RawClient busy = gateway.connect()) {
      // Whoever comes second finds one of them busy, if it was not the first one's turn.
      busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> one.requests().size() == 1);
      assertThat(targets(gateway, 10)).isEqualTo(Map.of("two", 10L));
      free.countDown();
      List<String> served =
          List.of(
              busy.answer().header("x-target").orElseThrow(),
              busy.answer().header("x-target").orElseThrow());
      assertThat(served).contains("slow");
    }
    one.answers("HTTP/1.1 200 OK\r\nX-Target: one\r\nContent-Length: 0\r\n\r\n");
    one.dropConnections();
    assertThat(targets(gateway, 10)).isEqualTo(Map.of("one", 5L, "two", 5L));
  }

  @Test
  void the_fastest_target_gets_the_most() {
    GatewayFixture gateway =
        start(
            balanced(stored -> stored.put("algorithm", "latency"), _ -> {})
                .target("backend", at(one.port()), 100)
                .target("backend", at(two.port()), 100));
    one.script(
        conversation -> {
          while (conversation.readRequest() != null) {
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            conversation.write("HTTP/1.1 200 OK\r\nX-Target: one\r\nContent-Length: 0\r\n\r\n");
          }
        });
    assertThat(targets(gateway, 40).get("two")).isGreaterThan(30L);
  }
}
