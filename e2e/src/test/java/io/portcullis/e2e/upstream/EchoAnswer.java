package io.portcullis.e2e.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Writes the answer to one request, whole or broken as the directives want it. */
final class EchoAnswer {
  private final ReceivedRequest request;
  private final Directives directives;
  private final OutputStream out;
  private final int status;

  EchoAnswer(ReceivedRequest request, Directives directives, OutputStream out) {
    this.request = request;
    this.directives = directives;
    this.out = out;
    this.status = directives.number("status", 200);
  }

  /** Bytes that no client should take for an answer. */
  static byte[] malformed(String kind) {
    String answer =
        switch (kind) {
          case "nul" -> "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-\0Nul: 1\r\n\r\nhello";
          case "duplen" ->
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
          case "len" -> "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello";
          case "te" -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: what\r\n\r\nhello";
          case "chunk" ->
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n";
          case "huge" ->
              "HTTP/1.1 200 OK\r\nX-Huge: " + "h".repeat(70_000) + "\r\nContent-Length: 0\r\n\r\n";
          default -> "this is not http\r\n\r\n";
        };
    return answer.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** True when the connection may carry another request. */
  boolean write(int port, byte[] echo) throws IOException, InterruptedException {
    if (directives.has("early")) {
      send(
          "HTTP/1.1 "
              + directives.number("early", 103)
              + " Early\r\nLink: </a.css>; rel=preload\r\n\r\n");
    }
    byte[] body = body(echo);
    send(head(port, body.length));
    if (directives.has("stall")) {
      Thread.sleep(directives.seconds("stall"));
    }
    if (directives.has("mid")) {
      send("x".repeat(10));
      return false;
    }
    if (directives.has("sse")) {
      sendEvents();
    } else if (!request.method().equals("HEAD") && status != 204 && status != 304) {
      sendBody(body);
    }
    return !(request.version().equals("HTTP/1.0")
        || directives.has("http10")
        || directives.text("conn").orElse("").equals("close")
        || request.header("connection").toLowerCase(Locale.ROOT).equals("close"));
  }

  private byte[] body(byte[] echo) {
    if (directives.has("nobody") || status == 204 || status == 304) {
      return new byte[0];
    }
    if (directives.has("body")) {
      return directives.text("body").orElse("").getBytes(StandardCharsets.UTF_8);
    }
    if (directives.has("big")) {
      byte[] big = new byte[directives.number("big", 0)];
      Arrays.fill(big, (byte) 'x');
      return big;
    }
    return echo;
  }

  private boolean chunked() {
    return directives.has("chunked") || directives.has("trailers") || directives.has("sse");
  }

  private String head(int port, int length) {
    StringBuilder head = new StringBuilder();
    head.append(directives.has("http10") ? "HTTP/1.0 " : "HTTP/1.1 ").append(status).append(' ');
    head.append(directives.text("reason").orElse("Status")).append("\r\n");
    boolean mayHaveBody = status != 204 && status != 304;
    if (directives.has("sse")) {
      head.append("Content-Type: text/event-stream\r\nCache-Control: no-cache\r\n");
    } else if (mayHaveBody && !directives.has("noct")) {
      head.append("Content-Type: ").append(directives.text("ct").orElse("application/json"));
      head.append("\r\n");
    }
    if (chunked()) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (directives.has("mid")) {
      head.append("Content-Length: 100\r\n");
    } else if (mayHaveBody && !directives.has("http10")) {
      head.append("Content-Length: ").append(length).append("\r\n");
    }
    if (directives.has("trailers")) {
      head.append("Trailer: X-Trailer\r\n");
    }
    directives
        .text("conn")
        .ifPresent(option -> head.append("Connection: ").append(option).append("\r\n"));
    head.append("X-Up-Port: ").append(port).append("\r\n");
    directives
        .headers()
        .forEach(
            header ->
                head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n"));
    return head.append("\r\n").toString();
  }

  private void sendEvents() throws IOException, InterruptedException {
    String[] numbers = directives.text("sse").orElse("0").split(",", 2);
    Duration gap =
        numbers.length == 2 ? Directives.seconds(numbers[1], Duration.ZERO) : Duration.ZERO;
    for (int i = 0; i < Integer.parseInt(numbers[0]); i++) {
      sendChunk(
          ("id: " + i + "\nevent: tick\ndata: {\"n\":" + i + "}\n\n")
              .getBytes(StandardCharsets.UTF_8),
          0);
      Thread.sleep(gap);
    }
    send("0\r\n\r\n");
  }

  private void sendBody(byte[] body) throws IOException {
    if (!chunked()) {
      out.write(body);
      out.flush();
      return;
    }
    for (int from = 0; from < body.length; from += 65_536) {
      sendChunk(body, from);
    }
    send(directives.has("trailers") ? "0\r\nX-Trailer: yes\r\n\r\n" : "0\r\n\r\n");
  }

  private void sendChunk(byte[] data, int from) throws IOException {
    int size = Math.min(65_536, data.length - from);
    out.write((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(data, from, size);
    send("\r\n");
  }

  private void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
