package io.portcullis.app.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against real receivers on this machine. */
class LogReceiversTest {
  private static final int PATIENCE = 30_000;

  @Test
  void entries_go_to_gelf_over_udp_B57() throws Exception {
    try (DatagramSocket receiver = receiver();
        LogReceivers receivers = new LogReceivers()) {
      receivers.addGelf(LogAddress.of("udp://127.0.0.1:" + receiver.getLocalPort()), "edge-1");
      LogRecord entry = entry(Level.WARNING, "first line\nsecond");
      entry.setInstant(Instant.ofEpochMilli(1_700_000_000_007L));

      receivers.all().getFirst().take(entry);

      String text = received(receiver);
      assertThat(text).contains("\"timestamp\":1700000000.007,");
      JsonNode message = JsonMapper.shared().readTree(text);
      assertThat(message.path("version").asString()).isEqualTo("1.1");
      assertThat(message.path("host").asString()).isEqualTo("edge-1");
      assertThat(message.path("short_message").asString()).isEqualTo("first line");
      assertThat(message.path("full_message").asString()).isEqualTo("first line\nsecond");
      assertThat(message.path("level").asInt()).isEqualTo(4);
      assertThat(message.path("_level").asString()).isEqualTo("WARNING");
      assertThat(message.path("_logger").asString()).isEqualTo("io.portcullis.test");
    }
  }

  @Test
  void entries_go_to_gelf_over_tcp_and_what_waits_is_sent_at_the_end_B57() throws Exception {
    try (ServerSocket receiver = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      receiver.setSoTimeout(PATIENCE);
      try (LogReceivers receivers = new LogReceivers()) {
        receivers.addGelf(LogAddress.of("tcp://127.0.0.1:" + receiver.getLocalPort()), "edge-1");
        receivers.all().getFirst().take(entry(Level.INFO, "one"));
        receivers.all().getFirst().take(entry(Level.FINE, "two"));
      }
      try (Socket connection = receiver.accept()) {
        connection.setSoTimeout(PATIENCE);
        assertThat(shortMessage(connection)).isEqualTo("one 6");
        assertThat(shortMessage(connection)).isEqualTo("two 7");
      }
    }
  }

  @Test
  void entries_of_the_senders_themselves_are_not_sent() throws Exception {
    try (DatagramSocket receiver = receiver();
        LogReceivers receivers = new LogReceivers()) {
      receivers.addGelf(LogAddress.of("udp://127.0.0.1:" + receiver.getLocalPort()), "edge-1");
      LogRecord own = entry(Level.WARNING, "queue full");
      own.setLoggerName("io.portcullis.core.queue.InMemoryBatchQueue");

      receivers.all().getFirst().take(own);
      receivers.all().getFirst().take(entry(Level.INFO, "another"));

      assertThat(received(receiver)).contains("\"another\"");
    }
  }

  @Test
  void entries_go_to_a_syslog_over_udp_with_facility_severity_and_tag() throws Exception {
    try (DatagramSocket receiver = receiver();
        LogReceivers receivers = new LogReceivers()) {
      receivers.addSyslog(
          SyslogTarget.of(
              "127.0.0.1:" + receiver.getLocalPort() + ",facility=local3,tag=[EDGE], one"));

      receivers.all().getFirst().take(entry(Level.SEVERE, "broken"));

      // local3 is 19, an error 3.
      assertThat(received(receiver))
          .matches(
              "<155>[A-Z][a-z]{2} [ 1-3]\\d \\d\\d:\\d\\d:\\d\\d \\[EDGE], one\\["
                  + ProcessHandle.current().pid()
                  + "]: ERROR > broken");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void entries_go_to_the_socket_of_the_local_syslog(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("log");
    try (UnixReceiver receiver = UnixReceiver.bound(path);
        LogReceivers receivers = new LogReceivers()) {
      receivers.addSyslog(SyslogTarget.of("unix:" + path + ",facility=local0,tag=edge"));

      receivers.all().getFirst().take(entry(Level.INFO, "hello"));

      // local0 is 16, information 6.
      assertThat(receiver.received()).startsWith("<134>").endsWith("]: INFO > hello");
    }
  }

  @Test
  void targets_that_are_none_are_refused() {
    assertThatThrownBy(() -> SyslogTarget.of("unix:/dev/log,facility=local9"))
        .hasMessage("unknown facility 'local9'");
    assertThatThrownBy(() -> SyslogTarget.of("unix:/dev/log,severity=info"))
        .hasMessage("expected facility= or tag=, got 'severity=info'");
    assertThatThrownBy(() -> SyslogTarget.of(":514"))
        .hasMessage("expected unix:PATH or HOST:PORT, got ':514'");
    assertThatThrownBy(() -> LogAddress.of("logstash:12201"))
        .hasMessage("expected udp://host:port or tcp://host:port, got 'logstash:12201'");
  }

  private static LogRecord entry(Level level, String message) {
    LogRecord entry = new LogRecord(level, message);
    entry.setLoggerName("io.portcullis.test");
    return entry;
  }

  private static DatagramSocket receiver() throws IOException {
    DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    receiver.setSoTimeout(PATIENCE);
    return receiver;
  }

  private static String received(DatagramSocket receiver) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[9000], 9000);
    receiver.receive(packet);
    return new String(Arrays.copyOf(packet.getData(), packet.getLength()), StandardCharsets.UTF_8);
  }

  private static String shortMessage(Socket connection) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int octet = connection.getInputStream().read();
    while (octet > 0) {
      message.write(octet);
      octet = connection.getInputStream().read();
    }
    JsonNode json = JsonMapper.shared().readTree(message.toByteArray());
    return json.path("short_message").asString() + " " + json.path("level").asInt();
  }
}
