package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import io.portcullis.proxy.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 9113 does not allow. */
class Http2RulesTest {
  private static final EchoTarget TARGET = EchoTarget.start();
  private static final GatewayFixture GATEWAY = GatewayFixture.forwardingTo(TARGET);

  @AfterAll
  static void stop() {
    GATEWAY.close();
    TARGET.close();
  }

  private static Arguments lines(String what, String... lines) {
    return arguments(what, lines);
  }

  private static Arguments more(String what, String... lines) {
    return arguments(what, Http2Client.request("GET", "/", lines));
  }

  static Stream<Arguments> malformedHeads() {
    String long17 = "1".repeat(19);
    return Stream.of(
        lines("no lines"),
        lines("no method", ":scheme", "http", ":path", "/", ":authority", "a"),
        lines("no scheme", ":method", "GET", ":path", "/", ":authority", "a"),
        lines("no path", ":method", "GET", ":scheme", "http", ":authority", "a"),
        lines("an empty path", ":method", "GET", ":scheme", "http", ":path", "", "host", "a"),
        lines(
            "a path that is none", ":method", "GET", ":scheme", "http", ":path", "a", "host", "a"),
        lines("a URL", ":method", "GET", ":scheme", "http", ":path", "http://a/", "host", "a"),
        lines(
            "a path with a space", ":method", "GET", ":scheme", "http", ":path", "/ ", "host", "a"),
        lines("a fragment", ":method", "GET", ":scheme", "http", ":path", "/#a", "host", "a"),
        lines("* of GET", ":method", "GET", ":scheme", "http", ":path", "*", "host", "a"),
        lines("CONNECT with a path", Http2Client.request("CONNECT", "/")),
        lines("CONNECT of nobody", ":method", "CONNECT"),
        more("two methods", ":method", "GET"),
        more("a pseudo-field behind a line", "a", "b", ":path", "/"),
        lines(
            "a pseudo-field behind the others",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/",
            "a",
            "b",
            ":authority",
            "a"),
        more("an unknown pseudo-field", ":what", "a"),
        more("an answer's pseudo-field", ":status", "200"),
        more("an empty name", "", "a"),
        more("a name in upper case", "X-a", "b"),
        more("a name with a space", "a b", "c"),
        more("a name with a colon", "a:b", "c"),
        more("a line feed in a value", "a", "b\nc: d"),
        more("a carriage return in a value", "a", "b\r"),
        more("NUL in a value", "a", "b\0c"),
        more("a space before a value", "a", " b"),
        more("a tab behind a value", "a", "b\t"),
        more("connection", "connection", "close"),
        more("keep-alive", "keep-alive", "5"),
        more("proxy-connection", "proxy-connection", "close"),
        more("transfer-encoding", "transfer-encoding", "chunked"),
        more("upgrade", "upgrade", "h2c"),
        more("te other than trailers", "te", "trailers, deflate"),
        more("a length that is none", "content-length", "+1"),
        more("a length that is too long", "content-length", long17),
        more("two lengths", "content-length", "0", "content-length", "0"),
        more("a length without a body", "content-length", "1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedHeads")
  void resets_the_stream_of_a_malformed_head_and_no_other(String what, String[] lines) {
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      client.headers(1, true, lines);
      assertThat(client.awaitReset(1)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(client.partOf(1).status()).isZero();
      assertThat(client.get(3, "/").answer(3).status()).isEqualTo(200);
    }
  }

  static Stream<Arguments> refusedHeads() {
    return Stream.of(
        arguments(400, "no host", new String[] {":method", "GET", ":scheme", "http", ":path", "/"}),
        arguments(400, "two hosts", Http2Client.request("GET", "/", "host", "other")),
        arguments(
            400,
            "a host that is none",
            new String[] {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "u@a"}),
        arguments(400, "a method in lower case", Http2Client.request("get", "/")),
        arguments(400, "a path that leaves the root", Http2Client.request("GET", "/../x")),
        arguments(400, "OPTIONS of all", Http2Client.request("OPTIONS", "*")),
        arguments(405, "TRACE", Http2Client.request("TRACE", "/")),
        arguments(405, "CONNECT", new String[] {":method", "CONNECT", ":authority", "a:443"}),
        arguments(417, "a wonder", Http2Client.request("GET", "/", "expect", "wonders")),
        arguments(
            431, "64 KiB in a line", Http2Client.request("GET", "/", "x", "a".repeat(64 * 1024))),
        arguments(431, "64 KiB in many", Http2Client.request("GET", "/", many(1300))));
  }

  private static String[] many(int lines) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      all.add("x-" + i);
      all.add("0123456789");
    }
    return all.toArray(String[]::new);
  }

