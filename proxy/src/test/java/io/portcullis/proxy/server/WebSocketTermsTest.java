package io.portcullis.proxy.server;

import static io.portcullis.proxy.server.WebSocketWire.HELLO;
import static io.portcullis.proxy.server.WebSocketWire.builder;
import static io.portcullis.proxy.server.WebSocketWire.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.WebSocketTerms;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a plugin asks of a WebSocket. */
class WebSocketTermsTest {
  private static final byte[] PING = {(byte) 0x89, 0};
  private static final byte[] MASKED_PONG = {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0};

  private final RawTarget target = RawTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void a_message_that_is_longer_than_agreed_ends_the_socket() throws Exception {
    try (GatewayFixture gateway = agreeing(new WebSocketTerms(4, 0, 0));
        RawClient client = gateway.connect()) {
      RawClient server = open(client, target);
      server.send(HELLO);
      assertThat(client.read(4)).containsExactly(0x88, 2, 0x03, 0xf1);
      assertThat(server.isClosedByPeer()).isTrue();
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void clients_are_pinged_between_frames_and_nowhere_else() throws Exception {
    try (GatewayFixture gateway = agreeing(new WebSocketTerms(0, 40, 0));
        RawClient client = gateway.connect()) {
      RawClient server = open(client, target);
      assertThat(client.read(2)).isEqualTo(PING);
      client.send(MASKED_PONG);
      assertThat(server.read(MASKED_PONG.length)).isEqualTo(MASKED_PONG);
      // Half a frame, then nothing for several periods: no ping may come in between.
      server.send(new byte[] {(byte) 0x82, 4, 1, 2});
      readPast(client, PING, new byte[] {(byte) 0x82, 4, 1, 2});
      await()
          .pollDelay(Duration.ofMillis(200))
          .until(() -> gateway.server().counters().tunnels() == 1);
      server.send(new byte[] {3, 4});
      assertThat(client.read(2)).containsExactly(3, 4);
      assertThat(client.read(2)).isEqualTo(PING);
    }
  }

  @Test
  void a_client_that_says_nothing_is_given_up_and_one_that_answers_is_not() throws Exception {
    try (GatewayFixture gateway = agreeing(new WebSocketTerms(0, 100, 2_000));
        RawClient silent = gateway.connect();
        RawClient lively = gateway.connect()) {
      RawClient silentServer = open(silent, target);
      RawClient livelyServer = open(lively, target);
      // More pings than fit into the time that silence is suffered.
      for (int i = 0; i < 30; i++) {
        assertThat(lively.read(2)).isEqualTo(PING);
        lively.send(MASKED_PONG);
        assertThat(livelyServer.read(MASKED_PONG.length)).isEqualTo(MASKED_PONG);
      }
      assertThat(silentServer.isClosedByPeer()).isTrue();
      await().until(() -> gateway.server().counters().tunnels() == 1);
      livelyServer.send(HELLO);
      readPast(lively, PING, HELLO);
    }
  }

  /** Reads a frame after any number of others. */
  private static void readPast(RawClient client, byte[] others, byte[] frame) throws Exception {
    byte[] head = client.read(2);
    while (Arrays.equals(head, others)) {
      head = client.read(2);
    }
    byte[] rest = client.read(frame.length - 2);
    assertThat(head).containsExactly(frame[0], frame[1]);
    assertThat(rest).isEqualTo(Arrays.copyOfRange(frame, 2, frame.length));
  }

  private GatewayFixture agreeing(WebSocketTerms terms) {
    PluginHandler handler =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            exchange.put(WebSocketTerms.KEY, terms);
            return Reply.NEXT;
          }
        };
    return builder(target.port(), 60_000).plugin(handler).start();
  }
}
