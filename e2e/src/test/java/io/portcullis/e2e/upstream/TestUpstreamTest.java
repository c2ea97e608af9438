package io.portcullis.e2e.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TestUpstreamTest {
  private final TestUpstream upstream = TestUpstream.start(0);

  @AfterEach
  void stop() {
    upstream.close();
  }

  @Test
  void tells_what_it_received() throws IOException {
    WireAnswer answer =
        ask(
            new WireRequest(
                "POST",
                "/a%20b?c=d",
                List.of(
                    Map.entry("Host", "one.test"),
                    Map.entry("X-Two", "1"),
                    Map.entry("x-two", "2"),
                    Map.entry("Content-Length", "3")),
                "abc".getBytes(StandardCharsets.UTF_8)));
    JsonNode seen = JsonMapper.shared().readTree(answer.body());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(seen.path("target").asString()).isEqualTo("/a%20b?c=d");
    assertThat(seen.path("body").asString()).isEqualTo("abc");
    assertThat(seen.path("h").path("host").asString()).isEqualTo("one.test");
    assertThat(seen.path("h").path("x-two").toString()).isEqualTo("[\"1\",\"2\"]");
  }

  @Test
  void answers_as_the_request_directs() throws IOException {
    WireAnswer answer = directed("status=418;h=X-A:b;ct=text/plain;body=tea%3b;chunked");
    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.header("x-a")).containsExactly("b");
    assertThat(answer.header("content-type")).containsExactly("text/plain");
    assertThat(answer.header("transfer-encoding")).containsExactly("chunked");
    assertThat(answer.text()).isEqualTo("tea;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "big=70000",
        "big=70000;chunked",
        "big=70000;trailers",
        "big=70000;http10",
        "big=70000;early=103"
      })
  void sends_a_big_body_in_any_framing(String directives) throws IOException {
    assertThat(directed(directives).body()).hasSize(70_000);
  }

  @Test
  void breaks_off_as_directed() {
    assertThatThrownBy(() -> directed("mid")).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> directed("close")).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> directed("reset")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> directed("bad")).hasMessageContaining("not a status line");
  }

  @Test
  void sends_events() throws IOException {
    assertThat(directed("sse=2,0.01").text())
        .isEqualTo(
            "id: 0\nevent: tick\ndata: {\"n\":0}\n\nid: 1\nevent: tick\ndata: {\"n\":1}\n\n");
  }

  @Test
  void echoes_frames_and_answers_pings() throws IOException {
    try (WireConnection connection = WireConnection.open(upstream.port(), Duration.ofSeconds(5))) {
      WireAnswer answer =
          connection.exchange(
              WireRequest.get("/", "ws.test")
                  .with("Connection", "Upgrade")
                  .with("Upgrade", "websocket")
                  .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.header("Sec-WebSocket-Accept"))
          .containsExactly("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      String text = "hello ".repeat(100);
      connection.sendText(text);
      assertThat(connection.readFrame())
          .isEqualTo(WebSocketFrame.text(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void remembers_requests_and_forces_answers() throws IOException {
    ask(WireRequest.get("/a?x=1", "one.test"));
    ask(
        new WireRequest(
            "POST",
            "/__up__/mode?status=503&path=/b",
            List.of(Map.entry("Host", "u")),
            new byte[0]));
    assertThat(ask(WireRequest.get("/b", "one.test")).status()).isEqualTo(503);
    assertThat(ask(WireRequest.get("/a", "one.test")).status()).isEqualTo(200);
    assertThat(ask(WireRequest.get("/__up__/count", "u")).text())
        .isEqualTo("{\"count\": 3, \"paths\": {\"/a\": 2, \"/b\": 1}}");
    ask(new WireRequest("POST", "/__up__/reset", List.of(Map.entry("Host", "u")), new byte[0]));
    assertThat(ask(WireRequest.get("/__up__/log", "u")).text()).isEqualTo("[]");
  }

  private WireAnswer directed(String directives) throws IOException {
    return ask(WireRequest.get("/", "up.test").with("X-Up", directives));
  }

  private WireAnswer ask(WireRequest request) throws IOException {
    try (WireConnection connection = WireConnection.open(upstream.port(), Duration.ofSeconds(5))) {
      return connection.exchange(request);
    }
  }
}
