package io.portcullis.plugins.websocketlimits;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.WebSocketTerms;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class WebSocketLimitsPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void a_handshake_gets_terms_and_another_request_none() {
    FakeExchange handshake = handshake();
    FakeExchange request = FakeExchange.get("/");
    String config = "{'max_message_size':1000,'ping_period':1.5,'pong_wait':60}";

    access(config, handshake);
    access(config, request);

    assertThat(handshake.get(WebSocketTerms.KEY)).isEqualTo(new WebSocketTerms(1000, 1500, 60_000));
    assertThat(request.get(WebSocketTerms.KEY)).isNull();
  }

  @Test
  void without_a_configuration_nothing_is_bounded() {
    FakeExchange handshake = handshake().header("sec-websocket-protocol", "mqtt");

    access("{}", handshake);

    assertThat(handshake.get(WebSocketTerms.KEY)).isEqualTo(new WebSocketTerms(0, 0, 0));
    assertThat(handshake.request().headers().get("sec-websocket-protocol")).isEqualTo("mqtt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "['chat','v2.chat'] | mqtt, v2.chat ,chat | v2.chat, chat",
        "['chat'] | Chat | ``",
        "[] | chat | ``"
      })
  void only_listed_subprotocols_are_asked_for(String listed, String asked, String left) {
    FakeExchange handshake = handshake().header("sec-websocket-protocol", asked);

    access("{'subprotocols':" + listed + "}", handshake);

    String rest = handshake.request().headers().get("sec-websocket-protocol");
    assertThat(rest == null ? "" : rest).isEqualTo(left);
  }

  @Test
  void pings_that_come_too_late_are_refused() {
    assertThat(refusal("{'ping_period':60,'pong_wait':60}"))
        .isEqualTo("ping_period has to be less than pong_wait");
    assertThat(refusal("{'ping_period':54,'pong_wait':60}")).isNull();
    assertThat(refusal("{'ping_period':54,'pong_wait':0}")).isNull();
  }

  private static @Nullable String refusal(String config) {
    return WebSocketLimitsPlugin.refusal(JsonMapper.shared().readTree(config.replace('\'', '"')));
  }

  private static FakeExchange handshake() {
    return FakeExchange.get("/").header("upgrade", "websocket");
  }

  private void access(String config, FakeExchange exchange) {
    gateway.start(new WebSocketLimitsPlugin(), config).access(exchange);
  }
}
