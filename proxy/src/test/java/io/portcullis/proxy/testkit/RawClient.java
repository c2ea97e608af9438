package io.portcullis.proxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A client that sends exactly the octets it is given and reads answers one by one. */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new java.io.BufferedInputStream(socket.getInputStream(), 64 * 1024);
  }

  /** Connects to a port of the loopback interface. */
  public static RawClient connect(int port) {
    try {
      return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** The same with a small receive buffer, for readers that are slow on purpose. */
  public static RawClient connectWithReceiveBuffer(int port, int octets) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(octets);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new RawClient(socket);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Over a socket that is connected already, a TLS one for example. */
  public static RawClient over(Socket connected) {
    try {
      return new RawClient(connected);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Sends octets. */
  public RawClient send(String octets) {
    return send(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] octets) {
    try {
      socket.getOutputStream().write(octets);
      socket.getOutputStream().flush();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return this;
  }

  /** Sends a GET with a Host and reads the answer. */
  public Answer get(String path) {
    return send("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\n\r\n").answer();
  }

  /** The next answer, interim ones included. */
  public Answer answer() {
    return answer(false);
  }

  /** The next answer, to a HEAD request: no body follows whatever its head says. */
  public Answer answerToHead() {
    return answer(true);
  }

  private Answer answer(boolean toHead) {
    try {
      List<String> lines = new ArrayList<>();
      for (String line = readLine(); !line.isEmpty(); line = readLine()) {
        lines.add(line);
      }
      int status = Integer.parseInt(lines.getFirst().substring(9, 12));
      List<Map.Entry<String, String>> headers = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        int colon = line.indexOf(':');
        headers.add(
            Map.entry(
                line.substring(0, colon).toLowerCase(Locale.ROOT),
                line.substring(colon + 1).strip()));
      }
      Answer head = new Answer(status, headers, new byte[0], List.of());
      if (toHead || status < 200 || status == 204 || status == 304) {
        return head;
      }
      if (head.header("transfer-encoding").isPresent()) {
        return readChunks(status, headers);
      }
      byte[] body =
          head.header("content-length").isPresent()
              ? readFully(Integer.parseInt(head.header("content-length").get()))
              : in.readAllBytes();
      return new Answer(status, headers, body, List.of());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private byte[] readFully(int count) throws IOException {
    byte[] body = in.readNBytes(count);
    if (body.length < count) {
      throw new IOException("truncated after " + body.length + " of " + count + " octets");
    }
    return body;
  }

  private Answer readChunks(int status, List<Map.Entry<String, String>> headers)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(readLine(), 16);
      if (size == 0) {
        List<String> trailers = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
          trailers.add(line);
        }
        return new Answer(status, headers, body.toByteArray(), trailers);
      }
      body.write(readFully(size));
      readLine();
    }
  }

  /** The next line, without its end. */
  public String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("end of stream");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  /** Reads that many octets. */
  public byte[] read(int count) {
    try {
      return readFully(count);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Whether the peer closes, cleanly or not, within the patience, sending nothing more. */
  public boolean isClosedByPeer() {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Whether nothing comes for that long. */
  public boolean isSilentFor(int millis) {
    try {
      socket.setSoTimeout(millis);
      in.mark(1);
      in.read();
      in.reset();
      return false;
    } catch (SocketTimeoutException silent) {
      return true;
    } catch (IOException gone) {
      return false;
    } finally {
      try {
        socket.setSoTimeout(PATIENCE_MILLIS);
      } catch (IOException gone) {
        // It will show.
      }
    }
  }

  /** Ends this direction of the stream only. */
  public RawClient shutdownOutput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Closes with a reset. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /**
   * An answer as it came.
   *
   * @param headers in order, names in lower case
   * @param body decoded
   * @param trailers lines behind the last chunk
   */
  public record Answer(
      int status, List<Map.Entry<String, String>> headers, byte[] body, List<String> trailers) {
    /** The first line of that name. */
    public Optional<String> header(String lowerCaseName) {
      return headers.stream()
          .filter(line -> line.getKey().equals(lowerCaseName))
          .map(Map.Entry::getValue)
          .findFirst();
    }

    /** All lines of that name. */
    public List<String> headers(String lowerCaseName) {
      return headers.stream()
          .filter(line -> line.getKey().equals(lowerCaseName))
          .map(Map.Entry::getValue)
          .toList();
    }

    public String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }
}
