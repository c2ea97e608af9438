package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that a plugin took from an upstream before, and filters that only look. */
class ReplayedAnswersTest {
  private final EchoTarget target = EchoTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void carry_the_lines_of_a_proxied_answer() {
    Reply replayed =
        new Reply.Exit(
            200,
            List.of(new Reply.HeaderLine("content-type", "text/plain")),
            "kept".getBytes(StandardCharsets.UTF_8),
            true);
    try (GatewayFixture gateway = with(answering(replayed));
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.text()).isEqualTo("kept");
      assertThat(answer.header("via")).isPresent();
      assertThat(answer.header("x-kong-upstream-latency")).hasValue("0");
      assertThat(answer.header("x-kong-proxy-latency")).isPresent();
      assertThat(answer.header("x-kong-response-latency")).isEmpty();
      assertThat(answer.header("content-type")).hasValue("text/plain; charset=UTF-8");
      assertThat(target.requests()).isEmpty();
    }
  }

  @Test
  void an_answer_of_the_plugins_own_does_not() {
    Reply own = new Reply.Exit(200, List.of(), new byte[0]);
    try (GatewayFixture gateway = with(answering(own));
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("via")).isEmpty();
      assertThat(answer.header("x-kong-upstream-latency")).isEmpty();
      assertThat(answer.header("x-kong-response-latency")).isPresent();
    }
  }

  @Test
  void a_filter_that_only_looks_leaves_the_length_as_it_is() {
    StringBuilder seen = new StringBuilder();
    try (GatewayFixture gateway = with(filtering(new Looking(seen)));
        RawClient client = gateway.connect()) {
      RawClient.Answer answer =
          client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody").answer();
      assertThat(answer.header("content-length")).hasValue(Integer.toString(answer.body().length));
      assertThat(answer.header("transfer-encoding")).isEmpty();
      assertThat(seen.toString()).isEqualTo(answer.text()).endsWith("body");
    }
  }

  @Test
  void a_filter_that_changes_makes_the_length_unknown() {
    BodyFilter changing = (chunk, last, out) -> {};
    StringBuilder seen = new StringBuilder();
    try (GatewayFixture gateway = with(filtering(new Looking(seen)), filtering(changing));
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("content-length")).isEmpty();
      assertThat(answer.header("transfer-encoding")).hasValue("chunked");
      assertThat(answer.body()).isEmpty();
    }
  }

  private record Looking(StringBuilder seen) implements BodyFilter {
    @Override
    public void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out) {
      seen.append(StandardCharsets.ISO_8859_1.decode(chunk.duplicate()));
      out.accept(chunk.duplicate());
    }

    @Override
    public boolean keepsLength() {
      return true;
    }
  }

  private static PluginHandler answering(Reply reply) {
    return new PluginHandler() {
      @Override
      public Reply access(Exchange exchange) {
        return reply;
      }
    };
  }

  private static PluginHandler filtering(BodyFilter filter) {
    return new PluginHandler() {
      @Override
      public BodyFilter bodyFilter(Exchange exchange) {
        return filter;
      }
    };
  }

  private GatewayFixture with(PluginHandler... handlers) {
    GatewayFixture.Builder builder = GatewayFixture.gateway().service("s", target).route("s", "/");
    for (PluginHandler handler : handlers) {
      builder.plugin(handler);
    }
    return builder.start();
  }
}
