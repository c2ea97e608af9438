package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.testkit.Certificates;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import io.portcullis.proxy.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which protocol a TLS connection speaks. */
class AlpnTest {
  private static final Certificates CERTIFICATES = Certificates.forHost("localhost");
  private static final EchoTarget TARGET = EchoTarget.start();

  @AfterAll
  static void stop() {
    TARGET.close();
  }

  private static GatewayFixture gateway(boolean http2) {
    return GatewayFixture.gateway()
        .service("s", TARGET)
        .route("s", "/")
        .tls(CERTIFICATES.server())
        .settings(s -> s.withHttp2(http2))
        .start();
  }

  @Test
  void speaks_http_2_with_those_who_offer_it() throws Exception {
    try (GatewayFixture gateway = gateway(true)) {
      SSLSocket socket = connect(gateway.tlsPort(), "http/1.1", "h2");
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      try (Http2Client client = Http2Client.over(socket)) {
        assertThat(client.greet().get(1, "/tls").answer(1).text()).startsWith("GET /tls ");
        assertThat(TARGET.lastRequest().header("x-forwarded-proto")).isEqualTo("https");
      }
    }
  }

  @Test
  void speaks_http_1_with_those_who_offer_that_or_nothing() throws Exception {
    try (GatewayFixture gateway = gateway(true)) {
      SSLSocket socket = connect(gateway.tlsPort(), "http/1.1");
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      try (RawClient client = RawClient.over(socket)) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      try (RawClient client = RawClient.over(connect(gateway.tlsPort()))) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void fails_the_handshake_of_those_who_offer_only_other_protocols() {
    try (GatewayFixture gateway = gateway(true)) {
      assertThatThrownBy(() -> connect(gateway.tlsPort(), "spdy/3"))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("no_application_protocol");
    }
  }

  @Test
  void offers_no_http_2_when_it_is_off() throws Exception {
    try (GatewayFixture gateway = gateway(false)) {
      try (SSLSocket socket = connect(gateway.tlsPort(), "h2", "http/1.1")) {
        assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      }
      assertThatThrownBy(() -> connect(gateway.tlsPort(), "h2"))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("no_application_protocol");
    }
  }

  @Test
  void ends_a_connection_that_agreed_on_http_2_and_speaks_something_else() throws Exception {
    try (GatewayFixture gateway = gateway(true);
        Http2Client client = Http2Client.over(connect(gateway.tlsPort(), "h2"))) {
      client.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void ends_a_handshake_that_does_not_come_to_an_end() throws Exception {
    ClientLimits usual = ClientLimits.DEFAULT;
    ClientLimits impatient =
        new ClientLimits(
            usual.headSize(),
            Duration.ofMillis(200),
            usual.bodyTimeout(),
            usual.bodyRate(),
            usual.sendTimeout(),
            usual.keepAliveTimeout(),
            usual.lingerTimeout(),
            usual.messageSize());
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .tls(CERTIFICATES.server())
                .settings(s -> s.withClient(impatient))
                .start();
        RawClient silent = RawClient.connect(gateway.tlsPort());
        RawClient halfway = RawClient.connect(gateway.tlsPort());
        SSLSocket done = connect(gateway.tlsPort(), "h2")) {
      // The first octets of a ClientHello that goes on.
      halfway.send(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
      assertThat(silent.isClosedByPeer()).isTrue();
      assertThat(halfway.isClosedByPeer()).isTrue();
      assertThat(done.getInputStream().read()).isNegative();
    }
  }

  @Test
  void serves_the_client_of_the_jdk() throws Exception {
    byte[] large = new byte[1_500_000];
    new java.util.Random(7).nextBytes(large);
    try (GatewayFixture gateway = gateway(true);
        HttpClient client = HttpClient.newBuilder().sslContext(CERTIFICATES.trusting()).build()) {
      URI uri = URI.create("https://localhost:" + gateway.tlsPort() + "/jdk");
      List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(uri)
                .header("x-number", "" + i)
                .POST(HttpRequest.BodyPublishers.ofByteArray(large))
                .build();
        answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
      }
      for (CompletableFuture<HttpResponse<byte[]>> future : answers) {
        HttpResponse<byte[]> answer = future.join();
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(200);
        byte[] body = answer.body();
        assertThat(java.util.Arrays.copyOfRange(body, body.length - large.length, body.length))
            .isEqualTo(large);
      }
    }
  }

  private static SSLSocket connect(int port, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            CERTIFICATES
                .trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("localhost")));
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }
}
