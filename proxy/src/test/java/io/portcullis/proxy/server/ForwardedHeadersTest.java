package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.EchoTarget.Received;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The header lines that targets get. */
class ForwardedHeadersTest {
  private final EchoTarget target = EchoTarget.start();
  private final GatewayFixture gateway =
      GatewayFixture.gateway()
          .service("s", target)
          .route("s", "/")
          .route("s", stored -> {}, "/stripped")
          .route("s", stored -> stored.put("preserve_host", true), "/preserved")
          .start();

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
  }

  @Test
  void tells_of_the_client_and_of_itself() {
    Received seen = get("/t/x?y=1", "");
    Map<String, String> headers = new java.util.TreeMap<>(seen.headers());
    assertThat(headers.remove("x-kong-request-id")).matches("[0-9a-f]{32}");
    assertThat(headers)
        .isEqualTo(
            Map.of(
                "host", "127.0.0.1:" + target.port(),
                "connection", "keep-alive",
                "via", "1.1 kong/3.9.1",
                "x-forwarded-for", "127.0.0.1",
                "x-real-ip", "127.0.0.1",
                "x-forwarded-proto", "http",
                "x-forwarded-host", "gw.test",
                "x-forwarded-port", Integer.toString(gateway.port()),
                "x-forwarded-path", "/t/x"));
  }

  @Test
  void names_the_stripped_prefix() {
    assertThat(get("/stripped/a", "").header("x-forwarded-prefix")).isEqualTo("/stripped");
    assertThat(get("/other", "X-Forwarded-Prefix: /mine\r\n").header("x-forwarded-prefix"))
        .isNull();
  }

  @Test
  void keeps_the_clients_host_when_the_route_says_so() {
    assertThat(get("/preserved", "").header("host")).isEqualTo("Gw.test:8000");
  }

  @Test
  void does_not_believe_a_peer_that_is_not_trusted() {
    Received seen =
        get(
            "/",
            "X-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
                + "X-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Path: /evil\r\n");
    assertThat(seen.header("x-forwarded-for")).isEqualTo("1.2.3.4, 127.0.0.1");
    assertThat(seen.header("x-real-ip")).isEqualTo("127.0.0.1");
    assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
    assertThat(seen.header("x-forwarded-host")).isEqualTo("gw.test");
    assertThat(seen.header("x-forwarded-path")).isEqualTo("/");
  }

  @Test
  void believes_a_trusted_peer() {
    TrustedPeers peers = TrustedPeers.of(List.of("127.0.0.0/8"));
    try (GatewayFixture trusting =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .settings(s -> s.withGateway(s.gateway().withTrusted(peers, "x-forwarded-for")))
                .start();
        RawClient client = trusting.connect()) {
      client
          .send(
              "GET / HTTP/1.1\r\nHost: gw.test\r\nX-Forwarded-For: 9.9.9.9, 1.2.3.4\r\n"
                  + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: fwd\r\nX-Forwarded-Port: 1\r\n"
                  + "X-Forwarded-Path: /f\r\nX-Forwarded-Prefix: /p\r\n\r\n")
          .answer();
      Received seen = target.lastRequest();
      assertThat(seen.header("x-forwarded-for")).isEqualTo("9.9.9.9, 1.2.3.4, 127.0.0.1");
      assertThat(seen.header("x-real-ip")).isEqualTo("1.2.3.4");
      assertThat(seen.header("x-forwarded-proto")).isEqualTo("https");
      assertThat(seen.header("x-forwarded-host")).isEqualTo("fwd");
      assertThat(seen.header("x-forwarded-port")).isEqualTo("1");
      assertThat(seen.header("x-forwarded-path")).isEqualTo("/f");
      assertThat(seen.header("x-forwarded-prefix")).isEqualTo("/p");
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: rubbish\r\n\r\n").answer();
      assertThat(target.lastRequest().header("x-real-ip")).isEqualTo("127.0.0.1");
      assertThat(target.lastRequest().header("x-forwarded-for")).isEqualTo("rubbish, 127.0.0.1");
    }
  }

  @Test
  void drops_what_ends_at_this_connection() {
    Received seen =
        get(
            "/",
            "Connection: keep-alive, X-Drop, X-Forwarded-For\r\nX-Drop: 1\r\nX-Keep: 2\r\n"
                + "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nProxy: x\r\n"
                + "Upgrade: foo/1\r\nTE: gzip, trailers;q=0.5\r\n");
    assertThat(seen.header("x-drop")).isNull();
    assertThat(seen.header("keep-alive")).isNull();
    assertThat(seen.header("proxy-connection")).isNull();
    assertThat(seen.header("proxy")).isNull();
    assertThat(seen.header("upgrade")).isNull();
    assertThat(seen.header("te")).isNull();
    assertThat(seen.header("connection")).isEqualTo("keep-alive");
    assertThat(seen.header("x-keep")).isEqualTo("2");
    assertThat(seen.header("x-forwarded-for")).isEqualTo("127.0.0.1");
  }

  @Test
  void keeps_what_passes_through() {
    Received seen =
        get(
            "/",
            "TE: trailers\r\n"
                + "Proxy-Authorization: Basic eDp5\r\n"
                + "Trailer: X-T\r\n"
                + "Via: 1.0 fred\r\n"
                + "X-Kong-Request-Id: mine\r\n"
                + "X-Dup: 1\r\n"
                + "X-Dup: 2\r\n"
                + "X-Utf8: \u00c3\u00a9\r\n"
                + "X-Empty:\r\n");
    assertThat(seen.header("te")).isEqualTo("trailers");
    assertThat(seen.header("proxy-authorization")).isEqualTo("Basic eDp5");
    assertThat(seen.header("trailer")).isEqualTo("X-T");
    assertThat(seen.header("via")).isEqualTo("1.0 fred, 1.1 kong/3.9.1");
    assertThat(seen.header("x-kong-request-id")).matches("[0-9a-f]{32}");
    assertThat(seen.header("x-dup")).isEqualTo("1\n2");
    assertThat(seen.header("x-utf8")).isEqualTo("\u00c3\u00a9");
    assertThat(seen.header("x-empty")).isEmpty();
  }

  @Test
  void escapes_the_path_and_leaves_the_query_alone() {
    assertThat(get("/a%41{b}//c/./d?x=%41&y=a|b", "").target())
        .isEqualTo("/aA%7Bb%7D/c/d?x=%41&y=a|b");
    assertThat(get("/a?", "").target()).isEqualTo("/a?");
  }

  private Received get(String path, String lines) {
    try (RawClient client = gateway.connect()) {
      String host = path.startsWith("/preserved") ? "Gw.test:8000" : "Gw.test";
      client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n").answer();
      return target.lastRequest();
    }
  }
}
