package io.portcullis.proxy.server;

import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What tests of WebSockets send and set up. */
final class WebSocketWire {
  static final String HANDSHAKE =
      """
      GET /chat HTTP/1.1
      Host: gw.test
      Connection: keep-alive, Upgrade
      Upgrade: WebSocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");
  static final String ACCEPTED =
      """
      HTTP/1.1 101 Switching Protocols
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

      """
          .replace("\n", "\r\n");
  static final byte[] HELLO = {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'};

  private WebSocketWire() {}

  /** Makes a WebSocket of the client's connection, and gives the other end of it. */
  static RawClient open(RawClient client, RawTarget target) throws IOException {
    client.send(HANDSHAKE);
    RawClient server = target.accept();
    head(server);
    server.send(ACCEPTED);
    head(client);
    return server;
  }

  static List<String> head(RawClient client) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = client.readLine(); !line.isEmpty(); line = client.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  static GatewayFixture forwardingTo(int port, int readTimeout) {
    return builder(port, readTimeout).start();
  }

  static GatewayFixture.Builder builder(int port, int readTimeout) {
    return GatewayFixture.gateway()
        .service("s", "http://127.0.0.1:" + port, stored -> stored.put("read_timeout", readTimeout))
        .route("s", "/");
  }
}
