package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands people type to put a gRPC service behind a gateway, one by one. */
final class GrpcTutorialTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private static Path folder;
  private static GatewayProcess gateway;
  private static GrpcTarget target;

  @BeforeAll
  static void start() throws Exception {
    gateway = GatewayProcess.start(folder, Map.of());
    target = GrpcTarget.start();
  }

  @AfterAll
  static void stop() throws Exception {
    target.close();
    gateway.close();
  }

  @AfterEach
  void forget() throws IOException {
    AdminCall.deleteAll(gateway);
  }

  private static JsonNode serve() throws IOException {
    add("/services", "name=grpc-stream-service&url=grpc://127.0.0.1:" + target.port());
    return add(
        "/services/grpc-stream-service/routes",
        "name=grpc-stream-route&protocols=grpc,grpcs&paths=/test.Echo");
  }

  private static JsonNode add(String path, String form) throws IOException {
    return AdminCall.create(gateway, path, form);
  }

  private static GrpcCaller caller() {
    return GrpcCaller.plain(gateway.proxyPort());
  }

  @Test
  void c8_a_route_for_grpc_serves_cleartext_and_tls() throws Exception {
    JsonNode route = serve();
    assertThat(route.get("protocols").toString()).isEqualTo("[\"grpc\",\"grpcs\"]");
    assertThat(route.get("strip_path").booleanValue()).isFalse();
    try (GrpcCaller plain = caller();
        GrpcCaller secure = GrpcCaller.secure(gateway.proxyTlsPort(), "gateway.test")) {
      assertThat(plain.unary("in cleartext")).isEqualTo("in cleartext");
      assertThat(secure.unary("over TLS")).isEqualTo("over TLS");
    }
  }

  @Test
  void c9_both_sides_stream_at_once_and_trailers_end_it() throws Exception {
    serve();
    Metadata metadata = new Metadata();
    metadata.put(GrpcTarget.ASK, "sensor-1");
    try (GrpcCaller caller = caller()) {
      GrpcCaller.Call call =
          caller.call(GrpcTarget.CHAT, metadata, CallOptions.DEFAULT).request(100);
      for (int i = 0; i < 10; i++) {
        call.send("reading " + i);
        assertThat(GrpcCaller.text(call.next())).isEqualTo("reading " + i);
      }
      call.halfClose();
      assertThat(call.status().isOk()).isTrue();
      assertThat(call.trailers().get(GrpcTarget.TAIL)).isEqualTo("sensor-1");
    }
  }

  @Test
  void c10_a_browser_calls_over_tls_with_the_plugin_on_the_same_route() throws Exception {
    serve();
    add("/routes/grpc-stream-route/plugins", "name=grpc-web");
    byte[] message = "3".getBytes(StandardCharsets.UTF_8);
    byte[] body =
        ByteBuffer.allocate(5 + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    try (WireConnection browser =
        WireConnection.openTls(gateway.proxyTlsPort(), "gateway.test", PATIENCE)) {
      WireAnswer preflight =
          browser.exchange(
              new WireRequest(
                  "OPTIONS",
                  "/test.Echo/Many",
                  List.of(Map.entry("Host", "gateway.test"), Map.entry("Origin", "https://a.test")),
                  new byte[0]));
      assertThat(preflight.status()).isEqualTo(200);
      assertThat(preflight.header("Access-Control-Allow-Methods")).containsExactly("POST");
      WireAnswer answer =
          browser.exchange(
              new WireRequest(
                  "POST",
                  "/test.Echo/Many",
                  List.of(
                      Map.entry("Host", "gateway.test"),
                      Map.entry("Content-Type", "application/grpc-web+proto"),
                      Map.entry("X-Grpc-Web", "1"),
                      Map.entry("Content-Length", Integer.toString(body.length))),
                  body));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Access-Control-Allow-Origin")).containsExactly("*");
      assertThat(answer.text())
          .contains("message 0", "message 1", "message 2", "grpc-status:0\r\n");
    }
    try (GrpcCaller caller = caller()) {
      assertThat(caller.unary("native clients stay")).isEqualTo("native clients stay");
    }
  }

  @Test
  void c24_addresses_that_are_not_allowed_get_permission_denied() throws Exception {
    serve();
    add(
        "/routes/grpc-stream-route/plugins",
        "name=ip-restriction&config.allow=%5B%22192.168.1.0/24%22,%20%2210.0.0.0/8%22%5D");
    try (GrpcCaller caller = caller()) {
      fails(caller, Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void authentication_and_limits_apply_to_calls() throws Exception {
    serve();
    add(
        "/routes/grpc-stream-route/plugins",
        "name=rate-limiting&config.hour=3&config.policy=local");
    try (GrpcCaller caller = caller()) {
      for (int i = 0; i < 3; i++) {
        assertThat(caller.unary("call")).isEqualTo("call");
      }
      fails(caller, Status.Code.RESOURCE_EXHAUSTED);
      add("/routes/grpc-stream-route/plugins", "name=jwt");
      fails(caller, Status.Code.UNAUTHENTICATED);
    }
  }

  @Test
  void calls_are_balanced_over_the_targets_of_an_upstream() throws Exception {
    try (GrpcTarget second = GrpcTarget.start();
        GrpcCaller caller = caller()) {
      add("/upstreams", "name=sensors");
      add("/upstreams/sensors/targets", "target=127.0.0.1:" + target.port());
      add("/upstreams/sensors/targets", "target=127.0.0.1:" + second.port());
      add("/services", "name=grpc-stream-service&url=grpc://sensors");
      add(
          "/services/grpc-stream-service/routes",
          "name=grpc-stream-route&protocols=grpc,grpcs&paths=/test.Echo");
      int before = target.begun();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(caller.unary("live")).isEqualTo("live"));
      for (int i = 0; i < 20; i++) {
        assertThat(caller.unary("call")).isEqualTo("call");
      }
      assertThat(target.begun() - before).isGreaterThanOrEqualTo(10);
      assertThat(second.begun()).isGreaterThanOrEqualTo(10);
    } finally {
      AdminCall.delete(gateway, "/upstreams/sensors");
    }
  }

  private static void fails(GrpcCaller caller, Status.Code code) {
    assertThatThrownBy(() -> caller.unary("call"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
  }

  @Test
  void a_call_is_logged_once_when_it_ends() throws Exception {
    serve();
    List<String> entries = new CopyOnWriteArrayList<>();
    HttpServer sink = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    sink.createContext(
        "/log",
        exchange -> {
          entries.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    sink.start();
    try (GrpcCaller caller = caller()) {
      add(
          "/routes/grpc-stream-route/plugins",
          "name=http-log&config.http_endpoint=http://127.0.0.1:"
              + sink.getAddress().getPort()
              + "/log");
      GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(10).send("one");
      call.next();
      call.send("two");
      call.next();
      assertThat(entries).isEmpty();
      call.halfClose();
      assertThat(call.status().isOk()).isTrue();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(entries).hasSize(1));
      assertThat(entries.getFirst()).contains("/test.Echo/Chat").contains("\"status\":200");
    } finally {
      sink.stop(0);
    }
  }
}
