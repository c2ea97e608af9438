package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.proxy.testkit.Certificates;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** TLS towards clients and towards targets. */
class TlsTest {
  private static final Certificates CERTIFICATES = Certificates.forHost("secure.test");

  @Test
  void serves_clients_over_tls() throws Exception {
    List<ExchangeLog.Tls> seen = new CopyOnWriteArrayList<>();
    EchoTarget target = EchoTarget.start();
    try (target;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", "/")
                .tls(CERTIFICATES.server())
                .accessLog(entry -> seen.add(entry.tls()))
                .start();
        RawClient client = RawClient.over(connect(gateway.tlsPort(), "secure.test"))) {
      for (int i = 0; i < 3; i++) {
        client.send("POST /t HTTP/1.1\r\nHost: secure.test\r\nContent-Length: 4\r\n\r\n");
        assertThat(client.send("body").answer().text()).endsWith("body");
      }
      assertThat(target.lastRequest().header("x-forwarded-proto")).isEqualTo("https");
      assertThat(target.lastRequest().header("x-forwarded-port")).isEqualTo("" + gateway.tlsPort());
      assertThat(seen.getFirst().version()).isEqualTo("TLSv1.3");
      assertThat(seen.getFirst().cipher()).startsWith("TLS_");
    }
  }

  @Test
  void relays_large_bodies_over_tls_on_both_sides() throws Exception {
    byte[] body = new byte[3_000_000];
    new java.util.Random(1).nextBytes(body);
    EchoTarget target =
        EchoTarget.startTls(CERTIFICATES.server())
            .script(
                conversation -> {
                  EchoTarget.Received request = conversation.readRequest();
                  conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n");
                  conversation.write(request.body());
                  conversation.read();
                });
    try (target;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", "https://127.0.0.1:" + target.port(), _ -> {})
                .route("s", "/")
                .tls(CERTIFICATES.server())
                .start();
        RawClient client = RawClient.over(connect(gateway.tlsPort(), "secure.test"))) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n").send(body);
      assertThat(client.answer().body()).isEqualTo(body);
    }
  }

  @Test
  void takes_any_certificate_of_a_target_unless_told_to_verify() {
    Certificates others = Certificates.forHost("other.test");
    EchoTarget target = EchoTarget.startTls(CERTIFICATES.server());
    try (target;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .name("secure.test", "127.0.0.1")
                .name("wrong.test", "127.0.0.1")
                .service("any", "https://wrong.test:" + target.port(), _ -> {})
                .service(
                    "verified",
                    "https://secure.test:" + target.port(),
                    stored -> stored.put("tls_verify", true).put("retries", 0))
                .service(
                    "wrong",
                    "https://wrong.test:" + target.port(),
                    stored -> stored.put("tls_verify", true).put("retries", 0))
                .route("any", "/any")
                .route("verified", "/verified")
                .route("wrong", "/wrong")
                .settings(s -> s.withTrust(CERTIFICATES.trusting()))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.get("/any").status()).isEqualTo(200);
      assertThat(client.get("/any").status()).isEqualTo(200);
      assertThat(client.get("/verified").status()).isEqualTo(200);
      assertThat(client.get("/verified").status()).isEqualTo(200);
      assertThat(client.get("/wrong").status()).isEqualTo(502);
      assertThat(target.connections()).isEqualTo(3);
    }
    EchoTarget stranger = EchoTarget.startTls(others.server());
    try (stranger;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .name("other.test", "127.0.0.1")
                .service(
                    "s",
                    "https://other.test:" + stranger.port(),
                    stored -> stored.put("tls_verify", true).put("retries", 0))
                .route("s", "/")
                .settings(s -> s.withTrust(CERTIFICATES.trusting()))
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(502);
    }
  }

  @Test
  void answers_502_when_the_target_speaks_no_tls() {
    EchoTarget target =
        EchoTarget.start().script(conversation -> conversation.write("HTTP/1.1 400 No\r\n\r\n"));
    try (target;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service(
                    "s", "https://127.0.0.1:" + target.port(), stored -> stored.put("retries", 0))
                .route("s", "/")
                .start();
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(502);
    }
  }

  @Test
  void sends_clear_text_requests_for_https_routes_away() {
    EchoTarget target = EchoTarget.start();
    try (target;
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("s", target)
                .route("s", stored -> stored.putArray("protocols").add("https"), "/sec")
                .route(
                    "s",
                    stored ->
                        stored
                            .put("https_redirect_status_code", 301)
                            .putArray("protocols")
                            .add("https"),
                    "/moved")
                .start();
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/sec");
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.text()).contains("Please use HTTPS protocol");
      assertThat(answer.header("upgrade")).hasValue("TLS/1.2, HTTP/1.1");
      assertThat(answer.headers("connection")).containsExactly("Upgrade", "keep-alive");
      RawClient.Answer moved = client.get("/moved/x?y=z");
      assertThat(moved.status()).isEqualTo(301);
      assertThat(moved.header("location")).hasValue("https://gw.test/moved/x?y=z");
      assertThat(moved.header("x-kong-response-latency")).isPresent();
    }
  }

  private static SSLSocket connect(int port, String name) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            CERTIFICATES
                .trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
