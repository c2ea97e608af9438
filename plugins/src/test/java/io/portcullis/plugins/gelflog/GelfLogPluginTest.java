package io.portcullis.plugins.gelflog;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against real receivers on this machine. */
class GelfLogPluginTest {
  private static final int PATIENCE = 30_000;

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void sends_a_datagram_for_each_request_B57() throws IOException {
    try (DatagramSocket receiver = receiver()) {
      PluginHandler handler = start(receiver.getLocalPort(), ",'facility':'edge'");

      handler.log(FakeLog.answered(FakeGateway.route("r"), FakeGateway.service("svc"), 200));
      handler.log(FakeLog.answered(null, null, 503));

      byte[] text = received(receiver);
      assertThat(new String(text, StandardCharsets.UTF_8))
          .containsPattern("\"timestamp\":\\d+\\.\\d{3},");
      JsonNode first = json(text);
      assertThat(first.get("version").stringValue()).isEqualTo("1.1");
      assertThat(first.get("host").stringValue()).isNotEmpty();
      assertThat(first.get("short_message").stringValue()).startsWith("GET /").endsWith(" 200");
      assertThat(first.get("level").intValue()).isEqualTo(6);
      assertThat(first.get("_facility").stringValue()).isEqualTo("edge");
      assertThat(first.get("_status").intValue()).isEqualTo(200);
      assertThat(first.get("_route").stringValue()).isEqualTo("r");
      assertThat(first.get("_service").stringValue()).isEqualTo("svc");
      JsonNode second = json(received(receiver));
      assertThat(second.get("level").intValue()).isEqualTo(3);
      assertThat(second.has("_route")).isFalse();
    }
  }

  @Test
  void sends_a_long_message_in_chunks() throws IOException {
    try (DatagramSocket receiver = receiver()) {
      byte[] message = "x".repeat(UdpSender.LARGEST * 3).getBytes(StandardCharsets.UTF_8);

      new UdpSender("127.0.0.1", receiver.getLocalPort()).send(java.util.List.of(message));

      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      long id = 0;
      for (int chunk = 0; chunk < 4; chunk++) {
        ByteBuffer datagram = ByteBuffer.wrap(received(receiver));
        assertThat(datagram.remaining()).isLessThanOrEqualTo(UdpSender.LARGEST);
        assertThat(datagram.getShort()).isEqualTo((short) 0x1e0f);
        long given = datagram.getLong();
        assertThat(chunk == 0 || given == id).isTrue();
        id = given;
        assertThat(datagram.get()).isEqualTo((byte) chunk);
        assertThat(datagram.get()).isEqualTo((byte) 4);
        whole.write(datagram.array(), datagram.position(), datagram.remaining());
      }
      assertThat(whole.toByteArray()).isEqualTo(message);
    }
  }

  @Test
  void drops_what_no_number_of_chunks_can_hold() throws IOException {
    try (DatagramSocket receiver = receiver()) {
      UdpSender sender = new UdpSender("127.0.0.1", receiver.getLocalPort());
      byte[] small = {1};

      sender.send(java.util.List.of(new byte[UdpSender.LARGEST * 200], small));

      assertThat(received(receiver)).isEqualTo(small);
    }
  }

  @Test
  void sends_over_tcp_with_a_nul_after_each_message() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(PATIENCE);
      PluginHandler handler = start(server.getLocalPort(), ",'enable_tcp':true");

      handler.log(FakeLog.answered(null, null, 200));
      handler.log(FakeLog.answered(null, null, 404));

      try (Socket client = server.accept()) {
        client.setSoTimeout(PATIENCE);
        assertThat(json(message(client.getInputStream())).get("_status").intValue()).isEqualTo(200);
        JsonNode second = json(message(client.getInputStream()));
        assertThat(second.get("_status").intValue()).isEqualTo(404);
        assertThat(second.get("level").intValue()).isEqualTo(4);
      }
    }
  }

  @Test
  void waits_for_a_receiver_that_is_not_there_yet() throws IOException {
    int port;
    try (ServerSocket probe = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    PluginHandler handler = start(port, ",'enable_tcp':true");
    handler.log(FakeLog.answered(null, null, 200));

    try (ServerSocket server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(PATIENCE);
      try (Socket client = server.accept()) {
        client.setSoTimeout(PATIENCE);
        assertThat(json(message(client.getInputStream())).get("_status").intValue()).isEqualTo(200);
      }
    }
  }

  private PluginHandler start(int port, String more) {
    return gateway.start(new GelfLogPlugin(), "{'host':'127.0.0.1','port':" + port + more + "}");
  }

  private static DatagramSocket receiver() throws IOException {
    DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    receiver.setSoTimeout(PATIENCE);
    return receiver;
  }

  private static byte[] received(DatagramSocket receiver) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    receiver.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private static byte[] message(InputStream in) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (int octet = in.read(); octet > 0; octet = in.read()) {
      message.write(octet);
    }
    return message.toByteArray();
  }

  private static JsonNode json(byte[] text) {
    return JsonMapper.shared().readTree(text);
  }
}
