package io.portcullis.plugins.gelflog;

import io.portcullis.core.queue.BatchQueues;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends each message as a datagram, and longer ones in the chunks that GELF describes. A message of
 * more than 128 chunks cannot be sent and is dropped with a log line. The name is resolved for each
 * batch. Blocks; its queue calls it from one thread at a time.
 */
final class UdpSender implements BatchQueues.Sender {
  private static final System.Logger LOG = System.getLogger(UdpSender.class.getName());

  /** Fits through every path of at least 1,500 octets. */
  static final int LARGEST = 1420;

  private static final int HEAD = 12;
  private static final int MOST_CHUNKS = 128;
  private static final short CHUNKED = 0x1e0f;

  private final String host;
  private final int port;
  private final SecureRandom random = new SecureRandom();

  UdpSender(String host, int port) {
    this.host = host;
    this.port = port;
  }

  @Override
  public CompletionStage<?> send(List<byte[]> batch) {
    try (DatagramSocket socket = new DatagramSocket()) {
      InetAddress address = InetAddress.getByName(host);
      for (byte[] message : batch) {
        if (message.length <= LARGEST) {
          socket.send(new DatagramPacket(message, message.length, address, port));
        } else {
          sendChunks(socket, address, message);
        }
      }
      return CompletableFuture.completedFuture(null);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void sendChunks(DatagramSocket socket, InetAddress address, byte[] message)
      throws IOException {
    int room = LARGEST - HEAD;
    int chunks = (message.length + room - 1) / room;
    if (chunks > MOST_CHUNKS) {
      LOG.log(
          System.Logger.Level.WARNING,
          "gelf-log: a message of " + message.length + " octets is too long for UDP");
      return;
    }
    long id = random.nextLong();
    for (int chunk = 0; chunk < chunks; chunk++) {
      int from = chunk * room;
      int length = Math.min(room, message.length - from);
      byte[] datagram =
          ByteBuffer.allocate(HEAD + length)
              .putShort(CHUNKED)
              .putLong(id)
              .put((byte) chunk)
              .put((byte) chunks)
              .put(message, from, length)
              .array();
      socket.send(new DatagramPacket(datagram, datagram.length, address, port));
    }
  }
}
