package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Large, deep, broken, slow and missing answers, in a gateway with little memory. After each test
 * nothing may be left over: no request, no connection to a backend that is in use.
 */
final class CompositionUnderStrainTest {
  private static final int MEGABYTE = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;

  private static ComposedGateway composed;

  @BeforeAll
  static void start() throws Exception {
    // As many answers are read at once as there are processors.
    composed =
        ComposedGateway.start(
            folder,
            List.of("-Xmx192m", "-XX:+ExitOnOutOfMemoryError", "-XX:ActiveProcessorCount=8"));
  }

  @AfterAll
  static void stop() throws Exception {
    composed.close();
  }

  @AfterEach
  void nothing_is_left_over() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        JsonMapper.shared()
                            .readTree(AdminCall.get(composed.gateway, "/status").text())
                            .get("connections")
                            .get("writing")
                            .intValue())
                    .isZero());
    assertThat(composed.gateway.handle().isAlive()).isTrue();
  }

  @Test
  void ten_megabytes_are_read_shaped_and_written() throws Exception {
    String large = "\"" + "x".repeat(1000) + "\",";
    String body = "{\"a\":[" + large.repeat(10 * MEGABYTE / large.length()) + "1],\"b\":2}";
    composed.backend.answers("/large", 200, body);
    composed.route(
        "/large",
        "'timeout':'50s','backend':["
            + ComposedGateway.part(composed.backend, "/large", "'allow':['a'],'group':'g'")
            + "]");

    for (WireAnswer answer : together(3, 9, "/large")) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().length).isGreaterThan(10 * MEGABYTE - 2000);
      assertThat(answer.header("X-Krakend-Completed")).containsExactly("true");
    }
  }

  @Test
  void what_passes_as_it_comes_may_be_larger_than_the_memory() throws Exception {
    byte[] body = new byte[32 * MEGABYTE];
    composed.backend.answers("/huge", 200, body, "Content-Type", "application/octet-stream");
    composed.route(
        "/huge",
        "'timeout':'50s','output_encoding':'no-op','backend':["
            + ComposedGateway.part(composed.backend, "/huge", "'encoding':'no-op'")
            + "]");

    for (int round = 0; round < 4; round++) {
      assertThat(together(4, 4, CompositionUnderStrainTest::hugeLength))
          .containsOnly((long) body.length);
    }
  }

  @Test
  void deep_broken_and_swollen_answers_are_failures() throws Exception {
    byte[] zipped = zipped(64 * MEGABYTE);
    composed
        .backend
        .answers("/deep", 200, "{\"a\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}")
        .answers("/many", 200, "{\"a\":[" + "{},".repeat(2_000_000) + "1]}")
        .answers("/swollen", 200, zipped, "Content-Encoding", "gzip")
        .answers("/broken-zip", 200, "no gzip", "Content-Encoding", "gzip")
        .answers("/too-long", 200, new byte[17 * MEGABYTE])
        .answers("/cut", 200, "{\"a\":[1,")
        .answers("/octets", 200, new byte[] {(byte) 0xFF, 0, 1, 2})
        .answers("/deep-xml", 200, "<a>".repeat(100_000))
        .answers("/wrong", 200, "<html>");
    List<String> paths =
        List.of(
            "/deep",
            "/many",
            "/swollen",
            "/broken-zip",
            "/too-long",
            "/cut",
            "/octets",
            "/deep-xml",
            "/wrong");
    for (String path : paths) {
      composed.route(
          path,
          "'timeout':'50s','backend':["
              + ComposedGateway.part(
                  composed.backend, path, path.endsWith("-xml") ? "'encoding':'xml'" : "")
              + "]");
      for (WireAnswer answer : together(4, 8, path)) {
        assertThat(answer.status()).as(path).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
      }
    }
  }

  @Test
  void slow_and_dead_backends_hold_nothing() throws Exception {
    long before = connections(composed.backend.port());
    composed.backend.holds("/held");
    composed.other.json("/fast", "{'fast':1}");
    composed.route(
        "/held-alone",
        "'timeout':'700ms','backend':["
            + ComposedGateway.part(composed.backend, "/held", "")
            + "]");
    composed.route(
        "/held-beside",
        "'timeout':'700ms','backend':["
            + ComposedGateway.part(composed.backend, "/held", "")
            + ","
            + ComposedGateway.part(composed.other, "/fast", "")
            + ",{'host':['127.0.0.1:"
            + composed.deadPort
            + "'],'url_pattern':'/'},{'host':['no-such-name.invalid'],'url_pattern':'/'}]");

    for (WireAnswer answer : together(64, 64, "/held-alone")) {
      assertThat(answer.status()).isEqualTo(500);
    }
    int partial = 0;
    for (WireAnswer answer : together(64, 64, "/held-beside")) {
      // On a machine that is busy even the fast backend may be late.
      assertThat(answer.status()).isIn(200, 500);
      assertThat(answer.header("X-Krakend-Completed")).containsExactly("false");
      partial += answer.status() == 200 ? 1 : 0;
    }
    assertThat(partial).isPositive();
    awaitConnections(composed.backend.port(), before);
  }

  @Test
  void clients_that_leave_take_their_calls_with_them() throws Exception {
    long before = connections(composed.backend.port());
    composed.backend.holds("/left");
    composed.route(
        "/left",
        "'timeout':'10m','backend':["
            + ComposedGateway.part(composed.backend, "/left", "")
            + ","
            + ComposedGateway.part(composed.backend, "/left", "")
            + "]");
    List<WireConnection> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      WireConnection client = WireConnection.open(composed.gateway.proxyPort(), PATIENCE);
      client.send(WireRequest.get("/left", "a.test"));
      clients.add(client);
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                composed.backend.received().stream()
                        .filter(request -> request.target().equals("/left"))
                        .count()
                    == 40);
    for (WireConnection client : clients) {
      client.close();
    }
    awaitConnections(composed.backend.port(), before);
  }

  /** Waits until the gateway has no more than that many connections to a port. */
  private static void awaitConnections(int port, long most) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(connections(port)).isLessThanOrEqualTo(most));
  }

  private static long connections(int port) throws IOException {
    String suffix = String.format(":%04X", port);
    long pid = composed.gateway.handle().pid();
    return java.nio.file.Files.readAllLines(Path.of("/proc/" + pid + "/net/tcp")).stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields[2].endsWith(suffix) && fields[3].equals("01"))
        .count();
  }

  /** What is too large to be kept here is counted. */
  private static long hugeLength() throws IOException {
    try (WireConnection client = WireConnection.open(composed.gateway.proxyPort(), PATIENCE)) {
      client.send(WireRequest.get("/huge", "a.test"));
      WireAnswer head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      return client.skipBody(head);
    }
  }

  /** Answers to the same request, some at a time. */
  private static List<WireAnswer> together(int atOnce, int count, String path) throws Exception {
    return together(atOnce, count, () -> composed.get(path));
  }

  private static <T> List<T> together(int atOnce, int count, Callable<T> call) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(atOnce)) {
      List<Future<T>> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        pending.add(clients.submit(call));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> answer : pending) {
        answers.add(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      return answers;
    }
  }

  private static byte[] zipped(int zeros) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      byte[] part = "\0".repeat(MEGABYTE).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < zeros / MEGABYTE; i++) {
        out.write(part);
      }
    }
    return zipped.toByteArray();
  }
}
