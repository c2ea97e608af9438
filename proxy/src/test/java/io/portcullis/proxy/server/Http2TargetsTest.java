package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import io.portcullis.proxy.testkit.Http2Target;
import io.portcullis.proxy.upstream.PoolLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The HTTP/2 client towards targets, frame by frame. */
final class Http2TargetsTest {
  private static final String MESSAGE = "\0\0\0\0\1a";
  private Http2Target target;
  private GatewayFixture gateway;
  private Http2Client client;

  @BeforeEach
  void start() {
    target = Http2Target.start();
    gateway =
        GrpcTest.builder(target.port())
            .settings(
                made ->
                    made.withIoThreads(1)
                        .withPool(new PoolLimits(512, Duration.ofMillis(300), 10_000)))
            .start();
    client = Http2Client.connect(gateway.port());
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    target.close();
  }

  private void ask(int stream) {
    client.post(stream, "/test.Echo/Unary", "content-type", "application/grpc", "te", "trailers");
    client.data(stream, true, MESSAGE);
  }

  private static void finish(Http2Client connection, int stream) {
    Http2Target.answer(connection, stream).data(stream, false, MESSAGE);
    connection.headers(stream, true, "grpc-status", "0");
  }

  private void isAnswered(int stream) {
    Http2Client.Answer answer = client.answer(stream);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(MESSAGE);
    assertThat(answer.trailers()).containsEntry("grpc-status", "0");
  }

