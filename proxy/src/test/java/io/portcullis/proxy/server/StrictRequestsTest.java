package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that could be understood in two ways reaches a target (RFC 9112). */
class StrictRequestsTest {
  private static EchoTarget target;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() {
    target = EchoTarget.start();
    gateway = GatewayFixture.forwardingTo(target);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    target.close();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        line(
            "Content-Length beside Transfer-Encoding",
            400,
            "POST / HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Content-Length: 3\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n"),
        line(
            "two different Content-Lengths",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        line(
            "the same Content-Length twice",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        line(
            "a list of Content-Lengths",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc"),
        line(
            "a Content-Length with a sign",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"),
        line(
            "an empty Content-Length",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
        line(
            "a Content-Length beyond any body",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n"),
        line(
            "an unknown transfer coding",
            501,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx"),
        line(
            "a transfer coding that only looks like chunked",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        line(
            "chunked that is not the last coding",
            400,
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        line(
            "chunked twice",
            400,
            "POST / HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Transfer-Encoding: chunked\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n"),
        line(
            "a transfer coding in HTTP/1.0",
            400,
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        line("bare LF", 400, "GET / HTTP/1.1\nHost: a\n\n"),
        line("bare LF after a header line", 400, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        line("bare CR", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"),
        line("a folded line", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
        line("a folded first line", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        line("a space before the colon", 400, "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"),
        line("a line without colon", 400, "GET / HTTP/1.1\r\nHost: a\r\nXfoo\r\n\r\n"),
        line("a line without name", 400, "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        line("NUL in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
        line("NUL in a name", 400, "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"),
        line(
            "a control character in a value",
            400,
            "GET / HTTP/1.1\r\nHost: a\r\nX: b\u0001\r\n\r\n"),
        line("DEL in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: b\u007f\r\n\r\n"),
        line("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
        line("two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        line("a Host with a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        line("a Host with user information", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        line("a Host with a space", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        line("two spaces in the request line", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("a tab in the request line", 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("a space in the target", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("a fragment in the target", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("no version", 400, "GET /\r\n\r\n"),
        line("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        line("HTTP/9.9", 505, "GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
        line("HTTP/01.1", 400, "GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
        line("a method in lower case", 400, "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("TRACE", 405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("CONNECT", 405, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
        line("OPTIONS of the server as a whole", 400, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("a path that leaves the root", 400, "GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n"),
        line(
            "a path that leaves the root in disguise",
            400,
            "GET /a/%2e%2e/%2E./etc HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("an encoded NUL in the path", 400, "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("a broken escape in the path", 400, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
        line("a target that is no path", 400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        line(
            "an absolute target with user information",
            400,
            "GET http://u@b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        line(
            "an expectation that is not known",
            417,
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nContent-Length: 1\r\n\r\nx"),
        line(
            "a head of more than 32 KiB",
            431,
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"),
        line(
            "a request line of more than 32 KiB",
            431,
            "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  static Stream<Arguments> brokenChunks() {
    String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    return Stream.of(
        line("a chunk size that is no number", 400, head + "zz\r\nhello\r\n0\r\n\r\n"),
        line("a chunk size that overflows", 400, head + "10000000000000003\r\nabc\r\n0\r\n\r\n"),
        line("a chunk size with a sign", 400, head + "-1\r\nabc\r\n0\r\n\r\n"),
        line("a chunk size with a prefix", 400, head + "0x3\r\nabc\r\n0\r\n\r\n"),
        line("an empty chunk size", 400, head + "\r\nabc\r\n0\r\n\r\n"),
        line("bare LF after a chunk size", 400, head + "3\nabc\n0\n\n"),
        line("a chunk longer than its size", 400, head + "3\r\nabcXX0\r\n\r\n"),
        line("bare LF in the trailers", 400, head + "0\r\nX: a\n\r\n"),
        line("Content-Length in the trailers", 400, head + "0\r\nContent-Length: 3\r\n\r\n"),
        line("a control character in a chunk extension", 400, head + "3;a=\0\r\nabc\r\n0\r\n\r\n"));
  }

  @ParameterizedTest(name = "refuses {0}")
  @MethodSource("refused")
  void refuses(String what, int status, String request) {
    int before = target.requests().size();
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.send(request).answer();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("content-type")).hasValue("text/plain; charset=utf-8");
      assertThat(answer.text()).containsPattern("\nrequest_id: [0-9a-f]{32}\n$");
      boolean understood =
          status == 405 || answer.header("connection").orElse("").equals("keep-alive");
      if (!understood) {
        assertThat(client.isClosedByPeer()).isTrue();
      }
    }
    assertThat(target.requests()).hasSize(before);
  }

  @ParameterizedTest(name = "refuses {0}")
  @MethodSource("brokenChunks")
  void refuses_broken_chunks(String what, int status, String request) {
    int before = target.requests().size();
    try (RawClient client = gateway.connect()) {
      assertThat(client.send(request).answer().status()).isEqualTo(status);
      assertThat(client.isClosedByPeer()).isTrue();
    }
    assertThat(target.requests()).hasSize(before);
  }

  @Test
  void answers_as_kong_does_with_its_lines_and_a_page_in_plain_text() {
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.send("GET / HTTP/1.1\r\n\r\n").answer();
      assertThat(answer.text()).matches("Bad request\nrequest_id: [0-9a-f]{32}\n");
      assertThat(answer.header("content-length")).hasValue("57");
      assertThat(answer.header("x-kong-response-latency")).isPresent();
      assertThat(answer.header("server")).hasValue("kong/3.9.1");
      assertThat(answer.header("x-kong-request-id"))
          .hasValueSatisfying(id -> assertThat(answer.text()).contains(id));
      assertThat(answer.header("connection")).hasValue("close");
    }
  }

  @Test
  void does_not_serve_what_follows_a_request_that_it_refused() {
    int before = target.requests().size();
    try (RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.isClosedByPeer()).isTrue();
    }
    assertThat(target.requests()).hasSize(before);
  }

  @Test
  void leaves_out_header_lines_with_unusual_names_as_kong_does() {
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX.Dot: 1\r\nx_under: 2\r\nX-1: 3\r\n\r\n").answer();
    }
    assertThat(target.lastRequest().header("x.dot")).isNull();
    assertThat(target.lastRequest().header("x_under")).isEqualTo("2");
    assertThat(target.lastRequest().header("x-1")).isEqualTo("3");
  }

  @Test
  void ignores_an_empty_line_before_a_request() {
    try (RawClient client = gateway.connect()) {
      assertThat(client.send("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void understands_a_head_that_comes_octet_by_octet() {
    try (RawClient client = gateway.connect()) {
      for (char octet : "GET /slow HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n".toCharArray()) {
        client.send(String.valueOf(octet));
      }
      assertThat(client.answer().text()).startsWith("GET /slow ").contains("X-Y: z\r\n");
    }
  }

  @Test
  void takes_the_authority_of_an_absolute_target_instead_of_host() {
    try (RawClient client = gateway.connect()) {
      client.send("GET http://Abs.test:81/p?q HTTP/1.1\r\nHost: gw.test\r\n\r\n").answer();
    }
    assertThat(target.lastRequest().target()).isEqualTo("/p?q");
    assertThat(target.lastRequest().header("x-forwarded-host")).isEqualTo("abs.test");
  }

  private static Arguments line(String what, int status, String request) {
    return Arguments.of(what, status, request);
  }
}
