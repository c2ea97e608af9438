package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import io.undertow.Undertow;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets: the handshake passes the plugins, the frames pass as they are. */
class WebSocketTest {
  private static final String HANDSHAKE =
      """
      GET /chat HTTP/1.1
      Host: gw.test
      Connection: keep-alive, Upgrade
      Upgrade: WebSocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");
  private static final String ACCEPTED =
      """
      HTTP/1.1 101 Switching Protocols
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

      """
          .replace("\n", "\r\n");
  private static final byte[] HELLO = {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'};

  private final RawTarget target = RawTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void serves_a_real_client_of_a_real_server() throws Exception {
    Undertow server = echoServer();
    server.start();
    int port = ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    Heard heard = new Heard();
    try (GatewayFixture gateway = forwardingTo(port, 60_000);
        HttpClient client = HttpClient.newHttpClient()) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .subprotocols("chat")
              .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/chat"), heard)
              .get(10, TimeUnit.SECONDS);
      socket.sendText("hello", true).join();
      assertThat(heard.next()).isEqualTo("text hello");
      socket.sendBinary(ByteBuffer.wrap(new byte[1_000_000]), true).join();
      assertThat(heard.next()).isEqualTo("binary 1000000");
      socket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
      assertThat(heard.next()).isEqualTo("pong 1");
      assertThat(gateway.server().counters().tunnels()).isEqualTo(1);
      socket.sendClose(4000, "over").join();
      assertThat(heard.next()).isEqualTo("close 4000");
      await().until(() -> gateway.server().counters().tunnels() == 0);
      await().until(() -> gateway.server().upstreamConnections() == 0);
    } finally {
      server.stop();
    }
  }

  @Test
  void leaves_compression_to_client_and_server() throws Exception {
    Undertow server = echoServer();
    server.start();
    int port = ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    try (GatewayFixture gateway = forwardingTo(port, 60_000);
        RawClient client = gateway.connect()) {
      client.send(
          HANDSHAKE.replace(
              "Upgrade: WebSocket",
              "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate"));
      assertThat(head(client)).contains("Sec-WebSocket-Extensions: permessage-deflate");
    } finally {
      server.stop();
    }
  }

  @Test
  void tells_the_target_and_the_client_what_the_handshake_needs() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      assertThat(head(server))
          .contains("Connection: keep-alive, Upgrade", "Upgrade: websocket")
          .contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
          .contains("X-Forwarded-Path: /chat");
      server.send(ACCEPTED);
      assertThat(head(client))
          .contains("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: websocket")
          .noneMatch(line -> line.startsWith("Transfer-Encoding"))
          .noneMatch(line -> line.startsWith("Content-Length"));
      server.close();
    }
  }

  @Test
  void loses_no_frame_that_is_glued_to_a_handshake() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE + "early");
      RawClient server = target.accept();
      head(server);
      assertThat(server.isSilentFor(50)).isTrue();
      server.send(ACCEPTED + "first");
      head(client);
      assertThat(client.read(5)).asString(StandardCharsets.US_ASCII).isEqualTo("first");
      assertThat(server.read(5)).asString(StandardCharsets.US_ASCII).isEqualTo("early");
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8, 426",
    "Sec-WebSocket-Version: 13, X-Nothing: 1, 426",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: short, 400",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, X-Nothing: 1, 400",
  })
  void refuses_a_handshake_that_no_server_could_accept(String line, String instead, int status) {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE.replace(line, instead));
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(status);
      if (status == 426) {
        assertThat(answer.header("sec-websocket-version")).hasValue("13");
      }
    }
  }

  @Test
  void passes_on_a_refusal_of_the_target_and_keeps_both_connections() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ndenied");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).endsWith("denied");
      client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(server)).contains("GET /next HTTP/1.1");
      server.send("HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(204);
    }
  }

  @Test
  void answers_504_for_a_target_that_takes_the_handshake_and_says_nothing() throws Exception {
    try (GatewayFixture gateway =
            GatewayFixture.gateway()
                .service(
                    "s",
                    "http://127.0.0.1:" + target.port(),
                    stored -> stored.put("read_timeout", 200).put("retries", 0))
                .route("s", "/")
                .start();
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      assertThat(client.answer().status()).isEqualTo(504);
      assertThat(server.isClosedByPeer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "101 yes\r\n\r\n",
      })
  void answers_502_for_an_acceptance_that_is_none(String acceptance) throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send(acceptance);
      assertThat(client.answer().status()).isEqualTo(502);
      assertThat(server.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void passes_on_the_answer_of_a_target_that_knows_no_websockets() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("plain");
      assertThat(gateway.server().counters().tunnels()).isZero();
    }
  }

  @Test
  void passes_on_an_upgrade_required_of_the_target() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      RawClient server = target.accept();
      head(server);
      server.send(
          "HTTP/1.1 426 Upgrade Required\r\n"
              + "Sec-WebSocket-Version: 13\r\n"
              + "Content-Length: 0\r\n\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.header("sec-websocket-version")).hasValue("13");
    }
  }

  @Test
  void ends_a_socket_whose_client_says_more_at_once_than_may_be() throws Exception {
    try (GatewayFixture gateway = limitedTo(100);
        RawClient client = gateway.connect()) {
      RawClient server = open(client);
      client.send(masked(0x81, 100));
      server.read(106);
      // A message in two frames, each of which is short enough.
      client.send(masked(0x01, 60));
      server.read(66);
      client.send(masked(0x80, 60));
      assertThat(client.read(4)).containsExactly(0x88, 2, 0x03, 0xf1);
      assertThat(server.isClosedByPeer()).isTrue();
      assertThat(client.isClosedByPeer()).isTrue();
      client.close();
      await().until(() -> gateway.server().counters().tunnels() == 0);
    }
  }

  @Test
  void ends_a_socket_whose_target_says_more_at_once_than_may_be() throws Exception {
    try (GatewayFixture gateway = limitedTo(100);
        RawClient client = gateway.connect()) {
      RawClient server = open(client);
      server.send(HELLO).send(new byte[] {(byte) 0x82, 126, 0, 101});
      assertThat(client.read(HELLO.length)).isEqualTo(HELLO);
      assertThat(client.read(4)).containsExactly(0x88, 2, 0x03, 0xf1);
      assertThat(server.isClosedByPeer()).isTrue();
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void treats_an_answer_101_that_nobody_asked_for_as_a_broken_one() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
      RawClient server = target.accept();
      assertThat(head(server)).noneMatch(line -> line.startsWith("Upgrade"));
      server.send(ACCEPTED);
      assertThat(client.answer().status()).isEqualTo(502);
    }
  }

  @Test
  void answers_502_when_nobody_is_there() {
    int port = target.port();
    target.close();
    try (GatewayFixture gateway = forwardingTo(port, 60_000);
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      assertThat(client.answer().status()).isEqualTo(502);
    }
  }

  @Test
  void lets_a_plugin_refuse_before_the_target_hears_of_it() {
    PluginHandler refusing =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            return Reply.refuse(401, "who are you");
          }
        };
    try (EchoTarget echo = EchoTarget.start();
        GatewayFixture gateway =
            GatewayFixture.gateway().service("s", echo).route("s", "/").plugin(refusing).start();
        RawClient client = gateway.connect()) {
      client.send(HANDSHAKE);
      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(echo.requests()).isEmpty();
    }
  }

  @Test
  void runs_the_log_phase_once_when_the_socket_ends() throws Exception {
    List<Integer> logged = new CopyOnWriteArrayList<>();
    PluginHandler logging =
        new PluginHandler() {
          @Override
          public void log(ExchangeLog log) {
            logged.add(log.status());
          }
        };
    try (GatewayFixture gateway = builder(target.port(), 60_000).plugin(logging).start();
        RawClient client = gateway.connect()) {
      RawClient server = open(client);
      client.send(HELLO);
      server.read(HELLO.length);
      assertThat(logged).isEmpty();
      server.close();
      assertThat(client.isClosedByPeer()).isTrue();
      await().untilAsserted(() -> assertThat(logged).containsExactly(101));
    }
  }

  @Test
  void ends_a_socket_that_is_silent_for_the_read_timeout_in_both_directions() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 600);
        RawClient client = gateway.connect()) {
      RawClient server = open(client);
      // What the client says counts, though the target says nothing.
      for (int i = 0; i < 5; i++) {
        assertThat(server.isSilentFor(200)).isTrue();
        client.send(HELLO);
        server.read(HELLO.length);
      }
      assertThat(client.isClosedByPeer()).isTrue();
      assertThat(server.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void hands_on_that_one_side_has_said_everything() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      RawClient server = open(client);
      client.send(HELLO).shutdownOutput();
      server.read(HELLO.length);
      assertThat(server.isClosedByPeer()).isTrue();
      server.send(HELLO);
      assertThat(client.read(HELLO.length)).isEqualTo(HELLO);
      server.close();
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void lets_the_target_go_when_the_client_breaks_off() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000)) {
      RawClient client = gateway.connect();
      RawClient server = open(client);
      client.reset();
      assertThat(server.isClosedByPeer()).isTrue();
      await().until(() -> gateway.server().counters().tunnels() == 0);
    }
  }

  @Test
  void slows_a_sender_down_whose_reader_does_not_keep_up() throws Exception {
    int megabytes = 24;
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = RawClient.connectWithReceiveBuffer(gateway.port(), 8 * 1024)) {
      RawClient server = open(client);
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < megabytes; i++) {
                      server.send(new byte[1 << 20]);
                    }
                  });
      assertThat(sender.join(Duration.ofMillis(300))).isFalse();
      for (int i = 0; i < megabytes; i++) {
        client.read(1 << 20);
      }
      assertThat(sender.join(Duration.ofSeconds(10))).isTrue();
      server.close();
    }
  }

  @Test
  void tells_clients_between_two_frames_that_the_gateway_stops() throws Exception {
    try (GatewayFixture gateway = forwardingTo(target.port(), 60_000);
        RawClient client = gateway.connect()) {
      RawClient server = open(client);
      server.send(new byte[] {(byte) 0x81, 5, 'h', 'e'});
      client.read(4);
      Thread stopping =
          Thread.ofVirtual().start(() -> gateway.server().stop(Duration.ofSeconds(10)));
      assertThat(client.isSilentFor(100)).isTrue();
      server.send(new byte[] {'l', 'l', 'o'});
      server.send(HELLO);
      assertThat(client.read(3)).asString(StandardCharsets.US_ASCII).isEqualTo("llo");
      assertThat(client.read(4)).containsExactly(0x88, 2, 0x03, 0xe9);
      client.send(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
      assertThat(server.read(6)).startsWith(0x88);
      server.close();
      assertThat(client.isClosedByPeer()).isTrue();
      client.close();
      assertThat(stopping.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  private GatewayFixture limitedTo(long messageSize) {
    ClientLimits usual = ClientLimits.DEFAULT;
    ClientLimits limits =
        new ClientLimits(
            usual.headSize(),
            usual.headTimeout(),
            usual.bodyTimeout(),
            usual.bodyRate(),
            usual.sendTimeout(),
            usual.keepAliveTimeout(),
            usual.lingerTimeout(),
            messageSize);
    return builder(target.port(), 60_000).settings(s -> s.withClient(limits)).start();
  }

  /** A frame of fewer than 126 octets, all zero, as clients mask it. */
  private static byte[] masked(int first, int length) {
    byte[] frame = new byte[6 + length];
    frame[0] = (byte) first;
    frame[1] = (byte) (0x80 | length);
    return frame;
  }

  /** Makes a WebSocket of the client's connection, and gives the other end of it. */
  private RawClient open(RawClient client) throws IOException {
    client.send(HANDSHAKE);
    RawClient server = target.accept();
    head(server);
    server.send(ACCEPTED);
    head(client);
    return server;
  }

  private static List<String> head(RawClient client) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = client.readLine(); !line.isEmpty(); line = client.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  private static GatewayFixture forwardingTo(int port, int readTimeout) {
    return builder(port, readTimeout).start();
  }

  private static GatewayFixture.Builder builder(int port, int readTimeout) {
    return GatewayFixture.gateway()
        .service("s", "http://127.0.0.1:" + port, stored -> stored.put("read_timeout", readTimeout))
        .route("s", "/");
  }

  private static Undertow echoServer() {
    WebSocketConnectionCallback callback =
        (_, channel) -> {
          channel
              .getReceiveSetter()
              .set(
                  new AbstractReceiveListener() {
                    @Override
                    protected void onFullTextMessage(
                        WebSocketChannel from, BufferedTextMessage message) {
                      WebSockets.sendText(message.getData(), from, null);
                    }

                    @Override
                    protected void onFullBinaryMessage(
                        WebSocketChannel from, BufferedBinaryMessage message) {
                      ByteBuffer[] parts = message.getData().getResource();
                      WebSockets.sendBinary(WebSockets.mergeBuffers(parts), from, null);
                    }
                  });
          channel.resumeReceives();
        };
    return Undertow.builder()
        .setIoThreads(1)
        .addHttpListener(0, "127.0.0.1")
        .setHandler(
            new WebSocketProtocolHandshakeHandler(callback)
                .addExtension(new PerMessageDeflateHandshake()))
        .build();
  }

  /** What came, each message a line. */
  private static final class Heard implements WebSocket.Listener {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int binary;

    String next() throws InterruptedException {
      return String.valueOf(lines.poll(10, TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      lines.add("text " + data);
      return WebSocket.Listener.super.onText(socket, data, last);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      binary += data.remaining();
      if (last) {
        lines.add("binary " + binary);
      }
      return WebSocket.Listener.super.onBinary(socket, data, last);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      lines.add("pong " + message.remaining());
      return WebSocket.Listener.super.onPong(socket, message);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
      lines.add("close " + statusCode);
      return WebSocket.Listener.super.onClose(socket, statusCode, reason);
    }
  }
}
