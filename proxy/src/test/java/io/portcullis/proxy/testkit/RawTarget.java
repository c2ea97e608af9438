package io.portcullis.proxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A target whose every octet the test writes itself. */
public final class RawTarget implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private final ServerSocket server;

  private RawTarget(ServerSocket server) {
    this.server = server;
  }

  /** Listens on a new port. */
  public static RawTarget start() {
    try {
      ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
      server.setSoTimeout(PATIENCE_MILLIS);
      return new RawTarget(server);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The next connection of the gateway. */
  public RawClient accept() {
    try {
      return RawClient.over(server.accept());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
