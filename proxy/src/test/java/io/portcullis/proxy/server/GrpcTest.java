package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;
import io.portcullis.proxy.testkit.TestCertificate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** gRPC through the gateway, with grpc-java at both ends. */
final class GrpcTest {
  private GrpcTarget target;
  private GatewayFixture gateway;
  private GrpcCaller caller;

  @BeforeEach
  void start() {
    target = GrpcTarget.start();
    gateway = gateway(target.port());
    caller = GrpcCaller.plain(gateway.port());
  }

  @AfterEach
  void stop() {
    caller.close();
    gateway.close();
    target.close();
  }

  static GatewayFixture gateway(int port) {
    return builder(port).start();
  }

  static GatewayFixture.Builder builder(int port) {
    return GatewayFixture.gateway()
        .service("grpc", "grpc://127.0.0.1:" + port, _ -> {})
        .route("grpc", GrpcTest::forGrpc, "/test.Echo");
  }

  static void forGrpc(ObjectNode route) {
    route.put("strip_path", false).putArray("protocols").add("grpc").add("grpcs");
  }

  @Test
  void a_unary_call_is_answered() {
    assertThat(caller.unary("hello")).isEqualTo("hello");
    assertThat(caller.unary("")).isEmpty();
  }

  @Test
  void messages_of_a_megabyte_pass() throws InterruptedException {
    byte[] large = new byte[1_000_000];
    large[999_999] = 7;
    GrpcCaller.Call call = caller.call(GrpcTarget.UNARY).request(2).send(large).halfClose();

    assertThat(call.status().isOk()).isTrue();
    assertThat(call.trailers()).isNotNull();
    assertThat(call.next()).isEqualTo(large);
  }

  @Test
  void many_messages_come_back_in_order() {
    Iterator<byte[]> messages = caller.many("500");
    List<String> all = new ArrayList<>();
    messages.forEachRemaining(message -> all.add(GrpcCaller.text(message)));

    assertThat(all).hasSize(500).startsWith("message 0").endsWith("message 499");
  }

  @Test
  void messages_of_a_stream_come_before_its_end() throws InterruptedException {
    GrpcCaller.Call call = caller.call(GrpcTarget.MANY).request(10).send("2 hang").halfClose();

    assertThat(GrpcCaller.text(call.next())).isEqualTo("message 0");
    assertThat(GrpcCaller.text(call.next())).isEqualTo("message 1");
    assertThat(call.isOver()).isFalse();
    call.cancel();
  }

  @Test
  void a_client_streams() throws InterruptedException {
    GrpcCaller.Call call = caller.call(GrpcTarget.JOIN).request(2);
    call.send("one").send("two").send("three").halfClose();

    assertThat(GrpcCaller.text(call.next())).isEqualTo("one;two;three;");
    assertThat(call.status().isOk()).isTrue();
  }

  @Test
  void both_sides_stream_in_turn() throws InterruptedException {
    GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(100);
    for (int i = 0; i < 20; i++) {
      call.send("ping " + i);
      assertThat(GrpcCaller.text(call.next())).isEqualTo("ping " + i);
    }
    call.halfClose();

    assertThat(call.status().isOk()).isTrue();
  }

  @Test
  void metadata_passes_both_ways() {
    Metadata metadata = new Metadata();
    metadata.put(GrpcTarget.ASK, "what");
    metadata.put(GrpcTarget.OCTETS, new byte[] {0, 1, -1, 127});
    GrpcCaller.Call call = caller.call(GrpcTarget.UNARY, metadata, CallOptions.DEFAULT);
    call.request(2).send("x").halfClose();

    assertThat(call.status().isOk()).isTrue();
    assertThat(call.headers().get(GrpcTarget.HEAD)).isEqualTo("what");
    assertThat(call.headers().get(GrpcTarget.OCTETS)).isEqualTo(new byte[] {0, 1, -1, 127});
    assertThat(call.trailers().get(GrpcTarget.TAIL)).isEqualTo("what");
  }

