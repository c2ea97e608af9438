package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlainProxyingTest {
  private final EchoTarget target = EchoTarget.start();
  private final GatewayFixture gateway = GatewayFixture.forwardingTo(target);

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
  }

  @Test
  void relays_a_request_and_its_answer() {
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/a/b?c=d");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).startsWith("GET /a/b?c=d HTTP/1.1\r\n");
    }
  }

  @Test
  void serves_one_request_after_the_other_on_both_connections() {
    try (RawClient client = gateway.connect()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/" + i).text()).startsWith("GET /" + i + " ");
      }
    }
    assertThat(target.connections()).isEqualTo(1);
  }
}
