package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;

/** WebSockets to endpoints of a file. */
final class FileSockets {
  private FileSockets() {}

  /** What a client sends to open one. */
  static WireRequest handshake(String target, String host) {
    return WireRequest.get(target, host)
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  }

  /** One that is open. */
  static WireConnection open(KrakendGateway gateway, String target) throws IOException {
    WireConnection connection = WireConnection.open(gateway.port(), KrakendGateway.PATIENCE);
    connection.send(handshake(target, "a.test"));
    assertThat(connection.readHead().status()).isEqualTo(101);
    return connection;
  }

  /** Sends a text and reads the one that comes back. */
  static void assertEchoes(WireConnection socket, String text) throws IOException {
    socket.sendText(text);
    assertThat(socket.readFrame().payload()).asString().isEqualTo(text);
  }

  static WireAnswer answer(int port, WireRequest request) throws IOException {
    try (WireConnection connection = WireConnection.open(port, KrakendGateway.PATIENCE)) {
      return connection.exchange(request);
    }
  }
}
