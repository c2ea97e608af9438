package io.portcullis.proxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port on which connections neither come about nor are refused: its queue is full. */
public final class DeafTarget implements AutoCloseable {
  private static final int MOST = 64;
  private static final int PATIENCE_MILLIS = 200;
  private final ServerSocket server;
  private final List<Socket> queue = new ArrayList<>();

  private DeafTarget(ServerSocket server) {
    this.server = server;
  }

  /** Fills the queue of a new port. */
  public static DeafTarget start() {
    try {
      DeafTarget target = new DeafTarget(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      for (int i = 0; i < MOST; i++) {
        Socket socket = new Socket();
        target.queue.add(socket);
        try {
          socket.connect(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()),
              PATIENCE_MILLIS);
        } catch (SocketTimeoutException full) {
          return target;
        }
      }
      throw new IllegalStateException("the queue is not full after " + MOST + " connections");
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      for (Socket socket : queue) {
        socket.close();
      }
      server.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
