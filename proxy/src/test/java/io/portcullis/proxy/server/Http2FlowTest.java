package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.http2.Frame;
import io.portcullis.proxy.testkit.DeafTarget;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.Http2Client;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Windows in both directions, and what waits behind them. */
class Http2FlowTest {
  private static final int LARGE = 400_000;
  private final byte[] large = new byte[LARGE];
  private final EchoTarget target = EchoTarget.start();
  private final GatewayFixture gateway = GatewayFixture.forwardingTo(target);
  private final Http2Client client = Http2Client.connectBare(gateway.port());

  Http2FlowTest() {
    new Random(3).nextBytes(large);
    target.script(
        conversation -> {
          while (conversation.readRequest() != null) {
            conversation.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
            conversation.write(large);
          }
        });
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    target.close();
  }

  /** Reads until that much of an answer is here and checks that it is no more. */
  private void expect(int stream, int octets) {
    while (client.partOf(stream).body().length < octets) {
      assertThat(client.read()).isNotNull();
    }
    // Whatever was sent before the answer to this would be here first.
    client.frame(Http2Client.PING, 0, 0, new byte[8]);
    assertThat(client.await(Http2Client.PING).has(Http2Client.ACK)).isTrue();
    assertThat(client.partOf(stream).body()).hasSize(octets);
  }

  @Test
  void sends_no_more_than_windows_allow() {
    client.greet().get(1, "/");
    expect(1, Frame.DEFAULT_WINDOW);
    client.number(Http2Client.WINDOW_UPDATE, 1, 1000);
    expect(1, Frame.DEFAULT_WINDOW);
    client.number(Http2Client.WINDOW_UPDATE, 0, 600);
    expect(1, Frame.DEFAULT_WINDOW + 600);
    client.number(Http2Client.WINDOW_UPDATE, 0, LARGE);
    expect(1, Frame.DEFAULT_WINDOW + 1000);
    client.number(Http2Client.WINDOW_UPDATE, 1, LARGE);
    assertThat(client.answer(1).body()).isEqualTo(large);
  }

  @Test
  void applies_a_changed_initial_window_to_open_streams() {
    client.greet(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 10).get(1, "/");
    expect(1, 10);
    client.settings(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 110);
    expect(1, 110);
    // The window is negative now, and has to be paid back first.
    client.settings(Frame.SETTINGS_INITIAL_WINDOW_SIZE, 0);
    client.number(Http2Client.WINDOW_UPDATE, 1, 100);
    expect(1, 110);
    client.number(Http2Client.WINDOW_UPDATE, 1, 50);
    expect(1, 150);
    client.settings(Frame.SETTINGS_INITIAL_WINDOW_SIZE, LARGE);
    client.number(Http2Client.WINDOW_UPDATE, 0, LARGE);
    assertThat(client.answer(1).body()).isEqualTo(large);
  }

  @Test
  void lets_streams_share_the_window_of_the_connection() {
    client.greet(Frame.SETTINGS_INITIAL_WINDOW_SIZE, LARGE).get(1, "/");
    expect(1, Frame.DEFAULT_WINDOW);
    client.get(3, "/");
    while (client.partOf(3).status() == 0) {
      client.read();
    }
    int each = 8 * Frame.DEFAULT_MAX_SIZE;
    await()
        .untilAsserted(
            () -> {
              // Both have something in line by now.
              client.number(Http2Client.WINDOW_UPDATE, 0, 1);
              client.frame(Http2Client.PING, 0, 0, new byte[8]).await(Http2Client.PING);
              assertThat(client.partOf(3).body().length + client.partOf(1).body().length)
                  .isGreaterThan(Frame.DEFAULT_WINDOW);
            });
    client.number(Http2Client.WINDOW_UPDATE, 0, 2 * each);
    client.frame(Http2Client.PING, 0, 0, new byte[8]).await(Http2Client.PING);
    assertThat(client.partOf(3).body().length).isGreaterThanOrEqualTo(Frame.DEFAULT_MAX_SIZE);
    client.number(Http2Client.WINDOW_UPDATE, 0, 3 * LARGE);
    assertThat(client.answer(1).body()).isEqualTo(large);
    assertThat(client.answer(3).body()).isEqualTo(large);
  }

