package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import io.portcullis.proxy.testkit.Http2Target;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What gRPC clients hear when it is not the target that answers. */
final class GrpcErrorsTest {
  private static Http2Client ask(Http2Client client, int stream, String path, String... more) {
    return client.post(stream, path, with(more)).data(stream, true, "\0\0\0\0\0");
  }

  private static String[] with(String... more) {
    String[] all = new String[more.length + 4];
    all[0] = "content-type";
    all[1] = "application/grpc";
    all[2] = "te";
    all[3] = "trailers";
    System.arraycopy(more, 0, all, 4, more.length);
    return all;
  }

  private static Http2Client.Answer answer(GatewayFixture gateway, String path) {
    try (Http2Client client = Http2Client.connect(gateway.port())) {
      return ask(client, 1, path).answer(1);
    }
  }

  private static void says(Http2Client.Answer answer, int status, int code, String message) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("grpc-status")).isEqualTo(Integer.toString(code));
    assertThat(answer.header("grpc-message")).isEqualTo(message);
    assertThat(answer.header("content-type")).isEqualTo("application/grpc");
    assertThat(answer.body()).isEmpty();
  }

  private static PluginHandler answering(Function<Exchange, Reply> access) {
    return new PluginHandler() {
      @Override
      public Reply access(Exchange exchange) {
        return access.apply(exchange);
      }
    };
  }

  @Test
  void a_path_that_no_route_takes_is_not_found() {
    try (GatewayFixture gateway = GrpcTest.gateway(1)) {
      says(answer(gateway, "/other.Service/Call"), 404, 5, "NotFound");
    }
  }

  @Test
  void a_plugins_refusal_comes_as_a_status_of_grpc() {
    try (GatewayFixture gateway =
        GrpcTest.builder(1)
            .plugin(answering(_ -> Reply.refuse(403, "IP address not allowed: 1.2.3.4")))
            .start()) {
      says(answer(gateway, "/test.Echo/Unary"), 403, 7, "PermissionDenied");
    }
  }

  @Test
  void a_plugins_answer_gives_its_message_and_keeps_its_lines() {
    try (GatewayFixture gateway =
        GrpcTest.builder(1)
            .plugin(
                answering(
                    _ ->
                        Reply.exit(
                            401,
                            "{\"message\":\"No \\\"mandatory\\\" claim 100%\"}",
                            new Reply.HeaderLine("www-authenticate", "Bearer"))))
            .start()) {
      Http2Client.Answer answer = answer(gateway, "/test.Echo/Unary");
      says(answer, 401, 16, "No \"mandatory\" claim 100%25");
      assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
    }
  }

  @Test
  void a_plugins_answer_without_a_message_has_the_name_of_its_code() {
    try (GatewayFixture gateway =
        GrpcTest.builder(1).plugin(answering(_ -> Reply.exit(429, "{}"))).start()) {
      says(answer(gateway, "/test.Echo/Unary"), 429, 8, "ResourceExhausted");
    }
  }

  @Test
  void a_target_that_is_not_there_is_unavailable() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (GatewayFixture gateway = GrpcTest.gateway(port)) {
      says(
          answer(gateway, "/test.Echo/Unary"),
          502,
          14,
          "An invalid response was received from the upstream server");
    }
  }

  @Test
  void a_target_that_speaks_another_protocol_is_unavailable() {
    try (RawTarget target = RawTarget.start();
        GatewayFixture gateway = GrpcTest.gateway(target.port());
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (RawClient connection = target.accept()) {
        connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        says(
            client.answer(1), 502, 14, "An invalid response was received from the upstream server");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8,1,502", "11,8,502", "2,13,502", "1,13,502", "12,7,502"})
  void a_call_that_the_target_resets_has_the_code_for_it(int reset, int code, int status) {
    try (Http2Target target = Http2Target.start();
        GatewayFixture gateway = GrpcTest.gateway(target.port());
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (Http2Client connection = target.accept(new int[0])) {
        connection.await(Http2Client.DATA);
        connection.number(Http2Client.RST_STREAM, 1, reset);
        says(
            client.answer(1),
            status,
            code,
            "An invalid response was received from the upstream server");
      }
    }
  }

  @Test
  void an_answer_that_breaks_off_ends_with_a_status() {
    try (Http2Target target = Http2Target.start();
        GatewayFixture gateway = GrpcTest.gateway(target.port());
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (Http2Client connection = target.accept(new int[0])) {
        connection.await(Http2Client.DATA);
        Http2Target.answer(connection, 1).data(1, false, "\0\0\0\0\1a");
        connection.number(Http2Client.RST_STREAM, 1, 8);
        Http2Client.Answer answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.trailers())
            .containsEntry("grpc-status", "1")
            .containsEntry("grpc-message", "the target reset the stream with code 8");
      }
    }
  }

  @Test
  void an_answer_of_a_target_that_dies_ends_with_unavailable() {
    try (Http2Target target = Http2Target.start();
        GatewayFixture gateway = GrpcTest.gateway(target.port());
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (Http2Client connection = target.accept(new int[0])) {
        connection.await(Http2Client.DATA);
        Http2Target.answer(connection, 1).data(1, false, "\0\0\0\0\1a");
      }
      assertThat(client.answer(1).trailers()).containsEntry("grpc-status", "14");
    }
  }

  @Test
  void a_target_that_accepts_and_never_answers_costs_the_read_timeout() {
    try (Http2Target target = Http2Target.start();
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service(
                    "grpc",
                    "grpc://127.0.0.1:" + target.port(),
                    stored -> stored.put("read_timeout", 200).put("retries", 0))
                .route("grpc", GrpcTest::forGrpc, "/test.Echo")
                .start();
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (Http2Client connection = target.accept(new int[0])) {
        says(client.answer(1), 504, 4, "The upstream server is timing out");
        assertThat(connection.awaitReset(1)).isEqualTo(8);
      }
    }
  }

  @Test
  void an_answer_that_is_not_grpc_passes_as_it_is() {
    try (Http2Target target = Http2Target.start();
        GatewayFixture gateway = GrpcTest.gateway(target.port());
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (Http2Client connection = target.accept(new int[0])) {
        connection.await(Http2Client.DATA);
        connection.headers(1, false, ":status", "503", "content-type", "text/html");
        connection.data(1, true, "<p>later</p>");
        Http2Client.Answer answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("content-type")).startsWith("text/html");
        assertThat(answer.text()).isEqualTo("<p>later</p>");
        assertThat(answer.header("grpc-status")).isNull();
      }
    }
  }

  @Test
  void a_target_whose_tls_agrees_on_no_http_2_is_unavailable() throws Exception {
    try (javax.net.ssl.SSLServerSocket target =
            (javax.net.ssl.SSLServerSocket)
                io.portcullis.proxy.testkit.TestCertificate.ecdsa("gw.test")
                    .context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 4, InetAddress.getLoopbackAddress());
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service(
                    "grpc",
                    "grpcs://127.0.0.1:" + target.getLocalPort(),
                    stored -> stored.put("retries", 0))
                .route("grpc", GrpcTest::forGrpc, "/test.Echo")
                .start();
        Http2Client client = Http2Client.connect(gateway.port())) {
      ask(client, 1, "/test.Echo/Unary");
      try (java.net.Socket connection = target.accept()) {
        // The handshake happens while this reads; nothing comes after it.
        assertThat(isOver(connection)).isTrue();
        says(
            client.answer(1), 502, 14, "An invalid response was received from the upstream server");
      }
    }
  }

  /** Whether nothing comes, whichever way the peer closes. */
  private static boolean isOver(java.net.Socket connection) {
    try {
      return connection.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void another_content_type_is_refused() {
    try (GatewayFixture gateway = GrpcTest.gateway(1);
        Http2Client client = Http2Client.connect(gateway.port())) {
      client.post(1, "/test.Echo/Unary", "content-type", "application/json").data(1, true, "{}");
      Http2Client.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(415);
      assertThat(answer.text()).contains("Non-gRPC request matched gRPC route");
    }
  }

  @Test
  void a_grpc_request_over_http_1_is_told_to_use_http_2() {
    try (GatewayFixture gateway = GrpcTest.gateway(1);
        RawClient client = gateway.connect()) {
      client.send(
          "POST /test.Echo/Unary HTTP/1.1\r\nHost: gw.test\r\n"
              + "Content-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
      var answer = client.answer();
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.header("upgrade")).contains("HTTP/2");
      assertThat(answer.text()).contains("Please use HTTP2 protocol");
    }
  }

  @Test
  void a_route_for_grpcs_takes_nothing_in_cleartext() {
    try (GatewayFixture gateway =
        GatewayFixture.gateway()
            .service("grpc", "grpc://127.0.0.1:1", _ -> {})
            .route(
                "grpc",
                route -> route.put("strip_path", false).putArray("protocols").add("grpcs"),
                "/test.Echo")
            .start()) {
      says(answer(gateway, "/test.Echo/Unary"), 200, 1, "gRPC request matched gRPCs route");
    }
  }
}
