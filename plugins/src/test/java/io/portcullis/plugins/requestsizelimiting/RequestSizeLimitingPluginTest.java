package io.portcullis.plugins.requestsizelimiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSizeLimitingPluginTest {
  private static final String TEN_BYTES = "{'allowed_payload_size':10,'size_unit':'bytes'}";
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  private final FakeGateway context = new FakeGateway();
  private final EchoTarget target = EchoTarget.start();

  @AfterEach
  void stop() {
    target.close();
    context.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'allowed_payload_size':10,'size_unit':'bytes'} | 10 | next",
        "{'allowed_payload_size':10,'size_unit':'bytes'} | 11 | 413 Request size limit exceeded",
        "{'allowed_payload_size':1,'size_unit':'kilobytes'} | 1024 | next",
        "{'allowed_payload_size':1,'size_unit':'kilobytes'} | 1025 | 413 Request size limit"
            + " exceeded",
        "{} | 134217728 | next",
        "{} | 134217729 | 413 Request size limit exceeded",
        "{'allowed_payload_size':null} | 134217729 | 413 Request size limit exceeded",
        "{'allowed_payload_size':0} | 0 | next",
        "{'allowed_payload_size':0} | 1 | 413 Request size limit exceeded",
        "{'allowed_payload_size':-1} | 0 | 413 Request size limit exceeded",
        "{'allowed_payload_size':9000000000000000000} | 9000000000000000000 | next",
      })
  void the_announced_length_is_looked_at(String config, String length, String expected) {
    FakeExchange exchange = FakeExchange.get("/").header("content-length", length);

    assertThat(Replies.text(start(config).access(exchange))).isEqualTo(expected);
  }

  @Test
  void a_client_that_asks_first_gets_417() {
    FakeExchange exchange =
        FakeExchange.get("/").header("content-length", "11").header("expect", "100-continue");

    assertThat(Replies.text(start(TEN_BYTES).access(exchange)))
        .isEqualTo("417 Request size limit exceeded");
  }

  @Test
  void a_length_can_be_required() {
    String config = "{'require_content_length':true}";
    String refused = "411 A valid Content-Length header is required";
    assertThat(Replies.text(start(config).access(FakeExchange.get("/")))).isEqualTo(refused);
    try (GatewayFixture gateway = gateway(start(config), 0);
        RawClient client = gateway.connect()) {
      assertThat(client.send(CHUNKED + "1\r\na\r\n0\r\n\r\n").answer().status()).isEqualTo(200);
      assertThat(client.get("/").status()).isEqualTo(411);
    }
  }

  @Test
  void chunks_are_counted() {
    try (GatewayFixture gateway = gateway(start(TEN_BYTES), 0);
        RawClient client = gateway.connect()) {
      assertThat(client.send(CHUNKED + "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n").answer().text())
          .endsWith("helloworld");
      RawClient.Answer refused =
          client.send(CHUNKED + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n").answer();

      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.text()).contains("\"message\":\"Request size limit exceeded\"");
      assertThat(target.requests()).hasSize(1);
    }
  }

  @Test
  void requests_without_a_body_pass() {
    try (GatewayFixture gateway = gateway(start(TEN_BYTES), 0);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_that_another_plugin_wants_is_measured_whole() {
    try (GatewayFixture gateway = gateway(start(TEN_BYTES), 100);
        RawClient client = gateway.connect()) {
      assertThat(client.send(CHUNKED + "a\r\n0123456789\r\n0\r\n\r\n").answer().status())
          .isEqualTo(200);
      assertThat(client.send(CHUNKED + "b\r\n0123456789X\r\n0\r\n\r\n").answer().status())
          .isEqualTo(413);
    }
  }

  @Test
  void a_long_stream_is_let_go_when_it_becomes_too_long() {
    String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
    try (GatewayFixture gateway =
            gateway(start("{'allowed_payload_size':200,'size_unit':'kilobytes'}"), 0);
        RawClient client = gateway.connect()) {
      client.send(CHUNKED);
      for (int i = 0; i < 12; i++) {
        client.send(chunk);
      }
      await().until(() -> target.connections() == 1);
      client.send(chunk);

      assertThat(client.answer().status()).isEqualTo(413);
      await().until(() -> target.openConnections() == 0);
      assertThat(target.requests()).isEmpty();
    }
  }

  private PluginHandler start(String config) {
    return context.start(new RequestSizeLimitingPlugin(), config);
  }

  private GatewayFixture gateway(PluginHandler handler, int bodyLimit) {
    return GatewayFixture.gateway()
        .service("s", target)
        .route("s", "/")
        .plugin(handler, new PluginTraits(951, false, bodyLimit, 0))
        .start();
  }
}
