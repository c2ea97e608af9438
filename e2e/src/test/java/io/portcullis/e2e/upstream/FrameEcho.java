package io.portcullis.e2e.upstream;

import io.portcullis.e2e.wire.WebSocketFrame;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The upstream's side of a WebSocket: accepts the upgrade and sends each frame back; a ping comes
 * back as pong.
 */
final class FrameEcho {
  private FrameEcho() {}

  static void serve(
      ReceivedRequest request, Directives directives, InputStream in, OutputStream out)
      throws IOException {
    if (directives.has("wsdeny")) {
      write(
          out,
          "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\ndenied");
      return;
    }
    StringBuilder head =
        new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
            .append("Connection: Upgrade\r\nSec-WebSocket-Accept: ")
            .append(acceptKey(request.header("sec-websocket-key")))
            .append("\r\nX-Ws-Up: yes\r\n");
    String offered = request.header("sec-websocket-protocol");
    if (directives.has("wsproto") && !offered.isEmpty()) {
      head.append("Sec-WebSocket-Protocol: ")
          .append(offered.split(",", 2)[0].strip())
          .append("\r\n");
    }
    write(out, head.append("\r\n").toString());
    DataInputStream frames = new DataInputStream(in);
    while (true) {
      WebSocketFrame frame;
      try {
        frame = WebSocketFrame.read(frames);
      } catch (EOFException closed) {
        return;
      }
      int opcode = frame.opcode() == WebSocketFrame.PING ? WebSocketFrame.PONG : frame.opcode();
      new WebSocketFrame(frame.flags(), opcode, frame.payload()).write(out);
      if (opcode == WebSocketFrame.CLOSE) {
        return;
      }
    }
  }

  /** RFC 6455, section 4.2.2. */
  static String acceptKey(String key) {
    try {
      byte[] joined =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(joined));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
