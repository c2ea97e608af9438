package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.upstream.SocketServer;
import io.portcullis.e2e.wire.MessageDeflate;
import io.portcullis.e2e.wire.WebSocketFrame;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a WebSocket of a KrakenD file, to whom, and what its messages weigh. */
final class SocketAccessTest {
  private static final int FINAL = 0x80;
  private static final int COMPRESSED = 0x40;

  /** Of {@code /proc/net/tcp}: what is listened on. */
  private static final String LISTENING = "0A";

  private static final String LOOPBACK = "0100007F";

  @TempDir private Path folder;

  @Test
  @DisplayName("A11 compression is agreed on through the gateway, and frames are smaller")
  void compression_is_agreed_on() throws Exception {
    BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    SocketServer.Conversation conversation =
        peer -> {
          while (true) {
            WebSocketFrame frame = peer.read();
            sizes.add(frame.payload().length);
            peer.send(frame);
          }
        };
    byte[] text = "the same words again and again, ".repeat(2_000).getBytes(StandardCharsets.UTF_8);
    try (SocketServer server = SocketServer.start(conversation);
        KrakendGateway gateway = KrakendGateway.serving(folder, file(server, ""));
        WireConnection client = WireConnection.open(gateway.port(), KrakendGateway.PATIENCE)) {
      WireAnswer accepted =
          client.exchange(
              FileSockets.handshake("/ws/1", "a.test")
                  .with("Sec-WebSocket-Extensions", "permessage-deflate"));
      assertThat(accepted.status()).isEqualTo(101);
      assertThat(accepted.header("Sec-WebSocket-Extensions"))
          .singleElement()
          .asString()
          .startsWith("permessage-deflate");

      client.send(
          new WebSocketFrame(
              FINAL | COMPRESSED, WebSocketFrame.TEXT, MessageDeflate.deflated(text)));

      assertThat(sizes.poll(30, TimeUnit.SECONDS)).isLessThan(text.length / 50);
      WebSocketFrame back = client.readFrame();
      assertThat(back.flags()).isEqualTo(FINAL | COMPRESSED);
      assertThat(MessageDeflate.inflated(back.payload(), text.length)).isEqualTo(text);
    }
  }

  @Test
  @DisplayName("A12 each client has a backend connection of its own, which nobody has after it")
  void connections_are_one_to_one() throws Exception {
    SocketServer.Conversation conversation =
        peer -> {
          peer.send(peer.target());
          SocketServer.echo(peer);
        };
    try (SocketServer server = SocketServer.start(conversation);
        KrakendGateway gateway = KrakendGateway.serving(folder, file(server, ""))) {
      List<WireConnection> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        clients.add(FileSockets.open(gateway, "/ws/" + i));
      }
      assertThat(server.peers()).hasSize(5);
      for (int i = 0; i < 5; i++) {
        assertThat(clients.get(i).readFrame().payload()).asString().isEqualTo("/ws/" + i);
      }
      for (WireConnection client : clients) {
        client.close();
      }
      await().atMost(KrakendGateway.PATIENCE).until(() -> server.peers().isEmpty());
      FileSockets.open(gateway, "/ws/6").close();
      await().atMost(KrakendGateway.PATIENCE).until(() -> server.accepted() == 6);
    }
  }

  @Test
  @DisplayName("A15 hosts that are not listed get no socket and no answer")
  void hosts_that_are_not_listed_get_nothing() throws Exception {
    try (SocketServer server = SocketServer.echo();
        KrakendGateway gateway =
            KrakendGateway.serving(
                folder,
                file(
                    server,
                    "'echo_endpoint':true,"
                        + "'extra_config':{'security/http':{'allowed_hosts':['api.test']}},"))) {
      WireAnswer refused = answer(gateway, FileSockets.handshake("/ws/1", "other.test"));
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.text()).isEqualTo("Bad Host\n");
      assertThat(server.accepted()).isZero();
      assertThat(answer(gateway, FileSockets.handshake("/ws/1", "api.test")).status())
          .isEqualTo(101);
      await().atMost(KrakendGateway.PATIENCE).until(() -> server.accepted() == 1);
      assertThat(answer(gateway, WireRequest.get("/__echo/", "other.test")).status())
          .isEqualTo(500);
      assertThat(answer(gateway, WireRequest.get("/__echo/", "api.test")).status()).isEqualTo(200);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @DisplayName("A15 nothing but the file's port is listened on, at the file's address")
  void nothing_but_the_files_port_is_listened_on() throws Exception {
    try (KrakendGateway gateway =
        KrakendGateway.serving(
            folder, "{'version':3,'listen_ip':'127.0.0.1','echo_endpoint':true}")) {
      assertThat(gateway.get("/__echo/").statusCode()).isEqualTo(200);

      assertThat(listeners(gateway.handle().pid()))
          .singleElement()
          .asString()
          .endsWith("%s:%04X".formatted(LOOPBACK, gateway.port()));
    }
  }

  private static String file(SocketServer server, String more) {
    return ("{'version':3,"
            + more
            + "'endpoints':[{'endpoint':'/ws/{room}','backend':[{"
            + "'host':['ws://127.0.0.1:%d'],'url_pattern':'/ws/{room}'}],"
            + "'extra_config':{'websocket':{'enable_direct_communication':true}}}]}")
        .formatted(server.port());
  }

  private static WireAnswer answer(KrakendGateway gateway, WireRequest request) throws IOException {
    return FileSockets.answer(gateway.port(), request);
  }

  /** Addresses and ports that a process listens on, as the kernel writes them. */
  private static List<String> listeners(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          own.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closed) {
          // between the listing and now
        }
      }
    }
    List<String> listeners = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(process.resolve(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals(LISTENING) && own.contains("socket:[" + columns[9] + "]")) {
          listeners.add(columns[1]);
        }
      }
    }
    return listeners;
  }
}
