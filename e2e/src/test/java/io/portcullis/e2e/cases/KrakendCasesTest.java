package io.portcullis.e2e.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The equivalents of KrakenD's integration cases, against one file in its format. Of its 59 cases
 * five have none here: four need Lua, and one needs a public site.
 */
final class KrakendCasesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CASES = 54;
  private static final int MOST_REDIRECTS = 3;

  @TempDir private static Path folder;

  private static TellingBackend backend;
  private static Process gateway;
  private static int port;

  /** What backends are told who asks. */
  private static String agent = "";

  @BeforeAll
  static void start() throws Exception {
    backend = new TellingBackend();
    port = GatewayProcess.freePort();
    Path file = folder.resolve("krakend.json");
    Files.writeString(file, filled(resource("gateway.json")));
    Path output = folder.resolve("output");
    gateway =
        GatewayProcess.launch(
            output,
            "run",
            "-dc",
            file.toString(),
            "--set",
            "admin_listen=off",
            "--set",
            "status_listen=off");
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!isHealthy()) {
      if (!gateway.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("no gateway:\n" + Files.readString(output));
      }
      Thread.sleep(50);
    }
    WireAnswer answer = exchange(WireRequest.get("/", "127.0.0.1:" + port));
    agent = "KrakenD " + String.join("", answer.header("X-Krakend"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.destroy();
    if (!gateway.waitFor(20, TimeUnit.SECONDS)) {
      gateway.destroyForcibly();
    }
    backend.close();
  }

  @Test
  void none_is_missing() {
    assertThat(cases()).hasSize(CASES);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void answers_as_krakend_does(String name, JsonNode given) throws Exception {
    WireAnswer answer = ask(given);
    JsonNode wanted = given.get("answer");
    assertThat(answer.status()).as(answer.text()).isEqualTo(wanted.get("status").asInt());
    for (Map.Entry<String, JsonNode> header : wanted.path("headers").properties()) {
      List<String> lines = answer.header(header.getKey());
      JsonNode value = header.getValue();
      if (value.isNull()) {
        assertThat(String.join("", lines)).as(header.getKey()).isEmpty();
      } else if (value.isArray()) {
        assertThat(lines).as(header.getKey()).isEqualTo(texts(value));
      } else if (value.asString().endsWith("*")) {
        String start = value.asString().substring(0, value.asString().length() - 1);
        assertThat(lines).as(header.getKey()).singleElement().asString().startsWith(start);
      } else {
        assertThat(lines).as(header.getKey()).containsExactly(value.asString());
      }
    }
    if (wanted.has("text")) {
      assertThat(answer.text()).isEqualTo(wanted.get("text").asString());
    }
    if (wanted.has("json")) {
      assertThat(JsonMapper.shared().readTree(answer.text())).isEqualTo(wanted.get("json"));
    }
    for (Map.Entry<String, JsonNode> member : wanted.path("has").properties()) {
      JsonNode value = JsonMapper.shared().readTree(answer.text()).get(member.getKey());
      if (member.getValue().asString("").equals("@SIGNED@")) {
        assertSigned(value.asString());
      } else {
        assertThat(value).isEqualTo(member.getValue());
      }
    }
  }

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode given : JsonMapper.shared().readTree(filled(resource("cases.json")))) {
      cases.add(Arguments.of(given.get("name").asString(), given));
    }
    return cases;
  }

  private static WireAnswer ask(JsonNode given) throws Exception {
    List<Map.Entry<String, String>> lines = new ArrayList<>();
    lines.add(Map.entry("Host", "127.0.0.1:" + port));
    for (Map.Entry<String, JsonNode> line : given.path("send").properties()) {
      lines.add(Map.entry(line.getKey(), line.getValue().asString()));
    }
    if (given.has("token")) {
      lines.add(Map.entry("Authorization", "bearer " + token(given.get("token").toString())));
    }
    byte[] body = given.path("body").asString("").getBytes(StandardCharsets.UTF_8);
    String method = given.get("method").asString();
    if (body.length > 0 || method.equals("POST")) {
      lines.add(Map.entry("Content-Length", Integer.toString(body.length)));
    }
    String target = given.get("path").asString();
    for (int redirects = 0; ; redirects++) {
      WireAnswer answer = exchange(new WireRequest(method, target, lines, body));
      List<String> location = answer.header("Location");
      boolean moved = answer.status() == 301 || answer.status() == 307;
      if (!moved || location.isEmpty() || redirects == MOST_REDIRECTS) {
        return answer;
      }
      target = location.getFirst().replaceFirst("^https?://[^/]+", "");
    }
  }

  private static WireAnswer exchange(WireRequest request) throws IOException {
    try (WireConnection connection = WireConnection.open(port, PATIENCE)) {
      return connection.exchange(request);
    }
  }

  private static boolean isHealthy() {
    try {
      return exchange(WireRequest.get("/__health", "127.0.0.1:" + port)).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static List<String> texts(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
        .map(i -> array.get(i).asString())
        .toList();
  }

  /** The claims of the file, signed with the second key. */
  private static void assertSigned(String token) throws Exception {
    String[] parts = token.split("\\.");
    assertThat(parts).hasSize(3);
    assertThat(JsonMapper.shared().readTree(decoded(parts[0])))
        .isEqualTo(
            JsonMapper.shared().readTree("{\"alg\":\"HS256\",\"kid\":\"second\",\"typ\":\"JWT\"}"));
    JsonNode claims = JsonMapper.shared().readTree(decoded(parts[1]));
    assertThat(claims.get("sub").asString()).isEqualTo("member-7");
    assertThat(claims.get("exp").asLong()).isEqualTo(4_102_444_800L);
    assertThat(claims.get("roles").get(0).asString()).isEqualTo("guest");
    assertThat(parts[2]).isEqualTo(signature(parts[0] + '.' + parts[1]));
  }

  private static String token(String claims) throws Exception {
    String signed =
        encoded("{\"alg\":\"HS256\",\"kid\":\"second\"}".getBytes(StandardCharsets.UTF_8))
            + '.'
            + encoded(claims.getBytes(StandardCharsets.UTF_8));
    return signed + '.' + signature(signed);
  }

  private static String signature(String signed) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TellingBackend.SECRET, "HmacSHA256"));
    return encoded(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  private static String decoded(String text) {
    return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
  }

  /** Puts ports where the resource leaves them open. */
  private static String filled(String text) {
    return text.replace("\"@GATEWAY@\"", Integer.toString(port))
        .replace("@GATEWAY@", Integer.toString(port))
        .replace("@BACKEND@", Integer.toString(backend.port()))
        .replace("@AGENT@", agent);
  }

  private static String resource(String name) {
    try {
      return Files.readString(Path.of("src", "test", "resources", "krakend", name));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
