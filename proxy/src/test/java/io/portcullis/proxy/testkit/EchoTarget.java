package io.portcullis.proxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A target on plain JDK sockets that does what a test tells it, octet for octet. Without a script
 * it answers 200 with the request as it came: line, header lines, an empty line, body.
 */
public final class EchoTarget implements AutoCloseable {
  private final ServerSocket server;
  private final List<Received> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Script script = EchoTarget::echo;

  private EchoTarget(ServerSocket server) {
    this.server = server;
  }

  /** A target on a free port of the loopback interface. */
  public static EchoTarget start() {
    try {
      return start(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** The same over TLS. */
  public static EchoTarget startTls(SSLContext context) {
    try {
      return start(
          context
              .getServerSocketFactory()
              .createServerSocket(0, 512, InetAddress.getLoopbackAddress()));
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** The same for clients that show a certificate which {@code context} trusts, and no others. */
  public static EchoTarget startMutualTls(SSLContext context) {
    try {
      SSLServerSocket server =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 512, InetAddress.getLoopbackAddress());
      server.setNeedClientAuth(true);
      return start(server);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static EchoTarget start(ServerSocket server) {
    EchoTarget target = new EchoTarget(server);
    Thread.ofVirtual().name("echo-target").start(target::accept);
    return target;
  }

  public int port() {
    return server.getLocalPort();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  /** Serves each connection by this from now on. */
  public EchoTarget script(Script next) {
    script = next;
    return this;
  }

  /** Answers every request with these octets and keeps the connection. */
  public EchoTarget answers(String raw) {
    return script(
        conversation -> {
          while (conversation.readRequest() != null) {
            conversation.write(raw);
          }
        });
  }

  /** Takes what comes, and says nothing until the peer ends the connection. */
  public EchoTarget neverAnswers() {
    return script(
        conversation -> {
          while (conversation.read() >= 0) {
            // Whatever it is.
          }
        });
  }

  /** The requests that were read completely, in order. */
  public List<Received> requests() {
    return requests;
  }

  public Received lastRequest() {
    return requests.getLast();
  }

  /** Connections taken so far. */
  public int connections() {
    return connections.get();
  }

  /** Connections that the peer has not closed. */
  public int openConnections() {
    return open.size();
  }

  /** Closes every connection, so that kept ones go stale. */
  public void dropConnections() {
    open.forEach(EchoTarget::drop);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    dropConnections();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The end of the target.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.serve(new Conversation(socket, requests));
    } catch (IOException gone) {
      // The peer went away; the test sees it from its own side.
    } finally {
      open.remove(socket);
    }
  }

  private static void echo(Conversation conversation) throws IOException {
    for (Received request = conversation.readRequest();
        request != null;
        request = conversation.readRequest()) {
      byte[] seen = request.raw().getBytes(StandardCharsets.ISO_8859_1);
      conversation.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: "
              + seen.length
              + "\r\n\r\n");
      if (!request.method().equals("HEAD")) {
        conversation.write(seen);
      }
    }
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Serves one connection from beginning to end. */
  @FunctionalInterface
  public interface Script {
    void serve(Conversation conversation) throws IOException;
  }

  /**
   * A request as it arrived.
   *
   * @param headers names in lower case; values of repeated lines joined by a line feed
   * @param body decoded
   * @param raw head as it came and decoded body
   */
  public record Received(
      String method, String target, Map<String, String> headers, byte[] body, String raw) {
    public @Nullable String header(String lowerCaseName) {
      return headers.get(lowerCaseName);
    }

    public String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  /** One connection of a target. */
  public static final class Conversation {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final List<Received> requests;

    private Conversation(Socket socket, List<Received> requests) throws IOException {
      this.socket = socket;
      this.in = new java.io.BufferedInputStream(socket.getInputStream(), 64 * 1024);
      this.out = socket.getOutputStream();
      this.requests = requests;
    }

    /** The next request, body included; null at the end of the stream. */
    public @Nullable Received readRequest() throws IOException {
      String head = readHead();
      return head == null ? null : readBody(head);
    }

    /** The next head; null at the end of the stream. */
    public @Nullable String readHead() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      int ending = 0;
      while (ending < 4) {
        int octet = in.read();
        if (octet < 0) {
          return null;
        }
        head.write(octet);
        ending = octet == (ending % 2 == 0 ? '\r' : '\n') ? ending + 1 : octet == '\r' ? 1 : 0;
      }
      return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** The body behind a head. */
    public Received readBody(String head) throws IOException {
      String[] lines = head.split("\r\n");
      Map<String, String> headers = new LinkedHashMap<>();
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        headers.merge(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip(),
            (one, two) -> one + "\n" + two);
      }
      byte[] body;
      if (headers.containsKey("transfer-encoding")) {
        body = readChunks();
      } else {
        body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
      }
      String[] line = lines[0].split(" ");
      Received request =
          new Received(
              line[0],
              line[1],
              headers,
              body,
              head + new String(body, StandardCharsets.ISO_8859_1));
      requests.add(request);
      return request;
    }

    private byte[] readChunks() throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(readLine(), 16);
        if (size == 0) {
          while (!readLine().isEmpty()) {
            // trailers
          }
          return body.toByteArray();
        }
        body.write(in.readNBytes(size));
        readLine();
      }
    }

    /** The next line, without its end. */
    public String readLine() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("end of stream within a line");
        }
        if (octet != '\r') {
          line.append((char) octet);
        }
      }
      return line.toString();
    }

    public int read() throws IOException {
      return in.read();
    }

    public void write(String octets) throws IOException {
      write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] octets) throws IOException {
      out.write(octets);
      out.flush();
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    public void close() throws IOException {
      socket.close();
    }
  }
}
