package io.portcullis.benchmarks.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Closed-loop load of one thread: each connection sends its next request after the last answer. */
final class Load {
  private static final int BUFFER = 64 * 1024;
  private static final String LENGTH = "\r\ncontent-length: ";

  private final InetSocketAddress address;
  private final ByteBuffer request;
  private final int connections;
  private long answers;
  private long failures;

  /**
   * Load for one server.
   *
   * @param request a whole request without a body; answers need a Content-Length
   */
  Load(InetSocketAddress address, String request, int connections) {
    this.address = address;
    this.request =
        ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer();
    this.connections = connections;
  }

  /** How many were answered, and how many of these not with 200. */
  record Result(long answers, long failures) {}

  /**
   * Runs.
   *
   * @throws IOException if a connection breaks
   */
  Result run(Duration time) throws IOException {
    answers = 0;
    failures = 0;
    try (Selector selector = Selector.open()) {
      try {
        for (int i = 0; i < connections; i++) {
          SocketChannel channel = SocketChannel.open(address);
          channel.configureBlocking(false);
          channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(BUFFER));
          channel.write(request.duplicate());
        }
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
          selector.select(this::readable, 100);
        }
      } finally {
        for (SelectionKey key : selector.keys()) {
          key.channel().close();
        }
      }
    }
    return new Result(answers, failures);
  }

  private void readable(SelectionKey key) {
    try {
      SocketChannel channel = (SocketChannel) key.channel();
      ByteBuffer buffer = (ByteBuffer) key.attachment();
      if (channel.read(buffer) < 0) {
        throw new IOException("the server closed the connection");
      }
      int length = answerLength(buffer);
      if (length > 0 && buffer.position() >= length) {
        answers++;
        // "HTTP/1.1 200": the status begins at octet 9.
        if (buffer.get(9) != '2') {
          failures++;
        }
        buffer.clear();
        channel.write(request.duplicate());
      }
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Octets of the whole answer; 0 while its head is not complete. */
  private static int answerLength(ByteBuffer buffer) {
    byte[] octets = new byte[Math.min(buffer.position(), 2048)];
    buffer.get(0, octets);
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return 0;
    }
    int at = text.substring(0, head).toLowerCase(Locale.ROOT).indexOf(LENGTH);
    if (at < 0) {
      throw new IllegalStateException("an answer without Content-Length:\n" + text);
    }
    int from = at + LENGTH.length();
    int to = from;
    while (Character.isDigit(text.charAt(to))) {
      to++;
    }
    return head + 4 + Integer.parseInt(text, from, to, 10);
  }
}
