package io.portcullis.proxy.server;

import static io.portcullis.proxy.server.WebSocketWire.ACCEPTED;
import static io.portcullis.proxy.server.WebSocketWire.HANDSHAKE;
import static io.portcullis.proxy.server.WebSocketWire.HELLO;
import static io.portcullis.proxy.server.WebSocketWire.builder;
import static io.portcullis.proxy.server.WebSocketWire.forwardingTo;
import static io.portcullis.proxy.server.WebSocketWire.head;
import static io.portcullis.proxy.server.WebSocketWire.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.proxy.testkit.Certificates;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets: the handshake passes the plugins, the frames pass as they are. */
class WebSocketTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

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
  void goes_over_tls_on_either_side_and_on_both() throws Exception {
    Certificates certificates = Certificates.forHost("localhost");
    try (ServerSocket secure =
            certificates.server().getServerSocketFactory().createServerSocket(0, 4, LOOPBACK);
        GatewayFixture gateway =
            GatewayFixture.gateway()
                .service("plain", "ws://127.0.0.1:" + target.port(), _ -> {})
                .service("secure", "wss://127.0.0.1:" + secure.getLocalPort(), _ -> {})
                .route("plain", "/plain")
                .route("secure", "/secure")
                .tls(certificates.server())
                .start()) {
      for (boolean overTls : new boolean[] {false, true}) {
        for (String service : new String[] {"plain", "secure"}) {
          Socket socket =
              overTls
                  ? certificates
                      .trusting()
                      .getSocketFactory()
                      .createSocket(LOOPBACK, gateway.tlsPort())
                  : new Socket(LOOPBACK, gateway.port());
          try (RawClient client = RawClient.over(socket)) {
            client.send(HANDSHAKE.replace("/chat", "/" + service));
            RawClient server =
                service.equals("plain") ? target.accept() : RawClient.over(secure.accept());
            head(server);
            server.send(ACCEPTED);
            head(client);
            byte[] large = new byte[200_000];
            client.send(HELLO);
            assertThat(server.read(HELLO.length)).isEqualTo(HELLO);
            // More than a record, more than a read.
            Thread sending = Thread.ofVirtual().start(() -> server.send(large));
            assertThat(client.read(large.length)).isEqualTo(large);
            sending.join();
            server.close();
            assertThat(client.isClosedByPeer()).isTrue();
          }
        }
      }
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
      RawClient server = open(client, target);
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
      RawClient server = open(client, target);
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
      RawClient server = open(client, target);
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
      RawClient server = open(client, target);
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
      RawClient server = open(client, target);
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
      RawClient server = open(client, target);
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
