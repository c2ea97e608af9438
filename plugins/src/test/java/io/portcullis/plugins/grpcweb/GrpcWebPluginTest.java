package io.portcullis.plugins.grpcweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.GrpcCaller;
import io.portcullis.proxy.testkit.GrpcTarget;
import io.portcullis.proxy.testkit.Http2Client;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import io.portcullis.proxy.testkit.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** gRPC-Web from a client that knows nothing but its frames, to a server of grpc-java. */
class GrpcWebPluginTest {
  private static final String BINARY = "application/grpc-web+proto";
  private static final String TEXT = "application/grpc-web-text";
  private final FakeGateway surroundings = new FakeGateway();
  private GrpcTarget target;
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    target = GrpcTarget.start();
    gateway = gateway("{}", GrpcWebPluginTest::forGrpc);
  }

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
    surroundings.close();
  }

  private GatewayFixture gateway(
      String config, java.util.function.Consumer<ObjectNode> route, String... paths) {
    return GatewayFixture.gateway()
        .service("grpc", "grpc://127.0.0.1:" + target.port(), _ -> {})
        .route("grpc", route, paths.length == 0 ? new String[] {"/test.Echo"} : paths)
        .plugin(surroundings.start(new GrpcWebPlugin(), config))
        .tls(TestCertificate.ecdsa("gw.test").context())
        .start();
  }

  private static void forGrpc(ObjectNode route) {
    route.put("strip_path", false).putArray("protocols").add("grpc").add("grpcs");
  }

  private static byte[] frame(String message) {
    byte[] octets = message.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(5 + octets.length)
        .put((byte) 0)
        .putInt(octets.length)
        .put(octets)
        .array();
  }

  private static RawClient.Answer post(
      RawClient client, String path, String type, byte[] body, String... lines) {
    StringBuilder head =
        new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nX-Grpc-Web: 1\r\n");
    if (!type.isEmpty()) {
      head.append("Content-Type: ").append(type).append("\r\n");
    }
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    whole.writeBytes(body);
    return client.send(whole.toByteArray()).answer();
  }

  private RawClient.Answer post(String type, String method, byte[] body, String... lines) {
    try (RawClient client = gateway.connect()) {
      return post(client, "/test.Echo/" + method, type, body, lines);
    }
  }

  /** Messages as text, the trailers last. */
  private static List<String> frames(byte[] body) {
    List<String> frames = new ArrayList<>();
    ByteBuffer left = ByteBuffer.wrap(body);
    while (left.hasRemaining()) {
      int flag = left.get();
      byte[] content = new byte[left.getInt()];
      left.get(content);
      String text = new String(content, StandardCharsets.UTF_8);
      frames.add(flag == 0 ? text : (flag & 0xff) + ":" + text);
    }
    return frames;
  }

  /** Padding may stand amid the text: each piece is decoded by itself. */
  private static byte[] decoded(byte[] text) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < text.length; at += 4) {
      all.writeBytes(Base64.getDecoder().decode(java.util.Arrays.copyOfRange(text, at, at + 4)));
    }
    return all.toByteArray();
  }

  @Test
  void a_binary_call_is_answered_with_its_trailers_in_the_body() {
    RawClient.Answer answer = post(BINARY, "Unary", frame("hello"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).contains(BINARY);
    assertThat(answer.header("access-control-allow-origin")).contains("*");
    assertThat(frames(answer.body()))
        .containsExactly("hello", "128:grpc-status:0\r\ngrpc-message:\r\n");
  }

  @Test
  void c10_a_browsers_call_passes_over_tls() throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            trustingAll()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), gateway.tlsPort())) {
      RawClient client = RawClient.over(socket);
      assertThat(frames(post(client, "/test.Echo/Unary", BINARY, frame("one")).body()))
          .startsWith("one");
      assertThat(frames(post(client, "/test.Echo/Many", BINARY, frame("3")).body()))
          .containsExactly(
              "message 0", "message 1", "message 2", "128:grpc-status:0\r\ngrpc-message:\r\n");
    }
  }

  private static javax.net.ssl.SSLContext trustingAll() {
    try {
      javax.net.ssl.SSLContext context = javax.net.ssl.SSLContext.getInstance("TLS");
      context.init(null, io.portcullis.proxy.tls.AnyCertificate.only(), null);
      return context;
    } catch (java.security.GeneralSecurityException problem) {
      throw new IllegalStateException(problem);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ab", "abc", "a longer message of many groups"})
  void a_text_call_is_translated_both_ways(String message) {
    RawClient.Answer answer = post(TEXT, "Unary", Base64.getEncoder().encode(frame(message)));

    assertThat(answer.header("content-type")).contains(TEXT);
    assertThat(frames(decoded(answer.body())))
        .containsExactly(message, "128:grpc-status:0\r\ngrpc-message:\r\n");
  }

  @Test
  void a_text_call_may_be_encoded_piece_by_piece() {
    byte[] frame = frame("hello");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte octet : frame) {
      text.writeBytes(Base64.getEncoder().encode(new byte[] {octet}));
    }

    assertThat(frames(decoded(post(TEXT, "Unary", text.toByteArray()).body()))).startsWith("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAA", "A===", "!!!!", "AAAAA"})
  void text_that_is_no_base64_is_refused(String body) {
    assertThat(post(TEXT, "Unary", body.getBytes(StandardCharsets.US_ASCII)).status())
        .isEqualTo(400);
  }

  @Test
  void an_error_without_messages_comes_as_a_frame_too() {
    RawClient.Answer answer = post(BINARY, "Unary", frame("fail NOT_FOUND gone"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(frames(answer.body())).containsExactly("128:grpc-status:5\r\ngrpc-message:gone\r\n");
  }

  @Test
  void other_trailers_come_along() {
    RawClient.Answer answer = post(BINARY, "Unary", frame("x"), "X-Ask: why");

    assertThat(frames(answer.body()).getLast()).contains("x-tail:why\r\n");
    assertThat(answer.header("x-head")).contains("why");
  }

  @Test
  void messages_of_a_stream_come_as_they_are_made() throws InterruptedException {
    try (RawClient client = gateway.connect()) {
      byte[] body = frame("1 hang");
      client.send(
          "POST /test.Echo/Many HTTP/1.1\r\nHost: gw.test\r\nContent-Type: "
              + BINARY
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      client.send(body);
      // The head, then one message in a chunk, while the call goes on.
      String line = "";
      while (!line.endsWith("message 0")) {
        line += (char) client.read(1)[0];
      }
    }
    target.awaitCancelled();
  }

  @Test
  void the_target_gets_a_grpc_call() throws InterruptedException {
    post(BINARY, "Unary", frame("x"), "Authorization: Bearer t");
    Metadata asked = target.awaitAsked();

    assertThat(asked.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("Bearer t");
    assertThat(asked.get(Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("application/grpc");
  }

  @Test
  void c10_a_preflight_is_answered() {
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer =
          client
              .send(
                  "OPTIONS /test.Echo/Unary HTTP/1.1\r\nHost: gw.test\r\nOrigin: http://a.test\r\n"
                      + "Access-Control-Request-Method: POST\r\n\r\n")
              .answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("OK");
      assertThat(answer.header("access-control-allow-origin")).contains("*");
      assertThat(answer.header("access-control-allow-methods")).contains("POST");
      assertThat(answer.header("access-control-allow-headers"))
          .contains("content-type,x-grpc-web,x-user-agent");
      assertThat(answer.header("grpc-status")).contains("0");
      assertThat(answer.header("grpc-message")).contains("OK");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/grpc-web+json",
        "application/grpc-web-text+json",
        "application/grpc",
        "text/plain",
        ""
      })
  void what_it_does_not_translate_is_refused(String type) {
    RawClient.Answer answer = post(type, "Unary", frame("x"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text())
        .isEqualTo("transcoding requests require a .proto file defining the service");
    assertThat(answer.header("access-control-allow-origin")).contains("*");
  }

  @Test
  void native_calls_pass_untouched() throws InterruptedException {
    try (GrpcCaller caller = GrpcCaller.plain(gateway.port())) {
      GrpcCaller.Call call = caller.call(GrpcTarget.CHAT).request(10).send("one");

      assertThat(GrpcCaller.text(call.next())).isEqualTo("one");
      call.send("two");
      assertThat(GrpcCaller.text(call.next())).isEqualTo("two");
      call.halfClose();
      assertThat(call.status().isOk()).isTrue();
    }
  }

  @Test
  void http_2_is_spoken_by_browsers_too() {
    try (Http2Client client = Http2Client.connect(gateway.port())) {
      client.post(1, "/test.Echo/Unary", "content-type", BINARY).data(1, true, frame("two"));
      Http2Client.Answer answer = client.answer(1);

      assertThat(answer.header("content-type")).isEqualTo(BINARY);
      assertThat(answer.trailers()).isEmpty();
      assertThat(frames(answer.body()))
          .containsExactly("two", "128:grpc-status:0\r\ngrpc-message:\r\n");
    }
  }

  @Test
  void the_origin_can_be_chosen() {
    try (GatewayFixture chosen =
            gateway("{'allow_origin_header':'http://a.test'}", GrpcWebPluginTest::forGrpc);
        RawClient client = chosen.connect()) {
      assertThat(
              post(client, "/test.Echo/Unary", BINARY, frame("x"))
                  .header("access-control-allow-origin"))
          .contains("http://a.test");
    }
  }

  @Test
  void a_route_for_http_may_strip_its_prefix() {
    try (GatewayFixture stripping =
            gateway("{'pass_stripped_path':true}", route -> route.put("strip_path", true), "/web");
        RawClient client = stripping.connect()) {
      assertThat(frames(post(client, "/web/test.Echo/Unary", BINARY, frame("x")).body()))
          .startsWith("x");
    }
    try (GatewayFixture whole =
            gateway("{}", route -> route.put("strip_path", true), "/test.Echo");
        RawClient client = whole.connect()) {
      assertThat(frames(post(client, "/test.Echo/Unary", BINARY, frame("x")).body()))
          .startsWith("x");
    }
  }

  @Test
  void a_route_for_grpcs_takes_nothing_in_cleartext() {
    try (GatewayFixture strict =
            gateway(
                "{}", route -> route.put("strip_path", false).putArray("protocols").add("grpcs"));
        RawClient client = strict.connect()) {
      assertThat(post(client, "/test.Echo/Unary", BINARY, frame("x")).status()).isEqualTo(426);
    }
  }

  @Test
  void an_answer_of_the_gateway_stays_what_it_is() {
    try (RawTarget silent = RawTarget.start()) {
      silent.close();
      try (GatewayFixture broken =
              GatewayFixture.gateway()
                  .service("grpc", "grpc://127.0.0.1:" + silent.port(), _ -> {})
                  .route("grpc", GrpcWebPluginTest::forGrpc, "/test.Echo")
                  .plugin(surroundings.start(new GrpcWebPlugin(), "{}"))
                  .start();
          RawClient client = broken.connect()) {
        RawClient.Answer answer = post(client, "/test.Echo/Unary", BINARY, frame("x"));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("access-control-allow-origin")).contains("*");
      }
    }
  }

  @Test
  void a_refusal_over_http_2_tells_its_text() {
    try (Http2Client client = Http2Client.connect(gateway.port())) {
      client.post(1, "/test.Echo/Unary", "content-type", "application/grpc-web+json");
      client.data(1, true, "{}");
      assertThat(client.answer(1).status()).isEqualTo(400);
      assertThat(client.answer(1).header("grpc-message"))
          .isEqualTo("transcoding requests require a .proto file defining the service");
    }
  }
}
