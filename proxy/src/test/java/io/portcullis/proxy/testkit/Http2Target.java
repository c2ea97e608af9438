package io.portcullis.proxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A target that speaks HTTP/2 and whose every frame the test writes itself. */
public final class Http2Target implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int PREFACE = 24;
  private final ServerSocket server;

  private Http2Target(ServerSocket server) {
    this.server = server;
  }

  /** Listens on a new port. */
  public static Http2Target start() {
    try {
      ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
      server.setSoTimeout(PATIENCE_MILLIS);
      return new Http2Target(server);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The next connection of the gateway, behind its preface; nothing is said yet. */
  public Http2Client acceptSilently() {
    try {
      Socket socket = server.accept();
      socket.getInputStream().readNBytes(PREFACE);
      return Http2Client.over(socket);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** The next connection, with settings said. */
  public Http2Client accept(int... settings) {
    return acceptSilently().settings(settings);
  }

  /** Answers with a head of gRPC. */
  public static Http2Client answer(Http2Client connection, int stream, String... more) {
    return connection.headers(stream, false, lines(more));
  }

  private static String[] lines(String... more) {
    String[] all = new String[more.length + 4];
    all[0] = ":status";
    all[1] = "200";
    all[2] = "content-type";
    all[3] = "application/grpc";
    System.arraycopy(more, 0, all, 4, more.length);
    return all;
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
