package io.portcullis.plugins.proxycache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cache between real clients and a real target. */
class ProxyCacheTrafficTest {
  private final FakeGateway context = new FakeGateway();
  private final EchoTarget target = EchoTarget.start();

  @AfterEach
  void stop() {
    target.close();
    context.close();
  }

  @Test
  void a_large_answer_passes_with_its_length_and_is_kept() {
    String body = "0123456789".repeat(100_000);
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n" + body);
    try (GatewayFixture gateway = gateway();
        RawClient client = gateway.connect()) {
      RawClient.Answer first = client.get("/");
      RawClient.Answer second = client.get("/");

      assertThat(first.header("x-cache-status")).hasValue("Miss");
      assertThat(first.header("content-length")).hasValue("1000000");
      assertThat(first.text()).isEqualTo(body);
      assertThat(second.header("x-cache-status")).hasValue("Hit");
      assertThat(second.header("age")).isPresent();
      assertThat(second.header("content-type")).isEqualTo(first.header("content-type"));
      assertThat(second.text()).isEqualTo(body);
      assertThat(target.requests()).hasSize(1);
    }
  }

  @Test
  void an_answer_in_chunks_is_kept_as_a_whole() {
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
    try (GatewayFixture gateway = gateway();
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").text()).isEqualTo("abcdef");
      RawClient.Answer second = client.get("/");
      assertThat(second.header("x-cache-status")).hasValue("Hit");
      assertThat(second.header("content-length")).hasValue("6");
      assertThat(second.text()).isEqualTo("abcdef");
    }
  }

  @Test
  void an_answer_that_the_target_breaks_off_is_not_kept() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write(
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf");
          conversation.close();
        });
    try (GatewayFixture gateway = gateway()) {
      try (RawClient client = gateway.connect()) {
        assertThatThrownBy(() -> client.get("/")).hasMessageContaining("truncated");
      }
      await().until(() -> cache().reserved() == 0);
      target.answers("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
      try (RawClient client = gateway.connect()) {
        assertThat(client.get("/").header("x-cache-status")).hasValue("Miss");
        assertThat(client.get("/").text()).isEqualTo("ok");
      }
    }
  }

  @Test
  void a_client_that_leaves_leaves_nothing_behind() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write(
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf");
          conversation.read();
        });
    try (GatewayFixture gateway = gateway()) {
      RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> cache().reserved() > 0);
      client.close();

      await().until(() -> cache().reserved() == 0);
    }
  }

  private AnswerCache cache() {
    return context.shared(NodeCaches.class, NodeCaches::new).all().iterator().next();
  }

  private GatewayFixture gateway() {
    PluginHandler handler = context.start(new ProxyCachePlugin(), "{'strategy':'memory'}");
    return GatewayFixture.gateway().service("s", target).route("s", "/").plugin(handler).start();
  }
}
