package io.portcullis.e2e.upstream;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.node.ObjectNode;

/**
 * An HTTP/1.1 server on loopback that answers each request with JSON of what it received: {@code
 * port}, {@code method}, {@code target} (raw), {@code version}, {@code headers} (pairs as
 * received), {@code h} (values by lower-case name, a list when repeated) and {@code body} ({@code
 * body_b64} when it is not UTF-8). {@link Directives} change the answer, {@link UpstreamLog} tells
 * what was seen. One virtual thread per connection.
 */
public final class TestUpstream implements AutoCloseable {
  private final ServerSocket server;
  private final UpstreamLog log = new UpstreamLog();
  private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

  private TestUpstream(ServerSocket server) {
    this.server = server;
  }

  /** Listens on {@code port} of loopback; 0 takes a free one. */
  public static TestUpstream start(int port) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
      TestUpstream upstream = new TestUpstream(server);
      upstream.connections.submit(upstream::accept);
      return upstream;
    } catch (IOException failure) {
      throw new UncheckedIOException("port " + port + ": " + failure.getMessage(), failure);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Empties the log and takes back forced answers. */
  public void forget() {
    log.clear();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        connections.submit(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = new BufferedOutputStream(client.getOutputStream());
      while (serveOne(client, in, out)) {
        // the next request of the same connection
      }
      out.flush();
    } catch (IOException | RuntimeException gone) {
      // The peer went away or sent what cannot be read; either way this connection is over.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean serveOne(Socket client, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    Optional<ReceivedRequest> head = ReceivedRequest.readHead(in);
    if (head.isEmpty()) {
      return false;
    }
    if (head.get().header("expect").equalsIgnoreCase("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    ReceivedRequest request = head.get().withBodyFrom(in);
    if (request.target().startsWith("/__up__/")) {
      byte[] answer =
          SpacedJson.ascii(log.answer(request.target())).getBytes(StandardCharsets.US_ASCII);
      out.write(
          ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                  + answer.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(answer);
      out.flush();
      return true;
    }
    Directives directives = Directives.of(request);
    ObjectNode seen = request.describe(port());
    log.add(request.path(), seen).ifPresent(directives::add);
    if (directives.has("delay")) {
      Thread.sleep(directives.seconds("delay"));
    }
    if (directives.has("close")) {
      return false;
    }
    if (directives.has("reset")) {
      client.setSoLinger(true, 0);
      return false;
    }
    if (directives.has("bad")) {
      out.write(EchoAnswer.malformed(directives.text("bad").orElse("")));
      return false;
    }
    if (request.header("upgrade").equalsIgnoreCase("websocket")) {
      FrameEcho.serve(request, directives, in, out);
      return false;
    }
    return new EchoAnswer(request, directives, out)
        .write(port(), SpacedJson.ascii(seen).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      connections.shutdownNow();
    }
  }
}
