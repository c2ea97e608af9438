package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Framing of answers and the header lines that clients get. */
class AnswersTest {
  private static final String DEBUGGED = "GET / HTTP/1.1\r\nHost: a\r\nKong-Debug: 1\r\n\r\n";

  private final EchoTarget target = EchoTarget.start();
  private final GatewayFixture gateway = GatewayFixture.forwardingTo(target);

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
  }

  @Test
  void tells_the_length_of_what_a_head_request_does_not_get() {
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").answerToHead();
      assertThat(Integer.parseInt(answer.header("content-length").orElseThrow())).isPositive();
      assertThat(client.get("/next").text()).startsWith("GET /next ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void expects_no_body_of_such_an_answer(int status) {
    target.answers("HTTP/1.1 " + status + " X\r\nX-Own: 1\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        RawClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("x-own")).hasValue("1");
        assertThat(answer.header("transfer-encoding")).isEmpty();
        assertThat(answer.header("content-length")).isEmpty();
      }
    }
    assertThat(target.connections()).isEqualTo(1);
  }

  @Test
  void relays_early_hints_before_the_answer() {
    target.answers(
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
            + "HTTP/1.1 100 Continue\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer hints = client.get("/");
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.header("link")).hasValue("</a.css>; rel=preload");
      assertThat(client.answer().text()).isEqualTo("ok");
      // HTTP/1.0 knows no informational answers.
      assertThat(client.send("GET / HTTP/1.0\r\n\r\n").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void serves_http_1_0() {
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.send("GET / HTTP/1.0\r\n\r\n").answer();
      assertThat(answer.text()).isEqualTo("ok");
      assertThat(answer.header("connection")).hasValue("close");
      assertThat(client.isClosedByPeer()).isTrue();
    }
    try (RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.answer().header("connection")).hasValue("keep-alive");
      }
    }
  }

  @Test
  void delimits_an_answer_without_length_by_closing_for_http_1_0() {
    target.answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer =
          client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer();
      assertThat(answer.header("transfer-encoding")).isEmpty();
      assertThat(answer.text()).isEqualTo("ok");
    }
  }

  @Test
  void closes_when_the_client_asks_for_it() {
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.answer().header("connection")).hasValue("close");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void answers_pipelined_requests_in_order() {
    try (RawClient client = gateway.connect()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        requests
            .append("POST /p")
            .append(i)
            .append(" HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      }
      client.send(requests.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.answer().text()).startsWith("GET /" + i + " ");
        assertThat(client.answer().text()).startsWith("POST /p" + i + " ").endsWith("body");
      }
    }
  }

  @Test
  void adds_the_lines_of_a_proxied_answer() {
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("server")).hasValue("kong/3.9.1");
      assertThat(answer.header("via")).hasValue("1.1 kong/3.9.1");
      assertThat(answer.header("x-kong-upstream-latency").orElseThrow()).matches("\\d+");
      assertThat(answer.header("x-kong-proxy-latency").orElseThrow()).matches("\\d+");
      assertThat(answer.header("x-kong-request-id").orElseThrow()).matches("[0-9a-f]{32}");
      assertThat(answer.header("x-kong-response-latency")).isEmpty();
      assertThat(answer.header("x-kong-upstream-status")).isEmpty();
      assertThat(answer.header("date").orElseThrow()).endsWith(" GMT");
    }
  }

  @Test
  void keeps_the_targets_own_server_date_and_via() {
    target.answers(
        "HTTP/1.1 200 OK\r\n"
            + "Server: own\r\n"
            + "Date: then\r\n"
            + "Via: 1.0 fred\r\n"
            + "Content-Length: 0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.headers("server")).containsExactly("own");
      assertThat(answer.headers("date")).containsExactly("then");
      assertThat(answer.headers("via")).containsExactly("1.0 fred, 1.1 kong/3.9.1");
    }
  }

  @Test
  void keeps_the_targets_connection_lines_to_itself() {
    target.answers(
        "HTTP/1.1 200 OK\r\n"
            + "Connection: keep-alive, X-Gone\r\n"
            + "X-Gone: 1\r\n"
            + "X-Stay: 2\r\n"
            + "Keep-Alive: timeout=9\r\n"
            + "Upgrade: h2c\r\n"
            + "Proxy-Authenticate: x\r\n"
            + "Content-Length: 0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("x-gone")).isEmpty();
      assertThat(answer.header("keep-alive")).isEmpty();
      assertThat(answer.header("upgrade")).isEmpty();
      assertThat(answer.headers("connection")).containsExactly("keep-alive");
      assertThat(answer.header("x-stay")).hasValue("2");
      assertThat(answer.header("proxy-authenticate")).hasValue("x");
    }
  }

  @Test
  void relays_repeated_empty_and_oddly_spelled_lines() {
    target.answers(
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nWWW-Authenticate: Bearer\r\nX-Empty:\r\n"
            + "x-LowerCase: 1\r\nX_Under: 2\r\nContent-Length: 0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.headers("www-authenticate")).containsExactly("Basic", "Bearer");
      assertThat(answer.header("x-empty")).hasValue("");
      assertThat(answer.header("x-lowercase")).hasValue("1");
      assertThat(answer.header("x_under")).hasValue("2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html|text/html; charset=UTF-8",
        "text/plain|text/plain; charset=UTF-8",
        "application/javascript|application/javascript; charset=UTF-8",
        "text/html; charset=latin1|text/html; charset=latin1",
        "application/json|application/json",
        "image/png|image/png"
      })
  void completes_a_text_type_without_charset(String sent, String received) {
    target.answers("HTTP/1.1 200 OK\r\nContent-Type: " + sent + "\r\nContent-Length: 0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").headers("content-type")).containsExactly(received);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 226, 299, 418, 600, 799, 999})
  void relays_any_status(int status) {
    target.answers("HTTP/1.1 " + status + " Odd Reason\r\nContent-Length: 0\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(status);
    }
  }

  @Test
  void adds_nothing_when_the_headers_setting_is_off() {
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    try (GatewayFixture silent =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(s -> s.withGateway(s.gateway().withHeaders(HeaderTokens.OFF)))
                .start();
        RawClient client = silent.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.headers().stream().map(java.util.Map.Entry::getKey))
          .containsExactlyInAnyOrder("content-length", "date", "connection");
    }
  }

  @Test
  void tells_the_upstream_status_when_asked_to() {
    target.answers("HTTP/1.1 418 X\r\nContent-Length: 0\r\n\r\n");
    HeaderTokens tokens = HeaderTokens.parse("server_tokens, X-Kong-Upstream-Status");
    try (GatewayFixture telling =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(s -> s.withGateway(s.gateway().withHeaders(tokens)))
                .start();
        RawClient client = telling.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("x-kong-upstream-status")).hasValue("418");
      assertThat(answer.header("x-kong-request-id")).isEmpty();
      assertThat(answer.header("via")).isPresent();
    }
  }

  @Test
  void tells_nothing_of_its_route_and_times_unless_that_is_allowed() {
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.send(DEBUGGED).answer();
      assertThat(answer.header("server-timing")).isEmpty();
      assertThat(answer.header("kong-route-id")).isEmpty();
    }
  }

  @Test
  void tells_its_route_and_how_long_each_step_took_where_that_is_allowed_and_asked_for() {
    try (GatewayFixture telling =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(s -> s.withGateway(s.gateway().withDebugHeader(true)))
                .start();
        RawClient client = telling.connect()) {
      assertThat(client.get("/").header("server-timing")).isEmpty();
      RawClient.Answer answer = client.send(DEBUGGED).answer();
      assertThat(answer.header("kong-route-id")).isPresent();
      assertThat(answer.header("kong-service-id")).isPresent();
      String number = "\\d+\\.\\d{3}";
      assertThat(answer.header("server-timing").orElseThrow())
          .matches(
              "rewrite;dur=N, route;dur=N, access;dur=N, connect;dur=N, upstream;dur=N, header_filter;dur=N"
                  .replace("N", number));
    }
  }
}