  @ParameterizedTest(name = "{0} for {1}")
  @MethodSource("refusedHeads")
  void answers_a_head_that_cannot_be_served(int status, String what, String[] lines) {
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      byte[] block = Http2Client.block(lines);
      int part = 16_000;
      for (int at = 0; at < block.length; at += part) {
        int end = Math.min(at + part, block.length);
        client.frame(
            at == 0 ? Http2Client.HEADERS : Http2Client.CONTINUATION,
            (at == 0 ? Http2Client.END_STREAM : 0)
                | (end == block.length ? Http2Client.END_HEADERS : 0),
            1,
            java.util.Arrays.copyOfRange(block, at, end));
      }
      assertThat(client.answer(1).status()).isEqualTo(status);
      assertThat(client.get(3, "/").answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  void goes_on_decompressing_behind_a_head_that_is_too_large() {
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      // A line of 4000 octets enters the table, then comes again and again: 36 MB in 9 KB.
      byte[] value = new byte[4000];
      java.util.Arrays.fill(value, (byte) 'a');
      byte[] first = Http2Client.block(Http2Client.request("GET", "/"));
      java.nio.ByteBuffer block = java.nio.ByteBuffer.allocate(first.length + 4005 + 9000);
      block.put(first).put((byte) 0x40).put((byte) 1).put((byte) 'x');
      block.put((byte) 127).put((byte) (4000 - 127 & 0x7f | 0x80)).put((byte) (4000 - 127 >>> 7));
      block.put(value, 0, 4000 - 1);
      byte[] head = new byte[block.position() + 1 + 9000];
      block.put((byte) 'a');
      System.arraycopy(block.array(), 0, head, 0, block.position());
      java.util.Arrays.fill(head, block.position(), head.length, (byte) (0x80 | 62));
      client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 1, head);
      assertThat(client.answer(1).status()).isEqualTo(431);
      byte[] again = java.util.Arrays.copyOf(first, first.length + 1);
      again[first.length] = (byte) (0x80 | 62);
      client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 3, again);
      assertThat(client.answer(3).text()).contains("x: aaaa");
    }
  }

  private static Arguments fault(String what, int code, Consumer<Http2Client> words) {
    return arguments(what, code, words);
  }

  static Stream<Arguments> connectionFaults() {
    byte[] head = Http2Client.block(Http2Client.request("GET", "/"));
    return Stream.of(
        fault(
            "an even stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.headers(2, true, Http2Client.request("GET", "/"))),
        fault("a smaller stream", ErrorCode.PROTOCOL_ERROR, c -> c.get(5, "/").get(3, "/")),
        fault(
            "a closed stream",
            ErrorCode.STREAM_CLOSED,
            c -> {
              c.get(1, "/").answer(1);
              c.get(1, "/");
            }),
        fault("DATA on no stream", ErrorCode.PROTOCOL_ERROR, c -> c.data(0, true, "a")),
        fault("DATA on an idle stream", ErrorCode.PROTOCOL_ERROR, c -> c.data(1, true, "a")),
        fault(
            "RST_STREAM on an idle stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.number(Http2Client.RST_STREAM, 1, 8)),
        fault(
            "WINDOW_UPDATE on an idle stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.number(Http2Client.WINDOW_UPDATE, 1, 8)),
        fault(
            "a WINDOW_UPDATE of 0",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.number(Http2Client.WINDOW_UPDATE, 0, 0)),
        fault(
            "a connection window that overflows",
            ErrorCode.FLOW_CONTROL_ERROR,
            c -> c.number(Http2Client.WINDOW_UPDATE, 0, Frame.MAX_INT)),
        fault(
            "an initial window that is too large",
            ErrorCode.FLOW_CONTROL_ERROR,
            c -> c.settings(4, 0x8000_0000)),
        fault("ENABLE_PUSH of 2", ErrorCode.PROTOCOL_ERROR, c -> c.settings(2, 2)),
        fault("a MAX_FRAME_SIZE of 1", ErrorCode.PROTOCOL_ERROR, c -> c.settings(5, 1)),
        fault(
            "SETTINGS on a stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.frame(Http2Client.SETTINGS, 0, 1)),
        fault(
            "SETTINGS of the wrong size",
            ErrorCode.FRAME_SIZE_ERROR,
            c -> c.frame(Http2Client.SETTINGS, 0, 0, new byte[5])),
        fault(
            "acknowledged settings",
            ErrorCode.FRAME_SIZE_ERROR,
            c -> c.frame(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[6])),
        fault(
            "PING of the wrong size",
            ErrorCode.FRAME_SIZE_ERROR,
            c -> c.frame(Http2Client.PING, 0, 0, new byte[7])),
        fault(
            "PING on a stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.frame(Http2Client.PING, 0, 1, new byte[8])),
        fault(
            "PRIORITY of the wrong size",
            ErrorCode.FRAME_SIZE_ERROR,
            c -> c.frame(Http2Client.PRIORITY, 0, 1, new byte[4])),
        fault(
            "a WINDOW_UPDATE of 0 on a closed stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> {
              c.get(1, "/").answer(1);
              c.number(Http2Client.WINDOW_UPDATE, 1, 0);
            }),
        fault(
            "GOAWAY on a stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.frame(Http2Client.GOAWAY, 0, 1, new byte[8])),
        fault(
            "PUSH_PROMISE",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.frame(Http2Client.PUSH_PROMISE, 4, 1, new byte[5])),
        fault(
            "CONTINUATION of nothing",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.frame(Http2Client.CONTINUATION, 4, 1, head)),
        fault(
            "a frame within a header block",
            ErrorCode.PROTOCOL_ERROR,
            c ->
                c.frame(Http2Client.HEADERS, 0, 1, head)
                    .frame(Http2Client.PING, 0, 0, new byte[8])),
        fault(
            "another stream's CONTINUATION",
            ErrorCode.PROTOCOL_ERROR,
            c ->
                c.frame(Http2Client.HEADERS, 0, 1, head)
                    .frame(Http2Client.CONTINUATION, 4, 3, head)),
        fault(
            "a frame over the limit",
            ErrorCode.FRAME_SIZE_ERROR,
            c -> c.post(1, "/").data(1, true, new byte[16_385])),
        fault(
            "padding without end",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").frame(Http2Client.DATA, Http2Client.PADDED, 1, new byte[] {2, 0})),
        fault(
            "a head of padding without end",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.frame(Http2Client.HEADERS, 4 | Http2Client.PADDED, 1, new byte[] {2, 0})),
        fault(
            "a header block that is none",
            ErrorCode.COMPRESSION_ERROR,
            c -> c.frame(Http2Client.HEADERS, 5, 1, new byte[] {(byte) 0xff})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("connectionFaults")
  void ends_the_connection(String what, int code, Consumer<Http2Client> words) {
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      words.accept(client);
      assertThat(client.awaitEnd()).isEqualTo(code);
    }
  }

  static Stream<Arguments> streamFaults() {
    return Stream.of(
        fault(
            "DATA behind the end", ErrorCode.STREAM_CLOSED, c -> c.get(1, "/").data(1, true, "a")),
        fault(
            "DATA on a closed stream",
            ErrorCode.STREAM_CLOSED,
            c -> {
              c.get(1, "/").answer(1);
              c.data(1, true, "a");
            }),
        fault(
            "a body over its length",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/", "content-length", "2").data(1, false, "abc")),
        fault(
            "a body short of its length",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/", "content-length", "2").data(1, true, "a")),
        fault(
            "trailers that do not end the stream",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").headers(1, false, "x", "y")),
        fault(
            "trailers with a pseudo-field",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").headers(1, true, ":method", "GET")),
        fault(
            "trailers with a length",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").headers(1, true, "content-length", "0")),
        fault(
            "trailers in upper case",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").headers(1, true, "X", "y")),
        fault(
            "a WINDOW_UPDATE of 0",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").number(Http2Client.WINDOW_UPDATE, 1, 0)),
        fault(
            "a window that overflows",
            ErrorCode.FLOW_CONTROL_ERROR,
            c -> c.post(1, "/").number(Http2Client.WINDOW_UPDATE, 1, Frame.MAX_INT)),
        fault(
            "a stream that depends on itself",
            ErrorCode.PROTOCOL_ERROR,
            c -> c.post(1, "/").frame(Http2Client.PRIORITY, 0, 1, new byte[] {0, 0, 0, 1, 9})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streamFaults")
  void resets_the_stream(String what, int code, Consumer<Http2Client> words) {
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      words.accept(client);
      assertThat(client.awaitReset(1)).isEqualTo(code);
      assertThat(client.get(3, "/").answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  void wants_settings_first() {
    try (Http2Client client = Http2Client.connectBare(GATEWAY.port())) {
      client.raw(Frame.preface()).get(1, "/");
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void closes_on_what_is_neither_preface_nor_request() {
    try (RawClient client = GATEWAY.connect()) {
      assertThat(client.send("INVALID CONNECTION PREFACE\r\n\r\n").isClosedByPeer()).isTrue();
    }
    try (RawClient client = GATEWAY.connect()) {
      client.send("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
    try (RawClient client = GATEWAY.connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(505);
      assertThat(client.isClosedByPeer()).isTrue();
    }
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      client.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.FRAME_SIZE_ERROR);
    }
  }

  @Test
  void passes_over_what_it_does_not_know() {
    try (Http2Client client = Http2Client.connect(GATEWAY.port())) {
      client
          .settings(0x99, 7)
          .frame(0x42, 0xff, 7, new byte[100])
          .frame(Http2Client.PRIORITY, 0, 9, new byte[] {0, 0, 0, 3, 1})
          .get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo(200);
    }
  }
}