  @Test
  void a_request_says_what_it_is() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      Http2Client.Received settings = connection.await(Http2Client.SETTINGS);
      assertThat(settings.setting(Frame.SETTINGS_ENABLE_PUSH)).isZero();
      connection.await(Http2Client.HEADERS);
      assertThat(connection.partOf(1).headers())
          .containsEntry(":method", "POST")
          .containsEntry(":scheme", "http")
          .containsEntry(":path", "/test.Echo/Unary")
          .containsEntry(":authority", "127.0.0.1:" + target.port())
          .containsEntry("te", "trailers")
          .doesNotContainKeys("connection", "host", "content-length");
      Http2Client.Received data = connection.await(Http2Client.DATA);
      assertThat(data.has(Http2Client.END_STREAM)).isTrue();
      finish(connection, 1);
      isAnswered(1);
    }
  }

  @Test
  void requests_of_all_clients_share_a_connection() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0]);
        Http2Client other = Http2Client.connect(gateway.port())) {
      connection.await(Http2Client.DATA);
      other.post(1, "/test.Echo/Unary", "content-type", "application/grpc").data(1, true, MESSAGE);
      assertThat(connection.await(Http2Client.DATA).stream()).isEqualTo(3);
      finish(connection, 3);
      finish(connection, 1);
      isAnswered(1);
      assertThat(other.answer(1).text()).isEqualTo(MESSAGE);
    }
  }

  @Test
  void a_request_beyond_what_the_target_takes_gets_another_connection() {
    ask(1);
    try (Http2Client first = target.accept(Frame.SETTINGS_MAX_CONCURRENT_STREAMS, 1)) {
      first.await(Http2Client.DATA);
      finish(first, 1);
      isAnswered(1);
      ask(3);
      first.await(Http2Client.DATA);
      ask(5);
      try (Http2Client second = target.accept(Frame.SETTINGS_MAX_CONCURRENT_STREAMS, 1)) {
        second.await(Http2Client.DATA);
        finish(second, 1);
        isAnswered(5);
      }
      finish(first, 3);
      isAnswered(3);
    }
  }

  @Test
  void a_refused_stream_is_tried_again() {
    ask(1);
    try (Http2Client first = target.accept(new int[0])) {
      first.await(Http2Client.DATA);
      first.number(Http2Client.RST_STREAM, 1, 7);
      // The same connection has room again, once nothing is on it.
      first.await(Http2Client.DATA);
      finish(first, 3);
      isAnswered(1);
    }
  }

  @Test
  void a_stream_that_a_farewell_leaves_out_is_tried_again_and_the_others_finish() {
    ask(1);
    try (Http2Client first = target.accept(new int[0])) {
      first.await(Http2Client.DATA);
      ask(3);
      first.await(Http2Client.DATA);
      first.frame(Http2Client.GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(1).putInt(0).array());
      try (Http2Client second = target.accept(new int[0])) {
        second.await(Http2Client.DATA);
        finish(second, 1);
        isAnswered(3);
        ask(5);
        assertThat(second.await(Http2Client.DATA).stream()).isEqualTo(3);
        finish(second, 3);
        isAnswered(5);
      }
      finish(first, 1);
      isAnswered(1);
      assertThat(first.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void the_request_waits_for_the_streams_window() {
    ask(1);
    try (Http2Client connection = target.accept(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 10)) {
      connection.await(Http2Client.DATA);
      finish(connection, 1);
      isAnswered(1);
      client.post(3, "/test.Echo/Unary", "content-type", "application/grpc");
      client.data(3, true, "0123456789abcdefghijklmnopq");
      assertThat(text(connection.await(Http2Client.DATA))).isEqualTo("0123456789");
      connection.number(Http2Client.WINDOW_UPDATE, 3, 5);
      assertThat(text(connection.await(Http2Client.DATA))).isEqualTo("abcde");
      // A larger window for new streams widens those that are open.
      connection.settings(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 1000);
      Http2Client.Received rest = connection.await(Http2Client.DATA);
      assertThat(text(rest)).isEqualTo("fghijklmnopq");
      assertThat(rest.has(Http2Client.END_STREAM)).isTrue();
      finish(connection, 3);
      isAnswered(3);
    }
  }

  @Test
  void a_connection_whose_window_one_stream_used_up_holds_no_other_call_up() {
    ask(1);
    try (Http2Client first = target.accept(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 1_000_000)) {
      first.await(Http2Client.DATA);
      finish(first, 1);
      isAnswered(1);
      client.post(3, "/test.Echo/Unary", "content-type", "application/grpc");
      client.data(3, false, new byte[16_000]).data(3, false, new byte[16_000]);
      client.data(3, false, new byte[16_000]).data(3, false, new byte[16_000]);
      int taken = MESSAGE.length();
      while (taken < Frame.DEFAULT_WINDOW - 2000) {
        taken += first.await(Http2Client.DATA).payload().length;
      }
      client.data(3, false, new byte[1_500]);
      while (taken < Frame.DEFAULT_WINDOW) {
        taken += first.await(Http2Client.DATA).payload().length;
        if (taken < Frame.DEFAULT_WINDOW) {
          client.data(3, false, new byte[Frame.DEFAULT_WINDOW - taken]);
        }
      }
      ask(5);
      try (Http2Client second = target.accept(new int[0])) {
        second.await(Http2Client.DATA);
        finish(second, 1);
        isAnswered(5);
      }
      finish(first, 3);
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  void a_stream_whose_window_is_closed_is_cancelled_at_once() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      // Said any sooner, it may hold up the first request too.
      connection.settings(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 0);
      finish(connection, 1);
      isAnswered(1);
      client.post(3, "/test.Echo/Unary", "content-type", "application/grpc");
      client.data(3, false, MESSAGE);
      connection.await(Http2Client.HEADERS);
      client.number(Http2Client.RST_STREAM, 3, 8);
      assertThat(connection.awaitReset(3)).isEqualTo(8);
    }
  }

  private static String text(Http2Client.Received data) {
    return new String(data.payload(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void a_client_that_does_not_read_closes_the_targets_window() {
    try (Http2Client slow = Http2Client.connectBare(gateway.port())) {
      // Nothing of the answer may be sent: this client's streams have no window.
      slow.greet(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 0);
      slow.post(1, "/test.Echo/Unary", "content-type", "application/grpc");
      slow.data(1, true, MESSAGE);
      try (Http2Client connection = target.accept(new int[0])) {
        Http2Client.Received settings = connection.await(Http2Client.SETTINGS);
        int window = settings.setting(Frame.SETTINGS_INITIAL_WINDOW_SIZE);
        connection.await(Http2Client.DATA);
        Http2Target.answer(connection, 1);
        byte[] part = new byte[16_384];
        int sent = 0;
        while (sent + part.length <= window) {
          connection.data(1, false, part);
          sent += part.length;
        }
        connection.frame(Http2Client.PING, 0, 0, new byte[8]);
        int more = 0;
        for (Http2Client.Received frame = connection.read();
            frame != null && frame.type() != Http2Client.PING;
            frame = connection.read()) {
          if (frame.type() == Http2Client.WINDOW_UPDATE && frame.stream() == 1) {
            more += frame.number(0);
          }
        }
        // What was handed on before the client proved slow; nothing after.
        assertThat(more).isLessThan(window / 2);
        slow.number(Http2Client.WINDOW_UPDATE, 1, 10_000_000);
        slow.number(Http2Client.WINDOW_UPDATE, 0, 10_000_000);
        connection.headers(1, true, "grpc-status", "0");
        assertThat(slow.answer(1).body()).hasSize(sent);
      }
    }
  }

  @Test
  void pings_are_answered() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.frame(Http2Client.PING, 0, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
      Http2Client.Received answer = connection.await(Http2Client.PING);
      assertThat(answer.has(Http2Client.ACK)).isTrue();
      assertThat(answer.payload()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      finish(connection, 1);
      isAnswered(1);
    }
  }

  @Test
  void a_target_that_is_silent_altogether_is_asked_for_a_sign_of_life() {
    try (GatewayFixture impatient =
            GatewayFixture.gateway()
                .service(
                    "grpc",
                    "grpc://127.0.0.1:" + target.port(),
                    stored -> stored.put("read_timeout", 1200).put("retries", 0))
                .route("grpc", GrpcTest::forGrpc, "/test.Echo")
                .start();
        Http2Client caller = Http2Client.connect(impatient.port())) {
      caller.post(1, "/test.Echo/Unary", "content-type", "application/grpc");
      caller.data(1, true, MESSAGE);
      try (Http2Client first = target.accept(new int[0])) {
        first.await(Http2Client.DATA);
        assertThat(caller.answer(1).status()).isEqualTo(504);
        Http2Client.Received ping = first.await(Http2Client.PING);
        assertThat(ping.has(Http2Client.ACK)).isFalse();
        // Until it is answered, calls go elsewhere.
        caller.post(3, "/test.Echo/Unary", "content-type", "application/grpc");
        caller.data(3, true, MESSAGE);
        try (Http2Client second = target.accept(new int[0])) {
          second.await(Http2Client.DATA);
          finish(second, 1);
          assertThat(caller.answer(3).status()).isEqualTo(200);
        }
        assertThat(first.isClosedByPeer()).isTrue();
      }
    }
  }

  @Test
  void a_flood_of_pings_ends_the_connection() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      byte[] ping = Http2Client.encode(Http2Client.PING, 0, 0, new byte[8]);
      byte[] many = new byte[ping.length * 5000];
      for (int i = 0; i < many.length; i += ping.length) {
        System.arraycopy(ping, 0, many, i, ping.length);
      }
      connection.raw(many);
      assertThat(client.answer(1).status()).isEqualTo(502);
      connection.awaitEnd();
    }
  }

  @Test
  void a_connection_without_requests_is_closed_after_its_time() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      finish(connection, 1);
      isAnswered(1);
      assertThat(connection.awaitEnd()).isZero();
    }
  }

  @Test
  void an_idle_connection_that_said_farewell_is_not_used() {
    ask(1);
    try (Http2Client first = target.accept(new int[0])) {
      first.await(Http2Client.DATA);
      finish(first, 1);
      isAnswered(1);
    }
    ask(3);
    try (Http2Client second = target.accept(new int[0])) {
      second.await(Http2Client.DATA);
      finish(second, 1);
      isAnswered(3);
    }
  }

  @Test
  void informational_answers_pass() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      connection.headers(1, false, ":status", "103", "link", "</a>");
      finish(connection, 1);
      isAnswered(1);
      assertThat(client.partOf(1).interim()).hasSize(1);
    }
  }

  @Test
  void an_answer_without_a_body_keeps_its_form() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      connection.headers(
          1, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "5");
      Http2Client.Received head = client.await(Http2Client.HEADERS);
      assertThat(head.has(Http2Client.END_STREAM)).isTrue();
      assertThat(client.partOf(1).headers())
          .containsEntry("grpc-status", "5")
          .doesNotContainKey("content-length");
    }
  }

  static List<List<String>> malformedHeads() {
    return List.of(
        List.of("content-type", "application/grpc"),
        List.of(":status", "200", ":status", "200"),
        List.of(":status", "20"),
        List.of(":status", "2x0"),
        List.of(":status", "099"),
        List.of("content-type", "application/grpc", ":status", "200"),
        List.of(":status", "200", ":path", "/"),
        List.of(":status", "200", "Upper", "case"),
        List.of(":status", "200", "connection", "close"),
        List.of(":status", "200", "transfer-encoding", "chunked"),
        List.of(":status", "200", "x", "a\rb"),
        List.of(":status", "200", "", "a"),
        List.of(":status", "200", "content-length", "1", "content-length", "1"),
        List.of(":status", "200", "content-length", "-1"),
        List.of(":status", "101"),
        List.of(":status", "200", "x-large", "x".repeat(100_000)));
  }

  @ParameterizedTest
  @MethodSource("malformedHeads")
  void a_malformed_head_is_a_bad_answer_and_hurts_nobody_else(List<String> lines) {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      ask(3);
      connection.await(Http2Client.DATA);
      byte[] block = Http2Client.block(lines.toArray(String[]::new));
      int first = Math.min(block.length, 16_384);
      connection.frame(
          Http2Client.HEADERS,
          first == block.length ? Http2Client.END_HEADERS : 0,
          1,
          Arrays.copyOf(block, first));
      for (int at = first; at < block.length; at += 16_384) {
        int end = Math.min(at + 16_384, block.length);
        connection.frame(
            Http2Client.CONTINUATION,
            end == block.length ? Http2Client.END_HEADERS : 0,
            1,
            Arrays.copyOfRange(block, at, end));
      }
      assertThat(client.answer(1).status()).isEqualTo(502);
      assertThat(client.answer(1).header("grpc-status")).isEqualTo("14");
      assertThat(connection.awaitReset(1)).isPositive();
      finish(connection, 3);
      isAnswered(3);
    }
  }

  static List<byte[]> brokenFrames() {
    return List.of(
        Http2Client.encode(Http2Client.PUSH_PROMISE, 4, 1, new byte[4]),
        Http2Client.encode(Http2Client.DATA, 0, 99, new byte[4]),
        Http2Client.encode(Http2Client.DATA, 0, 0, new byte[4]),
        Http2Client.encode(Http2Client.DATA, 0, 2, new byte[4]),
        Http2Client.encode(Http2Client.DATA, 0, 1, new byte[20_000]),
        Http2Client.encode(Http2Client.HEADERS, 4, 2, Http2Client.block(":status", "200")),
        Http2Client.encode(Http2Client.HEADERS, 4, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff),
        Http2Client.encode(Http2Client.CONTINUATION, 4, 1, new byte[4]),
        Http2Client.encode(Http2Client.WINDOW_UPDATE, 0, 0, new byte[4]),
        Http2Client.encode(Http2Client.SETTINGS, 0, 0, new byte[5]),
        Http2Client.encode(Http2Client.PING, 0, 0, new byte[4]),
        Http2Client.encode(Http2Client.RST_STREAM, 0, 99, new byte[4]));
  }

  @ParameterizedTest
  @MethodSource("brokenFrames")
  void a_broken_frame_ends_the_connection(byte[] frame) {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      connection.raw(frame);
      assertThat(client.answer(1).status()).isEqualTo(502);
      assertThat(connection.awaitEnd()).isPositive();
    }
  }

  @Test
  void a_body_before_the_head_is_a_bad_answer() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      connection.data(1, false, "abc");
      assertThat(client.answer(1).status()).isEqualTo(502);
    }
  }

  @Test
  void a_body_short_of_its_length_breaks_off() {
    ask(1);
    try (Http2Client connection = target.accept(new int[0])) {
      connection.await(Http2Client.DATA);
      Http2Target.answer(connection, 1, "content-length", "10").data(1, true, "abc");
      assertThat(client.awaitReset(1)).isPositive();
    }
  }

  @Test
  void more_than_the_window_ends_the_stream() {
    try (Http2Client slow = Http2Client.connectBare(gateway.port())) {
      slow.greet(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 0);
      slow.post(1, "/test.Echo/Unary", "content-type", "application/grpc");
      slow.data(1, true, MESSAGE);
      try (Http2Client connection = target.accept(new int[0])) {
        connection.await(Http2Client.DATA);
        Http2Target.answer(connection, 1);
        for (int i = 0; i < 40; i++) {
          connection.data(1, false, new byte[16_384]);
        }
        assertThat(connection.awaitReset(1)).isEqualTo(3);
      }
    }
  }
}
