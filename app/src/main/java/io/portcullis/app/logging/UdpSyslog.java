package io.portcullis.app.logging;

import io.portcullis.core.queue.BatchQueues;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Sends entries to a syslog that listens on UDP; its name is resolved for each batch. Blocks. */
final class UdpSyslog implements BatchQueues.Sender {
  /** What receivers of RFC 5426 take at least twice over, and most take whole. */
  private static final int LARGEST = 8192;

  private final String host;
  private final int port;

  UdpSyslog(String host, int port) {
    this.host = host;
    this.port = port;
  }

  @Override
  public CompletionStage<?> send(List<byte[]> batch) {
    try (DatagramSocket socket = new DatagramSocket()) {
      InetAddress address = InetAddress.getByName(host);
      for (byte[] entry : batch) {
        int length = Math.min(LARGEST, entry.length);
        socket.send(new DatagramPacket(entry, length, address, port));
      }
      return CompletableFuture.completedFuture(null);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }
}
