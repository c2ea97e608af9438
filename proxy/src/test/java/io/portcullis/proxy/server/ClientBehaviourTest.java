package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that go away, dawdle, or ask for too much. */
class ClientBehaviourTest {
  private static final ClientLimits IMPATIENT =
      new ClientLimits(
          32 * 1024,
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          500,
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          0);

  private final EchoTarget target = EchoTarget.start();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final GatewayFixture gateway =
      GatewayFixture.gateway()
          .service("s", target)
          .route("s", "/")
          .settings(s -> s.withClient(IMPATIENT))
          .accessLog(entry -> log.add(entry.status() + (entry.clientAborted() ? " aborted" : "")))
          .start();

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
  }

  @Test
  void cancels_the_upstream_when_the_client_resets() throws Exception {
    cancels(RawClient::reset);
  }

  @Test
  void cancels_the_upstream_when_the_client_closes() throws Exception {
    cancels(RawClient::close);
  }

  private void cancels(java.util.function.Consumer<RawClient> leave) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.countDown();
          try {
            if (conversation.read() < 0) {
              gone.countDown();
            }
          } catch (java.io.IOException reset) {
            gone.countDown();
          }
        });
    RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    leave.accept(client);
    assertThat(gone.await(1, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(log).containsExactly("499 aborted"));
  }

  @Test
  void cancels_the_upstream_when_the_client_leaves_within_a_silent_stream() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
          try {
            conversation.read();
          } finally {
            gone.countDown();
          }
        });
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readLine()).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(gone.await(1, TimeUnit.SECONDS)).isTrue();
    await().untilAsserted(() -> assertThat(log).containsExactly("200 aborted"));
  }

  @Test
  void answers_408_to_a_head_that_does_not_come() {
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHo");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.text()).startsWith("Request timeout\n");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void does_not_let_a_client_prolong_its_head_octet_by_octet() {
    try (RawClient client = gateway.connect()) {
      long start = System.nanoTime();
      client.send("GET / HTTP/1.1\r\nX: ");
      try {
        for (int i = 0; i < 200 && client.isSilentFor(20); i++) {
          client.send("a");
        }
      } catch (java.io.UncheckedIOException closed) {
        // As it should be.
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(2000);
    }
  }

  @Test
  void answers_408_to_a_body_that_does_not_come() {
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
      assertThat(client.answer().status()).isEqualTo(408);
      assertThat(client.isClosedByPeer()).isTrue();
    }
    await().until(() -> target.openConnections() == 0);
  }

  @Test
  void answers_408_to_a_body_that_comes_too_slowly() {
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
      int sent = 0;
      while (sent < 1000 && client.isSilentFor(50)) {
        client.send("a");
        sent++;
      }
      assertThat(client.answer().status()).isEqualTo(408);
      assertThat(sent).isLessThan(100);
    }
  }

  @Test
  void closes_a_silent_connection_without_a_word() {
    try (RawClient client = gateway.connect()) {
      assertThat(client.isClosedByPeer()).isTrue();
    }
    try (RawClient client = gateway.connect()) {
      client.get("/");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void gives_up_a_client_that_does_not_read() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
          byte[] part = new byte[100_000];
          for (int i = 0; i < 1000; i++) {
            conversation.write(part);
          }
        });
    try (RawClient client = RawClient.connectWithReceiveBuffer(gateway.port(), 8192)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> log.contains("200 aborted"));
      assertThat(client.isSilentFor(1)).isFalse();
    }
  }

  @Test
  void does_not_collect_answers_for_a_client_that_pipelines_without_reading() {
    byte[] large = new byte[60_000];
    target.script(
        conversation -> {
          while (conversation.readRequest() != null) {
            conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
            conversation.write(large);
          }
        });
    try (RawClient client = RawClient.connectWithReceiveBuffer(gateway.port(), 8192)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500));
      await().until(() -> !log.isEmpty());
      await().until(() -> gateway.server().counters().active() == 0);
      assertThat(log.size()).isLessThan(200);
    }
  }

  @Test
  void refuses_a_body_over_the_limit() {
    try (GatewayFixture small =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .route("s", stored -> stored.put("request_buffering", false), "/unbuffered")
                .settings(s -> s.withGateway(s.gateway().withBodyLimit(1000)))
                .start();
        RawClient client = small.connect();
        RawClient other = small.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.text()).startsWith("Payload too large\n");
      other.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      other.send("3e9\r\n").send(new byte[1001]).send("\r\n0\r\n\r\n");
      assertThat(other.answer().status()).isEqualTo(413);
    }
    assertThat(target.requests()).isEmpty();
  }

  @Test
  void reads_the_rest_of_a_small_refused_request_for_the_next_ones_sake() {
    try (GatewayFixture empty = GatewayFixture.gateway().start();
        RawClient client = empty.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.header("connection")).hasValue("keep-alive");
      client.send("56789GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(404);
    }
  }

  @Test
  void counts_connections_and_requests() {
    TrafficCounters counters = gateway.server().counters();
    try (RawClient client = gateway.connect()) {
      client.get("/");
      client.get("/");
      await().untilAsserted(() -> assertThat(counters.writing()).isZero());
      assertThat(counters.accepted()).isEqualTo(1);
      assertThat(counters.handled()).isEqualTo(1);
      assertThat(counters.active()).isEqualTo(1);
      assertThat(counters.waiting()).isEqualTo(1);
      assertThat(counters.requests()).isEqualTo(2);
      client.send("GET");
      await().untilAsserted(() -> assertThat(counters.reading()).isEqualTo(1));
    }
    await().untilAsserted(() -> assertThat(counters.active()).isZero());
    assertThat(counters.reading()).isZero();
  }

  @Test
  void turns_connections_away_over_the_limit() {
    try (GatewayFixture small =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(s -> s.withMaxConnections(1))
                .start();
        RawClient first = small.connect()) {
      assertThat(first.get("/").status()).isEqualTo(200);
      try (RawClient second = small.connect()) {
        assertThat(second.isClosedByPeer()).isTrue();
      }
      assertThat(small.server().counters().handled()).isEqualTo(1);
      assertThat(small.server().counters().accepted()).isEqualTo(2);
    }
  }

  @Test
  void the_limit_can_change_while_connections_are_open() {
    try (GatewayFixture gateway = GatewayFixture.forwardingTo(target);
        RawClient first = gateway.connect()) {
      assertThat(first.get("/").status()).isEqualTo(200);
      gateway.server().limitConnections(1);
      try (RawClient second = gateway.connect()) {
        assertThat(second.isClosedByPeer()).isTrue();
      }
      assertThat(first.get("/").status()).isEqualTo(200);
      gateway.server().limitConnections(0);
      try (RawClient third = gateway.connect()) {
        assertThat(third.get("/").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void tells_the_log_what_went_over_the_wire() {
    List<ExchangeLog.Try> tries = new CopyOnWriteArrayList<>();
    List<String> facts = new CopyOnWriteArrayList<>();
    target.answers("HTTP/1.1 201 X\r\nContent-Length: 2\r\n\r\nok");
    try (GatewayFixture logging =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", _ -> {}, "/pre")
                .accessLog(
                    entry -> {
                      tries.addAll(entry.tries());
                      facts.add(
                          String.join(
                              " ",
                              entry.method(),
                              entry.uri(),
                              entry.upstreamUri(),
                              "" + entry.status(),
                              "" + entry.requestSize(),
                              entry.upstreamStatuses().toString(),
                              entry.source().name(),
                              entry.clientAddress()));
                      facts.add("" + entry.responseSize());
                      facts.add(
                          (entry.upstreamLatency() >= 0)
                              + " "
                              + (entry.totalLatency() >= entry.gatewayLatency()));
                    })
                .start();
        RawClient client = logging.connect()) {
      String request = "GET /pre/x?y HTTP/1.1\r\nHost: a\r\n\r\n";
      client.send(request).answer();
      await().until(() -> facts.size() == 3);
      assertThat(facts.get(0))
          .isEqualTo("GET /pre/x?y /x?y 201 " + request.length() + " [201] UPSTREAM 127.0.0.1");
      assertThat(Integer.parseInt(facts.get(1))).isBetween(200, 400);
      assertThat(facts.get(2)).isEqualTo("true true");
      assertThat(tries).hasSize(1);
      assertThat(tries.getFirst().ip()).isEqualTo("127.0.0.1");
      assertThat(tries.getFirst().port()).isEqualTo(target.port());
      assertThat(tries.getFirst().state()).isNull();
    }
  }
}
