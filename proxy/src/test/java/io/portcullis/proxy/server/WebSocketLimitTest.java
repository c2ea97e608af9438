package io.portcullis.proxy.server;

import static io.portcullis.proxy.server.WebSocketWire.HELLO;
import static io.portcullis.proxy.server.WebSocketWire.builder;
import static io.portcullis.proxy.server.WebSocketWire.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The longest message that a WebSocket may carry. */
class WebSocketLimitTest {
  private final RawTarget target = RawTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void ends_a_socket_whose_client_says_more_at_once_than_may_be() throws Exception {
    try (GatewayFixture gateway = limitedTo(100);
        RawClient client = gateway.connect()) {
      RawClient server = open(client, target);
      client.send(masked(0x81, 100));
      server.read(106);
      // A message in two frames, each of which is short enough.
      client.send(masked(0x01, 60));
      server.read(66);
      client.send(masked(0x80, 60));
      assertThat(client.read(4)).containsExactly(0x88, 2, 0x03, 0xf1);
      assertThat(server.isClosedByPeer()).isTrue();
      assertThat(client.isClosedByPeer()).isTrue();
      client.close();
      await().until(() -> gateway.server().counters().tunnels() == 0);
    }
  }

  @Test
  void ends_a_socket_whose_target_says_more_at_once_than_may_be() throws Exception {
    try (GatewayFixture gateway = limitedTo(100);
        RawClient client = gateway.connect()) {
      RawClient server = open(client, target);
      server.send(HELLO).send(new byte[] {(byte) 0x82, 126, 0, 101});
      assertThat(client.read(HELLO.length)).isEqualTo(HELLO);
      assertThat(client.read(4)).containsExactly(0x88, 2, 0x03, 0xf1);
      assertThat(server.isClosedByPeer()).isTrue();
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  private GatewayFixture limitedTo(long messageSize) {
    ClientLimits usual = ClientLimits.DEFAULT;
    ClientLimits limits =
        new ClientLimits(
            usual.headSize(),
            usual.headTimeout(),
            usual.bodyTimeout(),
            usual.bodyRate(),
            usual.sendTimeout(),
            usual.keepAliveTimeout(),
            usual.lingerTimeout(),
            messageSize);
    return builder(target.port(), 60_000).settings(s -> s.withClient(limits)).start();
  }

  /** A frame of fewer than 126 octets, all zero, as clients mask it. */
  private static byte[] masked(int first, int length) {
    byte[] frame = new byte[6 + length];
    frame[0] = (byte) first;
    frame[1] = (byte) (0x80 | length);
    return frame;
  }
}