  @Test
  void does_not_read_an_answer_that_nobody_takes() {
    AtomicLong written = new AtomicLong();
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          byte[] part = new byte[64 * 1024];
          try {
            while (written.get() < 1_000_000_000) {
              conversation.write(part);
              written.addAndGet(part.length);
            }
          } catch (IOException gone) {
            written.set(-1);
          }
        });
    client.greet().get(1, "/");
    expect(1, Frame.DEFAULT_WINDOW);
    await()
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              long before = written.get();
              client.frame(Http2Client.PING, 0, 0, new byte[8]).await(Http2Client.PING);
              return before > 0 && written.get() == before;
            });
    // What sockets hold by themselves, and little more.
    assertThat(written.get()).isLessThan(30_000_000);
    client.number(Http2Client.RST_STREAM, 1, ErrorCode.CANCEL);
    await().until(() -> written.get() == -1);
  }

  @Test
  void asks_for_more_of_a_body_as_it_is_taken() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    byte[] sent = new byte[1_000_000];
    new Random(5).nextBytes(sent);
    target.script(
        conversation -> {
          EchoTarget.Received request = conversation.readRequest();
          assertThat(request).isNotNull();
          assertThat(request.body()).isEqualTo(sent);
          read.countDown();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    client.greet().post(1, "/", "content-length", "" + sent.length);
    upload(sent);
    assertThat(client.answer(1).text()).isEqualTo("ok");
    assertThat(read.await(5, TimeUnit.SECONDS)).isTrue();
  }

  private void upload(byte[] body) {
    long stream = Frame.DEFAULT_WINDOW;
    long connection = Frame.DEFAULT_WINDOW;
    for (int at = 0; at < body.length; ) {
      int count = (int) Math.min(Math.min(stream, connection), Math.min(10_000, body.length - at));
      if (count > 0) {
        client.data(
            1, at + count == body.length, java.util.Arrays.copyOfRange(body, at, at + count));
        at += count;
        stream -= count;
        connection -= count;
      } else {
        Http2Client.Received frame = client.await(Http2Client.WINDOW_UPDATE);
        if (frame.stream() == 0) {
          connection += frame.number(0);
        } else {
          stream += frame.number(0);
        }
      }
    }
  }

  @Test
  void takes_no_more_of_a_body_than_the_window_while_nobody_reads() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    target.script(
        conversation -> {
          String head = conversation.readHead();
          assertThat(head).isNotNull();
          try {
            go.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
          conversation.readBody(head);
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    int size = 60_000_000;
    client.greet().post(1, "/", "content-length", "" + size);
    AtomicLong sent = new AtomicLong();
    Thread uploading = Thread.ofVirtual().start(() -> uploadZeros(size, sent));
    await()
        .pollInterval(Duration.ofMillis(200))
        .until(
            new java.util.concurrent.Callable<>() {
              private long before = -1;

              @Override
              public Boolean call() {
                long now = sent.get();
                boolean still = now == before && now > 0;
                before = now;
                return still;
              }
            });
    assertThat(sent.get()).isLessThan(30_000_000);
    go.countDown();
    uploading.join();
    assertThat(client.answer(1).text()).isEqualTo("ok");
  }

  private void uploadZeros(int size, AtomicLong sent) {
    long stream = Frame.DEFAULT_WINDOW;
    long connection = Frame.DEFAULT_WINDOW;
    byte[] part = new byte[16_000];
    while (sent.get() < size) {
      int count = (int) Math.min(Math.min(stream, connection), size - sent.get());
      count = Math.min(count, part.length);
      if (count > 0) {
        client.data(1, sent.get() + count == size, java.util.Arrays.copyOf(part, count));
        sent.addAndGet(count);
        stream -= count;
        connection -= count;
      } else {
        Http2Client.Received frame = awaitWindow();
        if (frame.stream() == 0) {
          connection += frame.number(0);
        } else {
          stream += frame.number(0);
        }
      }
    }
  }

  private Http2Client.Received awaitWindow() {
    while (true) {
      try {
        return client.await(Http2Client.WINDOW_UPDATE);
      } catch (java.io.UncheckedIOException silence) {
        // Nobody reads yet.
      }
    }
  }

  @Test
  void ends_a_stream_that_sends_more_than_its_window() {
    try (DeafTarget deaf = DeafTarget.start();
        GatewayFixture waiting =
            GatewayFixture.gateway()
                .service("s", "http://127.0.0.1:" + deaf.port(), _ -> {})
                .route("s", "/")
                .start();
        Http2Client careless = Http2Client.connect(waiting.port())) {
      careless.post(1, "/");
      for (int i = 0; i < 40; i++) {
        careless.data(1, false, new byte[Frame.DEFAULT_MAX_SIZE]);
      }
      assertThat(careless.awaitReset(1)).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  @Test
  void keeps_the_connections_window_open_when_streams_are_reset() {
    target.script(
        conversation -> {
          EchoTarget.Received request = conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          assertThat(request).isNotNull();
        });
    client.greet();
    byte[] part = new byte[16_000];
    long window = Frame.DEFAULT_WINDOW;
    int stream = 1;
    // Far more than the window in bodies that are given up.
    for (int i = 0; i < 150; i++) {
      while (window < part.length) {
        Http2Client.Received frame = client.await(Http2Client.WINDOW_UPDATE);
        window += frame.stream() == 0 ? frame.number(0) : 0;
      }
      client.post(stream, "/", "content-length", "100000").data(stream, false, part);
      client.number(Http2Client.RST_STREAM, stream, ErrorCode.CANCEL);
      window -= part.length;
      stream += 2;
    }
    assertThat(client.get(stream, "/").answer(stream).text()).isEqualTo("ok");
  }
}
