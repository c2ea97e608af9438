package io.portcullis.plugins.gelflog;

import io.portcullis.core.queue.BatchQueues;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages over one connection, each ended by a NUL. A connection that failed is opened anew
 * for the next batch. Blocks; its queue calls it from one thread at a time.
 */
final class TcpSender implements BatchQueues.Sender {
  private static final System.Logger LOG = System.getLogger(TcpSender.class.getName());
  private static final Duration CONNECTING = Duration.ofSeconds(5);

  private final String host;
  private final int port;
  private @Nullable Socket connection;

  TcpSender(String host, int port) {
    this.host = host;
    this.port = port;
  }

  @Override
  public CompletionStage<?> send(List<byte[]> batch) {
    try {
      OutputStream out = new BufferedOutputStream(connected().getOutputStream(), 1 << 16);
      for (byte[] message : batch) {
        out.write(message);
        out.write(0);
      }
      out.flush();
      return CompletableFuture.completedFuture(null);
    } catch (IOException failure) {
      close();
      return CompletableFuture.failedFuture(failure);
    }
  }

  private Socket connected() throws IOException {
    Socket open = connection;
    if (open == null) {
      open = new Socket();
      connection = open;
      open.connect(new InetSocketAddress(host, port), (int) CONNECTING.toMillis());
      open.setKeepAlive(true);
    }
    return open;
  }

  @Override
  public void close() {
    Socket open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failure) {
        LOG.log(System.Logger.Level.DEBUG, "gelf-log: closing the connection failed", failure);
      }
    }
  }
}
