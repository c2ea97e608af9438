package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** More than a log keeps in memory. */
  private static final int REQUESTS = 17_000;

  @TempDir private Path folder;

  @Test
  void logs_that_nobody_reads_lose_lines_and_hold_up_no_request() throws Exception {
    Path access = pipe("access");
    Path error = pipe("error");
    Map<String, String> settings =
        Map.of(
            "access_log", access.toString(), "error_log", error.toString(), "log_level", "debug");
    try (GatewayProcess gateway = GatewayProcess.start(folder, settings);
        WireConnection proxy = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(proxy.exchange(WireRequest.get("/nowhere", "a.test")).status()).isEqualTo(404);
      }
      assertThat(AdminCall.get(gateway, "/metrics").text())
          .containsPattern("portcullis_log_lines_dropped_total\\{log=\"access\"} [1-9]");
      assertThat(gateway.stop("TERM")).isZero();
    }
  }

  @Test
  void a_pipe_gets_its_lines_once_somebody_reads() throws Exception {
    Path access = pipe("access");
    try (GatewayProcess gateway =
            GatewayProcess.start(folder, Map.of("access_log", access.toString()));
        WireConnection proxy = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      proxy.exchange(WireRequest.get("/before", "a.test"));
      try (Stream<String> lines = Files.lines(access)) {
        assertThat(lines.findFirst())
            .hasValueSatisfying(line -> assertThat(line).contains("GET /before"));
      }
    }
  }

  @Test
  void both_logs_can_be_json() throws Exception {
    try (GatewayProcess gateway =
            GatewayProcess.start(folder, Map.of("log_format", "ecs", "log_level", "info"));
        WireConnection proxy = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      proxy.exchange(
          WireRequest.get("/a%22b?q=1", "a.test")
              .with("User-Agent", "a \"quoted\" agent")
              .with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
      JsonNode line = JsonMapper.shared().readTree(firstLine("access.log"));
      assertThat(line.get("url.path").stringValue()).isEqualTo("/a%22b");
      assertThat(line.get("url.query").stringValue()).isEqualTo("q=1");
      assertThat(line.get("http.response.status_code").intValue()).isEqualTo(404);
      assertThat(line.get("user_agent.original").stringValue()).isEqualTo("a \"quoted\" agent");
      assertThat(line.get("trace.id").stringValue()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
      gateway.stop("TERM");
      assertThat(Files.readAllLines(log("error.log")))
          .isNotEmpty()
          .allSatisfy(
              text ->
                  assertThat(JsonMapper.shared().readTree(text).get("event.dataset").stringValue())
                      .isEqualTo("portcullis.error"));
    }
  }

  @Test
  void a_request_in_http_2_has_a_line_like_any_other() throws Exception {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    // HEADERS of stream 1 with GET, http, / and :authority.
    byte[] request = {0, 0, 11, 1, 5, 0, 0, 0, 1, (byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 6};
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.proxyPort())) {
      OutputStream out = client.getOutputStream();
      out.write(preface);
      out.write(settings);
      out.write(request);
      out.write("a.test".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      assertThat(firstLine("access.log")).contains("] \"GET / HTTP/2.0\" 404 ");
    }
  }

  @Test
  void the_level_can_be_changed_while_the_gateway_runs() throws Exception {
    Map<String, String> settings = Map.of("log_level", "error");
    try (GatewayProcess gateway = GatewayProcess.start(folder, settings)) {
      AdminCall.post(gateway, "/services", "name=quiet&host=a.test");
      assertThat(put(gateway, "/debug/node/log-level/debug?timeout=0"))
          .contains("log level changed");
      assertThat(AdminCall.get(gateway, "/debug/node/log-level").text())
          .contains("log level: debug");
      AdminCall.post(gateway, "/services", "name=loud&host=a.test");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Files.readString(log("error.log")))
                      .contains("[debug]")
                      .contains("version 2 is ready")
                      .doesNotContain("version 1 is ready"));
      assertThat(put(gateway, "/debug/node/log-level/error?timeout=1"))
          .contains("log level changed");
      assertThat(put(gateway, "/debug/node/log-level/loud")).contains("unknown log level: loud");
    }
  }

  private static String put(GatewayProcess gateway, String path) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), PATIENCE)) {
      WireRequest get = WireRequest.get(path, "127.0.0.1:" + gateway.adminPort());
      return connection
          .exchange(
              new WireRequest("PUT", get.target(), get.headers(), get.body())
                  .with("Content-Length", "0"))
          .text();
    }
  }

  private Path pipe(String name) throws Exception {
    Path pipe = folder.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  private Path log(String name) {
    return folder.resolve("prefix/logs").resolve(name);
  }

  private String firstLine(String name) throws IOException {
    await().atMost(PATIENCE).until(() -> Files.readString(log(name)).contains("\n"));
    return Files.readAllLines(log(name)).getFirst();
  }
}
