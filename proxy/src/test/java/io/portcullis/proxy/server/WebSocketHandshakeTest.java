package io.portcullis.proxy.server;

import static io.portcullis.proxy.server.WebSocketWire.ACCEPTED;
import static io.portcullis.proxy.server.WebSocketWire.HANDSHAKE;
import static io.portcullis.proxy.server.WebSocketWire.forwardingTo;
import static io.portcullis.proxy.server.WebSocketWire.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that do not become a WebSocket. */
class WebSocketHandshakeTest {
  private final RawTarget target = RawTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8, 426",
    "Sec-WebSocket-Version: 13, X-Nothing: 1, 426",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: short, 400",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, X-Nothing: 1, 400",
  })
  void refuses_a_handshake_that_no_server_could_accept(String line, String instead, int status) {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE.replace(line, instead));
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(status);
      if (status == 426) {
        assertThat(answer.header("sec-websocket-version")).hasValue("13");
      }
    }
  }

  @Test
  void passes_on_a_refusal_of_the_target_and_keeps_both_connections() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ndenied");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).endsWith("denied");
      client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(server)).contains("GET /next HTTP/1.1");
      server.send("HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(204);
    }
  }

  @Test
  void answers_504_for_a_target_that_takes_the_handshake_and_says_nothing() throws Exception {
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service(
                    "s",
                    "http://127.0.0.1:" + target.port(),
                    stored -> stored.put("read_timeout", 200).put("retries", 0))
                .route("s", "/")
                .start();
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      assertThat(client.answer().status()).isEqualTo(504);
      assertThat(server.isClosedByPeer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "101 yes\r\n\r\n",
      })
  void answers_502_for_an_acceptance_that_is_none(String acceptance) throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send(acceptance);
      assertThat(client.answer().status()).isEqualTo(502);
      assertThat(server.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void passes_on_the_answer_of_a_target_that_knows_no_websockets() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("plain");
      assertThat(gateway.server().counters().tunnels()).isZero();
    }
  }

  @Test
  void passes_on_an_upgrade_required_of_the_target() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send(
          "HTTP/1.1 426 Upgrade Required\r\n"
              + "Sec-WebSocket-Version: 13\r\n"
              + "Content-Length: 0\r\n\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.header("sec-websocket-version")).hasValue("13");
    }
  }

  @Test
  void treats_an_answer_101_that_nobody_asked_for_as_a_broken_one() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
      RawClient server = target.accept();
      assertThat(head(server)).noneMatch(line -> line.startsWith("Upgrade"));
      server.send(ACCEPTED);
      assertThat(client.answer().status()).isEqualTo(502);
    }
  }

  @Test
  void answers_502_when_nobody_is_there() {
    int port = target.port();
    target.close();
    try (GatewayFixture gateway = forwardingTo(port, 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      assertThat(client.answer().status()).isEqualTo(502);
    }
  }

  @Test
  void lets_a_plugin_refuse_before_the_target_hears_of_it() {
    PluginHandler refusing =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            return Reply.refuse(401, "who are you");
          }
        };
    try (EchoTarget echo = EchoTarget.start();
        GatewayFixture gateway =
            GatewayFixture.gateway().service("s", echo).route("s", "/").plugin(refusing).start();
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(echo.requests()).isEmpty();
    }
  }
}
