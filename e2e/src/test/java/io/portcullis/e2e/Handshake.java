package io.portcullis.e2e;

import io.portcullis.e2e.wire.WireRequest;

/** What a client sends to open a WebSocket. */
final class Handshake {
  private Handshake() {}

  static WireRequest of(String target) {
    return WireRequest.get(target, "a.test")
        .with("Connection", "Upgrade")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  }
}