  @Test
  void the_target_hears_of_the_client_and_of_us() throws InterruptedException {
    caller.unary("x");
    Metadata asked = target.awaitAsked();

    assertThat(text(asked, "x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(text(asked, "x-forwarded-path")).isEqualTo("/test.Echo/Unary");
    assertThat(text(asked, "via")).startsWith("2 ");
    assertThat(text(asked, "x-kong-request-id")).hasSize(32);
    assertThat(asked.keys()).doesNotContain("connection", "host");
  }

  private static String text(Metadata metadata, String name) {
    return metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  @Test
  void an_error_without_messages_passes_with_its_text_and_trailers() {
    Metadata metadata = new Metadata();
    metadata.put(GrpcTarget.ASK, "why");
    GrpcCaller.Call call = caller.call(GrpcTarget.UNARY, metadata, CallOptions.DEFAULT);
    call.request(2).send("fail NOT_FOUND nothing here, 100 % sure").halfClose();

    assertThat(call.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(call.status().getDescription()).isEqualTo("nothing here, 100 % sure");
    assertThat(call.trailers().get(GrpcTarget.TAIL)).isEqualTo("why");
  }

  @Test
  void an_error_behind_messages_passes() throws InterruptedException {
    GrpcCaller.Call call = caller.call(GrpcTarget.MANY).request(10).send("2 fail").halfClose();

    call.next();
    call.next();
    assertThat(call.status().getCode()).isEqualTo(Status.Code.DATA_LOSS);
  }

  @Test
  void an_answer_may_end_before_the_request() {
    GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(10);
    call.send("fail ABORTED enough");

    assertThat(call.status().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(caller.unary("still there")).isEqualTo("still there");
  }

  @Test
  void a_call_that_the_client_cancels_is_cancelled_at_the_target() throws InterruptedException {
    GrpcCaller.Call call = caller.call(GrpcTarget.MANY).request(10).send("1 hang").halfClose();
    call.next();
    long cancelled = System.nanoTime();
    call.cancel();
    long heard = target.awaitCancelled();

    // Within 50 ms on an idle machine; what is left over is for a loaded one.
    assertThat(TimeUnit.NANOSECONDS.toMillis(heard - cancelled)).isLessThan(2000);
    await().until(() -> target.open() == 0);
  }

  @Test
  void a_call_is_cancelled_before_its_first_answer_too() throws InterruptedException {
    GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(10).send("hang");
    await().until(() -> target.received() == 1);
    call.cancel();
    target.awaitCancelled();

    await().until(() -> target.open() == 0);
  }

  @Test
  void a_client_that_vanishes_cancels_its_calls() throws InterruptedException {
    try (GrpcCaller other = GrpcCaller.plain(gateway.port())) {
      GrpcCaller.Call call = other.call(GrpcTarget.CHAT).request(10).send("one");
      call.next();
    }
    target.awaitCancelled();
  }

  @Test
  void a_deadline_reaches_the_target_and_ends_the_call() throws InterruptedException {
    long begun = System.nanoTime();
    assertThatThrownBy(
            () -> caller.unary("hang", CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure ->
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(System.nanoTime() - begun).isGreaterThan(900_000_000L);
    assertThat(target.deadlineMillis()).isBetween(1L, 1000L);
    target.awaitCancelled();
    await().until(() -> target.open() == 0);
  }

  @Test
  void a_thousand_cancelled_calls_leave_nothing_behind() throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(10).send("x".repeat(100));
      if (i % 10 == 0) {
        call.next();
      }
      call.cancel();
    }
    await().atMost(20, TimeUnit.SECONDS).until(() -> target.open() == 0);
    await().atMost(20, TimeUnit.SECONDS).until(() -> gateway.server().upstreamConnections() <= 2);
    assertThat(caller.unary("after all")).isEqualTo("after all");
  }

  @Test
  void a_hundred_streams_share_a_connection() throws InterruptedException {
    List<GrpcCaller.Call> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(caller.call(GrpcTarget.CHAT).request(1000));
    }
    for (int round = 0; round < 50; round++) {
      for (GrpcCaller.Call call : calls) {
        call.send("round " + round);
      }
      for (GrpcCaller.Call call : calls) {
        assertThat(GrpcCaller.text(call.next())).isEqualTo("round " + round);
      }
    }
    // All calls are on one connection of the client, so on one I/O thread.
    assertThat(gateway.server().upstreamConnections()).isEqualTo(1);
    calls.forEach(GrpcCaller.Call::halfClose);
    for (GrpcCaller.Call call : calls) {
      assertThat(call.status().isOk()).isTrue();
    }
  }

  @Test
  void large_messages_of_several_streams_pass_at_once() throws InterruptedException {
    byte[] message = new byte[4 * 1024 * 1024];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) (i * 31 >> 3);
    }
    List<GrpcCaller.Call> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(caller.call(GrpcTarget.CHAT).request(10).send(message).send(message).halfClose());
    }
    for (GrpcCaller.Call call : calls) {
      assertThat(call.next()).isEqualTo(message);
      assertThat(call.next()).isEqualTo(message);
      assertThat(call.status().isOk()).isTrue();
    }
  }

  @Test
  void a_client_that_does_not_read_holds_the_target_up_and_nobody_else()
      throws InterruptedException {
    byte[] message = new byte[64 * 1024];
    GrpcCaller.Call call = caller.call(GrpcTarget.CHAT);
    int sent = 0;
    // Until the way up is full: windows and socket buffers, and nothing in the gateway beyond them.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (sent < 1000 && System.nanoTime() < end) {
      if (call.isReady()) {
        call.send(message);
        sent++;
      } else {
        Thread.onSpinWait();
      }
      if (sent > 200 && !call.isReady()) {
        break;
      }
    }
    assertThat(caller.unary("others go on")).isEqualTo("others go on");
    call.request(10_000).halfClose();
    for (int i = 0; i < sent; i++) {
      call.next();
    }
    assertThat(call.status().isOk()).isTrue();
  }

  @Test
  void tls_is_spoken_on_both_sides() throws Exception {
    TestCertificate certificate = TestCertificate.ecdsa("gw.test");
    try (GrpcTarget secure =
            GrpcTarget.start(builder -> builder.sslContext(serverTls(certificate)));
        GatewayFixture front =
            GatewayFixture.gateway()
                .tls(certificate.context())
                .service("grpc", "grpcs://127.0.0.1:" + secure.port(), _ -> {})
                .route("grpc", GrpcTest::forGrpc, "/test.Echo")
                .start();
        GrpcCaller client = GrpcCaller.secure(front.tlsPort(), "gw.test")) {
      assertThat(client.unary("hello")).isEqualTo("hello");
      GrpcCaller.Call call = client.call(GrpcTarget.CHAT).request(10).send("a");
      assertThat(GrpcCaller.text(call.next())).isEqualTo("a");
      call.cancel();
      secure.awaitCancelled();
    }
  }

  private static SslContext serverTls(TestCertificate certificate) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(certificate.key(), certificate.certificate()))
          .build();
    } catch (SSLException problem) {
      throw new IllegalStateException(problem);
    }
  }
}
