package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProxyServerTest {
  @Test
  void names_the_address_that_it_cannot_have() {
    try (GatewayFixture first = GatewayFixture.gateway().start()) {
      InetSocketAddress taken = new InetSocketAddress("127.0.0.1", first.port());
      assertThatThrownBy(
              () ->
                  GatewayFixture.gateway()
                      .settings(s -> ProxySettings.of(List.of(Listen.cleartext(taken)), null))
                      .start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + first.port());
    }
  }

  @Test
  void lets_requests_finish_when_it_stops_and_closes_idle_connections_at_once() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    EchoTarget target = EchoTarget.start();
    try (target;
        GatewayFixture gateway = GatewayFixture.forwardingTo(target);
        RawClient idle = gateway.connect();
        RawClient busy = gateway.connect()) {
      idle.get("/");
      target.script(
          conversation -> {
            conversation.readRequest();
            asked.countDown();
            try {
              answer.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
              Thread.currentThread().interrupt();
            }
            conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          });
      target.dropConnections();
      busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
      Thread stopping =
          Thread.ofVirtual().start(() -> gateway.server().stop(Duration.ofSeconds(10)));
      assertThat(idle.isClosedByPeer()).isTrue();
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> RawClient.connect(gateway.port()).get("/"))
                      .isInstanceOf(RuntimeException.class));
      answer.countDown();
      RawClient.Answer last = busy.answer();
      assertThat(last.text()).isEqualTo("ok");
      assertThat(last.header("connection")).hasValue("close");
      assertThat(busy.isClosedByPeer()).isTrue();
      stopping.join();
    }
  }

  @Test
  void closes_what_does_not_finish_in_time() throws IOException {
    EchoTarget target =
        EchoTarget.start()
            .script(
                conversation -> {
                  conversation.readRequest();
                  conversation.read();
                });
    try (target;
        GatewayFixture gateway = GatewayFixture.forwardingTo(target);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> target.requests().size() == 1);
      gateway.server().stop(Duration.ofMillis(100));
      assertThat(client.isClosedByPeer()).isTrue();
      await().until(() -> target.openConnections() == 0);
    }
  }

  @Test
  void spreads_connections_over_its_threads() {
    EchoTarget target = EchoTarget.start();
    try (target;
        GatewayFixture gateway = GatewayFixture.forwardingTo(target)) {
      for (int i = 0; i < 40; i++) {
        try (RawClient client = gateway.connect()) {
          client.get("/");
        }
      }
      // Each thread keeps its own connections.
      assertThat(target.connections()).isEqualTo(2);
    }
  }

  @Test
  void closes_kept_connections_after_their_time_and_their_number_of_requests() {
    EchoTarget target = EchoTarget.start();
    try (target;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(
                    s ->
                        s.withIoThreads(1)
                            .withPool(
                                new io.portcullis.proxy.upstream.PoolLimits(
                                    10, Duration.ofMillis(100), 3)))
                .start();
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      assertThat(target.connections()).isEqualTo(2);
      client.get("/");
      await().until(() -> target.openConnections() == 0);
      assertThat(gateway.server().upstreamConnections()).isZero();
    }
  }
}
