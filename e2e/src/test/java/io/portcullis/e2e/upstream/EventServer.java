package io.portcullis.e2e.upstream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server of event streams on loopback. Each client gets a head at once, and then exactly what the
 * test sends to all; it stays until the test or the client ends it.
 */
public final class EventServer implements AutoCloseable {
  private final ServerSocket server;
  private final Set<Socket> streams = ConcurrentHashMap.newKeySet();
  private final Queue<String> lastEventIds = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private EventServer(ServerSocket server) {
    this.server = server;
  }

  /** Serves on a free port. */
  public static EventServer start() {
    try {
      ServerSocket server = new ServerSocket();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      EventServer started = new EventServer(server);
      started.threads.execute(started::accept);
      return started;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Streams that are open now. */
  public int open() {
    return streams.size();
  }

  /** What {@code Last-Event-ID} said in each request, in order; empty where it was absent. */
  public Queue<String> lastEventIds() {
    return lastEventIds;
  }

  /** Sends text to every client, as one chunk. */
  public void send(String text) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    byte[] chunk =
        (Integer.toHexString(octets.length) + "\r\n" + text + "\r\n")
            .getBytes(StandardCharsets.UTF_8);
    for (Socket stream : streams) {
      try {
        stream.getOutputStream().write(chunk);
      } catch (IOException gone) {
        streams.remove(stream);
        stream.close();
      }
    }
  }

  /** Ends all streams properly. */
  public void end() throws IOException {
    for (Socket stream : streams) {
      OutputStream out = stream.getOutputStream();
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      stream.shutdownOutput();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      ReceivedRequest request = ReceivedRequest.readHead(in).orElseThrow();
      lastEventIds.add(request.header("last-event-id"));
      client
          .getOutputStream()
          .write(
              ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      streams.add(client);
      try {
        // Nothing comes but the end.
        in.transferTo(OutputStream.nullOutputStream());
      } finally {
        streams.remove(client);
      }
    } catch (IOException | RuntimeException gone) {
      // The client went away, as clients do.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket stream : streams) {
      stream.close();
    }
    threads.shutdownNow();
  }
}
