package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.proxy.testkit.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AdminSecurityTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void callers_must_show_a_certificate_of_a_known_authority() throws Exception {
    TestCertificate own = TestCertificate.ecdsa("localhost");
    TestCertificate authority = TestCertificate.authority("Operators");
    TestCertificate stranger = TestCertificate.authority("Strangers");
    int port = GatewayProcess.freePort();
    Map<String, String> settings =
        Map.of(
            "admin_listen", "127.0.0.1:" + port + " ssl",
            "ssl_cert", file("own.crt", own.pem()),
            "ssl_cert_key", file("own.key", own.keyPem()),
            "admin_client_authorities", file("authorities.pem", authority.pem()));
    try (GatewayProcess gateway = GatewayProcess.start(folder.resolve("gateway"), settings)) {
      URI services = URI.create("https://localhost:" + port + "/services");
      HttpRequest creation =
          HttpRequest.newBuilder(services)
              .timeout(PATIENCE)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"host\":\"h\"}"))
              .build();
      try (HttpClient alice = client(own, authority.issue("alice"))) {
        HttpResponse<String> made = alice.send(creation, BodyHandlers.ofString());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      }
      for (TestCertificate shown : List.of(own, stranger.issue("alice"))) {
        try (HttpClient mallory = client(own, shown)) {
          assertThatThrownBy(() -> mallory.send(creation, BodyHandlers.ofString()))
              .isInstanceOf(IOException.class);
        }
      }
      List<String> lines = auditOf(gateway, 1);
      assertThat(lines).hasSize(1);
      JsonNode line = JsonMapper.shared().readTree(lines.getFirst());
      assertThat(line.get("who").stringValue()).isEqualTo("certificate CN=alice");
    }
  }

  @Test
  void no_secret_is_shown_or_logged() throws Exception {
    TestCertificate own = TestCertificate.ecdsa("localhost");
    List<String> secrets =
        List.of("token-canary", "password-canary", "consumer-secret-canary", "key-canary");
    Map<String, String> settings =
        Map.of(
            "admin_token", "token-canary",
            "pg_password", "password-canary",
            "log_level", "debug",
            "ssl_cert", file("own.crt", own.pem()),
            "ssl_cert_key", file("own.key", own.keyPem()));
    try (GatewayProcess gateway = GatewayProcess.start(folder.resolve("gateway"), settings);
        HttpClient client = HttpClient.newHttpClient()) {
      String root = call(client, gateway, "GET", "/", "", "token-canary");
      assertThat(root).contains("\"admin_token\":\"******\"").doesNotContain(secrets);
      call(client, gateway, "PUT", "/consumers/c", "{}", "token-canary");
      String credential = "{\"key\":\"key-canary\",\"secret\":\"consumer-secret-canary\"}";
      assertThat(call(client, gateway, "POST", "/consumers/c/jwt", credential, "token-canary"))
          .contains("consumer-secret-canary");
      call(client, gateway, "PATCH", "/jwts/key-canary", "{\"secret\":5}", "token-canary");
      call(client, gateway, "POST", "/consumers/c/jwt", credential, "token-canary-2");
      call(client, gateway, "DELETE", "/jwts/key-canary", "", "token-canary");
      call(client, gateway, "GET", "/jwts/key-canary", "", "token-canary");
      auditOf(gateway, 5);
      gateway.stop("TERM");
      String key = own.keyPem().lines().skip(1).findFirst().orElseThrow();
      try (Stream<Path> files = Files.walk(folder.resolve("gateway/prefix/logs"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file))
              .as(file.toString())
              .doesNotContain(secrets)
              .doesNotContain(key);
        }
      }
      assertThat(gateway.output()).doesNotContain(secrets).doesNotContain(key);
    }
  }

  @Test
  void the_command_line_tells_the_history_and_goes_back() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(folder.resolve("gateway"), Map.of())) {
      AdminCall.create(gateway, "/services", "name=first&host=a.test");
      AdminCall.create(gateway, "/services", "name=second&host=a.test");
      AdminCall.delete(gateway, "/services/first");
      String file = folder.resolve("gateway/portcullis.conf").toString();

      assertThat(said(0, "history", "-c", file))
          .contains("anonymous  DELETE /services/{services}  1 changed")
          .contains("\n1  ");
      assertThat(said(0, "history", "-c", file, "3")).contains("\"first\"");
      assertThat(said(0, "rollback", "-c", file, "1")).contains("2 changes undone");
      assertThat(said(1, "rollback", "-c", file, "77")).contains("not in the history");

      assertThat(AdminCall.get(gateway, "/services/first").status()).isEqualTo(200);
      assertThat(AdminCall.get(gateway, "/services/second").status()).isEqualTo(404);
    }
  }

  private String said(int code, String... arguments) throws Exception {
    Path output = folder.resolve("said");
    Process process = GatewayProcess.launch(output, arguments);
    assertThat(process.waitFor()).as(Files.readString(output)).isEqualTo(code);
    return Files.readString(output);
  }

  private static String call(
      HttpClient client,
      GatewayProcess gateway,
      String method,
      String path,
      String json,
      String token)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path))
            .timeout(PATIENCE)
            .header("Kong-Admin-Token", token)
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  /** The audit log once it has so many lines. */
  private List<String> auditOf(GatewayProcess gateway, int lines) {
    Path log = folder.resolve("gateway/prefix/logs/audit.log");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(log))
                    .as(gateway.output())
                    .hasSizeGreaterThanOrEqualTo(lines));
    try {
      return Files.readAllLines(log, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static HttpClient client(TestCertificate gateway, TestCertificate shown) {
    return HttpClient.newBuilder()
        .sslContext(shown.context(gateway))
        .connectTimeout(PATIENCE)
        .build();
  }
}
