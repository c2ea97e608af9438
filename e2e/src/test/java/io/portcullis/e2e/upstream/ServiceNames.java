package io.portcullis.e2e.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server on loopback that knows one service, at a port of loopback, under any name. */
public final class ServiceNames implements AutoCloseable {
  private static final int LARGEST = 4096;
  private static final long SECONDS = 60;

  private final DatagramSocket socket;
  private final int servicePort;

  private ServiceNames(DatagramSocket socket, int servicePort) {
    this.socket = socket;
    this.servicePort = servicePort;
  }

  public static ServiceNames of(int servicePort) {
    try {
      ServiceNames names =
          new ServiceNames(new DatagramSocket(0, InetAddress.getLoopbackAddress()), servicePort);
      Thread.ofVirtual().start(names::serve);
      return names;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  private void serve() {
    byte[] buffer = new byte[LARGEST];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(new Message(Arrays.copyOf(buffer, packet.getLength()))).toWire();
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private Message answer(Message question) throws IOException {
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    Record asked = question.getQuestion();
    answer.addRecord(asked, Section.QUESTION);
    if (asked.getType() == Type.A) {
      answer.addRecord(
          new ARecord(asked.getName(), DClass.IN, SECONDS, InetAddress.ofLiteral("127.0.0.1")),
          Section.ANSWER);
    } else if (asked.getType() == Type.SRV) {
      Name host = Name.fromString("host.service.test.");
      answer.addRecord(
          new SRVRecord(asked.getName(), DClass.IN, SECONDS, 1, 1, servicePort, host),
          Section.ANSWER);
    }
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
