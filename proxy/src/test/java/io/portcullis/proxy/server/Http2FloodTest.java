package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that want to keep us busy, or dawdle. */
class Http2FloodTest {
  private static final ClientLimits IMPATIENT =
      new ClientLimits(
          32 * 1024,
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          500,
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          0);

  private final EchoTarget target = EchoTarget.start();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final GatewayFixture gateway =
      GatewayFixture.gateway()
          .service("s", target)
          .route("s", "/")
          .accessLog(entry -> log.add(entry.status() + (entry.clientAborted() ? " aborted" : "")))
          .start();
  private final GatewayFixture impatient =
      GatewayFixture.gateway()
          .service("s", target)
          .route("s", "/")
          .settings(s -> s.withClient(IMPATIENT))
          .accessLog(entry -> log.add(entry.status() + (entry.clientAborted() ? " aborted" : "")))
          .start();

  @AfterEach
  void stop() {
    gateway.close();
    impatient.close();
    target.close();
  }

  /** Says something until the gateway has had enough of it. */
  private void floods(Consumer<Http2Client> beginning, Consumer<Http2Client> word) {
    try (Http2Client client = Http2Client.connect(gateway.port())) {
      // Acknowledged here, so that nothing else comes in between later.
      client.await(Http2Client.SETTINGS);
      beginning.accept(client);
      Thread flooding =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 100_000; i++) {
                        word.accept(client);
                      }
                    } catch (UncheckedIOException closed) {
                      // As it should be.
                    }
                  });
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
      client.close();
      join(flooding);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void ends_a_flood_of_pings() {
    floods(_ -> {}, client -> client.frame(Http2Client.PING, 0, 0, new byte[8]));
  }

  @Test
  void ends_a_flood_of_settings() {
    floods(_ -> {}, client -> client.settings(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 70_000));
  }

  @Test
  void ends_a_flood_of_priorities() {
    floods(_ -> {}, client -> client.frame(Http2Client.PRIORITY, 0, 9, new byte[5]));
  }

  @Test
  void ends_a_flood_of_frames_that_nobody_knows() {
    floods(_ -> {}, client -> client.frame(0x77, 0, 0));
  }

  @Test
  void ends_a_flood_of_empty_data() {
    floods(client -> client.post(1, "/"), client -> client.data(1, false));
  }

  @Test
  void ends_a_flood_of_padding() {
    floods(
        client -> client.post(1, "/"),
        client -> client.frame(Http2Client.DATA, Http2Client.PADDED, 1, new byte[] {2, 0, 0}));
  }

  @Test
  void ends_a_flood_of_empty_continuations() {
    floods(
        client -> client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1),
        client -> client.frame(Http2Client.CONTINUATION, 0, 1));
  }

  @Test
  void ends_a_header_block_without_end() {
    byte[] part = Http2Client.block("x", "a".repeat(16_000));
    floods(
        client -> client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1),
        client -> client.frame(Http2Client.CONTINUATION, 0, 1, part));
  }

  @Test
  void ends_rapid_resets_and_cancels_every_upstream() {
    target.neverAnswers();
    int[] stream = {1};
    floods(
        _ -> {},
        client -> {
          client.get(stream[0], "/").number(Http2Client.RST_STREAM, stream[0], ErrorCode.CANCEL);
          stream[0] += 2;
        });
    await().until(() -> target.openConnections() == 0);
    assertThat(log.size()).isBetween(1200, 5000);
    assertThat(log).containsOnly("499 aborted");
  }

  @Test
  void ends_streams_that_are_made_to_be_reset_by_us() {
    int[] stream = {1};
    floods(
        _ -> {},
        client -> {
          client.headers(stream[0], true, "not", "good");
          stream[0] += 2;
        });
  }

  @Test
  void refuses_streams_beyond_the_limit() {
    target.neverAnswers();
    try (Http2Client client = Http2Client.connect(gateway.port())) {
      for (int i = 0; i < 129; i++) {
        client.get(1 + 2 * i, "/");
      }
      assertThat(client.awaitReset(257)).isEqualTo(ErrorCode.REFUSED_STREAM);
      client.number(Http2Client.RST_STREAM, 1, ErrorCode.CANCEL);
      client.get(259, "/").frame(Http2Client.PING, 0, 0, new byte[8]).await(Http2Client.PING);
      assertThat(client.partOf(259).reset()).isEqualTo(-1);
    }
    await().until(() -> log.size() == 129);
  }

  @Test
  void ends_a_header_block_that_does_not_come() {
    try (Http2Client client = Http2Client.connect(impatient.port())) {
      client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1, new byte[] {(byte) 0x82});
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
    try (Http2Client client = Http2Client.connect(impatient.port())) {
      client.raw(new byte[] {0, 0, 9, 1});
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void does_not_let_a_header_block_be_prolonged_piece_by_piece() {
    try (Http2Client client = Http2Client.connect(impatient.port())) {
      long start = System.nanoTime();
      client.await(Http2Client.SETTINGS);
      client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1);
      saysAgainAndAgain(
          client, () -> client.frame(Http2Client.CONTINUATION, 0, 1, new byte[] {(byte) 0x82}));
      assertThat(client.goAway()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }
  }

  /** Says something every now and then, until the gateway closes. */
  private static void saysAgainAndAgain(Http2Client client, Runnable word) {
    try {
      for (int i = 0; i < 60 && !client.isClosedWithin(100); i++) {
        word.run();
      }
    } catch (UncheckedIOException closed) {
      // As it should be.
    }
  }

  @Test
  void answers_408_to_a_body_that_does_not_come() {
    target.script(
        conversation -> {
          conversation.readHead();
          while (conversation.read() >= 0) {
            // Until the gateway gives up.
          }
        });
    try (Http2Client client = Http2Client.connect(impatient.port())) {
      client.post(1, "/", "content-length", "10").data(1, false, "abc");
      Http2Client.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(408);
      assertThat(client.awaitReset(1)).isEqualTo(ErrorCode.NO_ERROR);
    }
  }

  @Test
  void ends_a_connection_that_is_idle_even_if_it_pings() {
    try (Http2Client client = Http2Client.connect(impatient.port())) {
      assertThat(client.get(1, "/").answer(1).status()).isEqualTo(200);
      saysAgainAndAgain(client, () -> client.frame(Http2Client.PING, 0, 0, new byte[8]));
      assertThat(client.goAway()).isEqualTo(ErrorCode.NO_ERROR);
    }
    try (Http2Client client = Http2Client.connect(impatient.port())) {
      assertThat(client.awaitEnd()).isEqualTo(ErrorCode.NO_ERROR);
    }
  }

  @Test
  void keeps_a_connection_that_is_used() {
    ClientLimits usual = ClientLimits.DEFAULT;
    ClientLimits limits =
        new ClientLimits(
            usual.headSize(),
            Duration.ofMillis(1500),
            usual.bodyTimeout(),
            usual.bodyRate(),
            usual.sendTimeout(),
            Duration.ofMillis(1500),
            usual.lingerTimeout(),
            usual.messageSize());
    try (GatewayFixture busy =
            GatewayFixture.gateway().settings(s -> s.withClient(limits)).start();
        Http2Client client = Http2Client.connect(busy.port())) {
      long start = System.nanoTime();
      // Without a route, so that each answer is there within the event of its request; without a
      // body, so that no window runs out.
      for (int stream = 1; System.nanoTime() - start < 2_000_000_000L; stream += 2) {
        client.headers(stream, true, Http2Client.request("HEAD", "/"));
        assertThat(client.answer(stream).status()).isEqualTo(404);
      }
    }
  }

  @Test
  void resets_a_stream_whose_answer_is_not_taken_and_cancels_its_upstream() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    endless(gone);
    try (Http2Client client = Http2Client.connectBare(impatient.port())) {
      client.greet(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 0).get(1, "/");
      assertThat(client.awaitReset(1)).isEqualTo(ErrorCode.CANCEL);
      assertThat(client.partOf(1).status()).isEqualTo(200);
      assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    }
    await().untilAsserted(() -> assertThat(log).containsExactly("200 aborted"));
  }

  @Test
  void resets_a_connection_that_is_not_read() throws Exception {
    CountDownLatch gone = new CountDownLatch(2);
    endless(gone);
    try (Http2Client client = Http2Client.connectWithReceiveBuffer(impatient.port(), 4096)) {
      client
          .greet(Frame.SETTINGS_INITIAL_WINDOW_SIZE, Frame.MAX_INT)
          .number(Http2Client.WINDOW_UPDATE, 0, Frame.MAX_INT - Frame.DEFAULT_WINDOW)
          .get(1, "/")
          .get(3, "/");
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }
    await().untilAsserted(() -> assertThat(log).hasSize(2));
  }

  @Test
  void reads_nothing_more_of_a_client_that_reads_no_answers() {
    int most = 300_000;
    AtomicInteger sent = new AtomicInteger();
    try (Http2Client client = Http2Client.connectWithReceiveBuffer(gateway.port(), 4096)) {
      client.greet();
      Thread asking =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      // Answers without a body, which no window holds back.
                      for (int i = 0; i < most; i++) {
                        client.headers(1 + 2 * i, true, Http2Client.request("HEAD", "/.."));
                        sent.incrementAndGet();
                      }
                    } catch (UncheckedIOException closed) {
                      // The end of the test.
                    }
                  });
      int[] before = {0};
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> sent.get() == most || before[0] == (before[0] = sent.get()));
      // The answers that a socket's buffer holds, and little more.
      assertThat(log.size()).isBetween(1, most / 5);
      client.close();
      join(asking);
    }
  }

  private void endless(CountDownLatch gone) {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
          byte[] part = new byte[16 * 1024];
          try {
            while (true) {
              conversation.write(part);
            }
          } finally {
            gone.countDown();
          }
        });
  }
}
