package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminExchangeHandlerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;

  private void start(AccessRules access) {
    List<Endpoint> endpoints =
        List.of(
            new Endpoint(
                "/echo",
                Map.of(
                    "GET", request -> AdminResponse.message(200, "hello"),
                    "POST",
                        request ->
                            AdminResponse.message(
                                201,
                                switch (request.body()) {
                                  case RequestBody.Json(var object) -> object.toString();
                                  case RequestBody.Form(var arguments) -> arguments.toString();
                                  case RequestBody.Empty() -> "nothing";
                                  case RequestBody.Yaml(byte[] text) -> "yaml " + text.length;
                                }),
                    "DELETE", request -> AdminResponse.noContent())),
            Endpoint.get(
                "/broken",
                request -> {
                  throw new IllegalStateException("on purpose");
                }));
    server =
        new AdminServer(
            List.of(Listener.plain("127.0.0.1", 0)),
            AdminProtection.of(access),
            "kong/3.9.1",
            endpoints);
  }

  @BeforeEach
  void start() {
    start(AccessRules.standard());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    InetSocketAddress address = server.addresses().getFirst();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Sends bytes as they stand and reads until the server closes. */
  private String raw(String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.addresses().getFirst().getPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void answers_have_kongs_headers() throws Exception {
    HttpResponse<String> answer = send(request("/echo"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"message\":\"hello\"}");
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/json; charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Length")).contains("19");
    assertThat(answer.headers().firstValue("Server")).contains("kong/3.9.1");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).contains("true");
    assertThat(answer.headers().firstValue("X-Kong-Admin-Latency").orElseThrow()).matches("\\d+");
  }

  @Test
  void head_is_get_without_a_body() throws Exception {
    HttpResponse<String> answer = send(request("/echo").method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Length")).contains("19");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void options_tells_the_methods() throws Exception {
    HttpResponse<String> answer =
        send(request("/echo/").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Allow")).contains("DELETE, GET, HEAD, OPTIONS, POST");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
        .contains("DELETE, GET, HEAD, OPTIONS, POST");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
        .contains("Content-Type");
    assertThat(send(request("/none").method("OPTIONS", BodyPublishers.noBody())).statusCode())
        .isEqualTo(404);
  }

  @Test
  void unknown_paths_and_methods_are_told_apart() throws Exception {
    HttpResponse<String> unknown = send(request("/none"));
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo("{\"message\":\"Not found\"}");
    HttpResponse<String> refused =
        send(request("/echo").method("GEEEET", BodyPublishers.ofString("{broken")));
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.body()).isEqualTo("{\"message\":\"Method not allowed\"}");
  }

  @Test
  void bodies_are_read_by_content_type() throws Exception {
    assertThat(
            send(request("/echo")
                    .header("Content-Type", "application/json; charset=x")
                    .POST(BodyPublishers.ofString("{\"a\":1,\"a\":2}")))
                .body())
        .isEqualTo("{\"message\":\"{\\\"a\\\":2}\"}");
    assertThat(
            send(request("/echo")
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("x")))
                .statusCode())
        .isEqualTo(415);
    assertThat(send(request("/echo").POST(BodyPublishers.ofString("x"))).statusCode())
        .isEqualTo(415);
    assertThat(send(request("/echo").POST(BodyPublishers.noBody())).body())
        .isEqualTo("{\"message\":\"nothing\"}");
    for (String broken :
        List.of(
            "",
            "5",
            "null",
            "[1]",
            "{",
            "{}x",
            "{\"a\":\"\\ud800\"}",
            "1e999",
            "{\"a\":1e999}",
            "{\"a\":NaN}",
            "[".repeat(5000))) {
      HttpResponse<String> answer =
          send(
              request("/echo")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(broken)));
      assertThat(answer.statusCode()).as(broken).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"message\":\"Cannot parse JSON body\"}");
    }
    assertThat(
            send(request("/echo")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("[]")))
                .body())
        .isEqualTo("{\"message\":\"{}\"}");
  }

  @Test
  void a_body_over_ten_mebibytes_is_413_whether_declared_or_not() throws Exception {
    byte[] body = new byte[AdminProtection.of(AccessRules.standard()).maxBody() + 1];
    String head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n";
    String declared = raw(head + "Content-Length: " + body.length + "\r\n\r\n");
    assertThat(declared).startsWith("HTTP/1.1 413").endsWith("{\"message\":\"Payload too large\"}");
    HttpResponse<String> chunked =
        send(
            request("/echo")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))));
    assertThat(chunked.statusCode()).isEqualTo(413);
  }

  @Test
  void a_body_is_asked_for_when_the_client_waits() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/echo")
                .expectContinue(true)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"x\":\"" + "y".repeat(2_000_000) + "\"}")));
    assertThat(answer.statusCode()).isEqualTo(201);
  }

  @Test
  void an_accident_is_500_in_json() throws Exception {
    HttpResponse<String> answer = send(request("/broken"));
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("{\"message\":\"An unexpected error occurred\"}");
  }

  @Test
  void paths_that_leave_the_root_are_refused() throws Exception {
    for (String path : List.of("/%2e%2e/x", "/..", "/echo/../../x", "/%00")) {
      String answer =
          raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(answer).as(path).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void a_loopback_listener_refuses_other_hosts() throws Exception {
    for (String host :
        List.of("evil.test", "127.0.0.1.evil.test", "localhost.evil.test:80", "10.0.0.1")) {
      assertThat(raw("GET /echo HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
          .as(host)
          .startsWith("HTTP/1.1 403");
    }
    for (String host :
        List.of("localhost", "LOCALHOST:8001", "127.0.0.1:8001", "[::1]:8001", "127.9.9.9")) {
      assertThat(raw("GET /echo HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
          .as(host)
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void pages_of_other_sites_may_not_write() throws Exception {
    HttpRequest.Builder post =
        request("/echo").header("Origin", "http://evil.test").POST(BodyPublishers.noBody());
    HttpResponse<String> refused = send(post);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    HttpResponse<String> read = send(request("/echo").header("Origin", "http://evil.test"));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(send(request("/echo").header("Sec-Fetch-Site", "cross-site").DELETE()).statusCode())
        .isEqualTo(403);
    stop();
    start(new AccessRules(null, Set.of("http://gui.test")));
    HttpResponse<String> allowed =
        send(request("/echo").header("Origin", "http://gui.test").POST(BodyPublishers.noBody()));
    assertThat(allowed.statusCode()).isEqualTo(201);
    assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("http://gui.test");
  }

  @Test
  void a_token_is_asked_for_in_any_of_four_places() throws Exception {
    stop();
    start(new AccessRules("secret", Set.of()));
    HttpResponse<String> refused = send(request("/echo"));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
    assertThat(send(request("/echo").header("apikey", "secrex")).statusCode()).isEqualTo(401);
    Map<String, String> places =
        Map.of(
            "Authorization", "Bearer secret",
            "Kong-Admin-Token", "secret",
            "apikey", "secret");
    for (Map.Entry<String, String> place : places.entrySet()) {
      assertThat(send(request("/echo").header(place.getKey(), place.getValue())).statusCode())
          .as(place.getKey())
          .isEqualTo(200);
    }
    assertThat(
            send(request("/echo").header("Authorization", "Basic YWRtaW46c2VjcmV0")).statusCode())
        .isEqualTo(200);
  }
}
