package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxiedBodiesTest {
  private final EchoTarget target = EchoTarget.start();
  private final GatewayFixture gateway =
      GatewayFixture.gateway()
          .service("s", target)
          .route("s", "/")
          .route(
              "s",
              stored -> stored.put("request_buffering", false).put("strip_path", false),
              "/unbuffered")
          .start();

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
  }

  @Test
  void relays_a_body_with_its_length() {
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").answer();
    }
    assertThat(target.lastRequest().header("content-length")).isEqualTo("5");
    assertThat(target.lastRequest().text()).isEqualTo("hello");
  }

  @Test
  void tells_the_target_of_an_empty_body_only_if_the_client_did() {
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").answer();
      assertThat(target.lastRequest().header("content-length")).isEqualTo("0");
      client.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
      assertThat(target.lastRequest().header("content-length")).isNull();
      assertThat(target.lastRequest().header("transfer-encoding")).isNull();
    }
  }

  @Test
  void gives_a_short_chunked_body_a_length() {
    try (RawClient client = gateway.connect()) {
      client
          .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
          .send("5\r\nhello\r\n")
          .send("6;ext=\"1\"\r\n world\r\n0\r\n\r\n")
          .answer();
    }
    assertThat(target.lastRequest().header("content-length")).isEqualTo("11");
    assertThat(target.lastRequest().text()).isEqualTo("hello world");
  }

  @Test
  void streams_a_long_chunked_body() {
    byte[] body = random(1_000_000);
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < body.length; at += 50_000) {
        client.send(Integer.toHexString(50_000) + "\r\n");
        client.send(java.util.Arrays.copyOfRange(body, at, at + 50_000)).send("\r\n");
      }
      client.send("0\r\n\r\n").answer();
    }
    assertThat(target.lastRequest().header("transfer-encoding")).isEqualTo("chunked");
    assertThat(target.lastRequest().body()).isEqualTo(body);
  }

  @Test
  void streams_each_chunk_at_once_when_the_route_does_not_buffer() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readHead();
          conversation.readLine();
          assertThat(conversation.readLine()).isEqualTo("first");
          seen.countDown();
          conversation.readLine();
          conversation.readLine();
          conversation.write("HTTP/1.1 204 No Content\r\n\r\n");
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      client.send(
          "POST /unbuffered HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "5\r\n"
              + "first\r\n");
      assertThat(seen.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(client.send("0\r\n\r\n").answer().status()).isEqualTo(204);
    }
  }

  @Test
  void relays_large_bodies_both_ways_without_a_change() {
    byte[] body = random(5_000_000);
    target.script(
        conversation -> {
          EchoTarget.Received request = conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n");
          conversation.write(request.body());
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer =
          client
              .send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n")
              .send(body)
              .answer();
      assertThat(answer.body()).isEqualTo(body);
    }
  }

  @Test
  void relays_large_chunked_answers() {
    byte[] body = random(3_000_000);
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          for (int at = 0; at < body.length; at += 100_000) {
            conversation.write(Integer.toHexString(100_000) + "\r\n");
            conversation.write(java.util.Arrays.copyOfRange(body, at, at + 100_000));
            conversation.write("\r\n");
          }
          conversation.write("0\r\n\r\n");
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").body()).isEqualTo(body);
      assertThat(client.isSilentFor(50)).isTrue();
    }
  }

  @Test
  void sends_each_part_of_a_stream_as_it_comes() throws Exception {
    CountDownLatch next = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write(
              "HTTP/1.1 200 OK\r\n"
                  + "Content-Type: text/event-stream\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n");
          await(next);
          conversation.write("9\r\ndata: 1\n\n\r\n");
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      // The head comes although no body has.
      String line = client.readLine();
      while (!line.isEmpty()) {
        line = client.readLine();
      }
      next.countDown();
      assertThat(client.readLine()).isEqualTo("9");
      assertThat(client.readLine()).isEqualTo("data: 1");
    }
  }

  @Test
  void does_not_read_from_the_target_faster_than_the_client_reads() {
    AtomicLong written = new AtomicLong();
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
          byte[] part = new byte[100_000];
          for (int i = 0; i < 2000; i++) {
            conversation.write(part);
            written.addAndGet(part.length);
          }
        });
    try (RawClient client = RawClient.connectWithReceiveBuffer(gateway.port(), 8192)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      awaitStandstill(written);
      assertThat(written.get()).isLessThan(20_000_000);
      client.reset();
    }
  }

  @Test
  void does_not_read_from_the_client_faster_than_the_target_reads() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readHead();
          await(done);
        });
    AtomicLong written = new AtomicLong();
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000000\r\n\r\n");
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    byte[] part = new byte[100_000];
                    try {
                      for (int i = 0; i < 2000; i++) {
                        client.send(part);
                        written.addAndGet(part.length);
                      }
                    } catch (UncheckedIOException closed) {
                      // The test is over.
                    }
                  });
      awaitStandstill(written);
      assertThat(written.get()).isLessThan(30_000_000);
      client.reset();
      writer.join();
    } finally {
      done.countDown();
    }
  }

  @Test
  void relays_an_answer_that_comes_before_the_request_is_complete() {
    target.script(
        conversation -> {
          conversation.readHead();
          conversation.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nabc");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text()).isEqualTo("no");
      assertThat(answer.header("connection")).hasValue("close");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void breaks_the_answer_off_when_the_target_does() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        });
    try (RawClient client = gateway.connect()) {
      assertThatThrownBy(() -> client.get("/")).isInstanceOf(UncheckedIOException.class);
    }
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n");
        });
    try (RawClient client = gateway.connect()) {
      assertThatThrownBy(() -> client.get("/")).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void breaks_an_answer_without_length_off_with_a_reset() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n");
        });
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThatThrownBy(client::answer).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void relays_an_answer_that_ends_with_its_connection() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.0 200 OK\r\n\r\nuntil the end");
        });
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.header("transfer-encoding")).hasValue("chunked");
      assertThat(answer.text()).isEqualTo("until the end");
      assertThat(client.get("/").text()).isEqualTo("until the end");
    }
  }

  @Test
  void invites_the_body_of_a_client_that_waits_for_it() {
    try (RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(100);
      RawClient.Answer answer = client.send("hello").answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(target.lastRequest().header("expect")).isNull();
      assertThat(target.lastRequest().text()).isEqualTo("hello");
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void relays_trailers_to_a_client_that_takes_them() {
    target.answers(
        "HTTP/1.1 200 OK\r\n"
            + "Trailer: X-T\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "2\r\n"
            + "ok\r\n"
            + "0\r\n"
            + "X-T: yes\r\n\r\n");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer with =
          client.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n").answer();
      assertThat(with.trailers()).containsExactly("X-T: yes");
      assertThat(with.header("trailer")).hasValue("X-T");
      RawClient.Answer without = client.get("/");
      assertThat(without.trailers()).isEmpty();
      assertThat(without.header("trailer")).isEmpty();
    }
  }

  /** Waits until something was written and nothing more is for a while. */
  private static void awaitStandstill(AtomicLong written) {
    AtomicLong seen = new AtomicLong();
    Awaitility.await()
        .during(400, TimeUnit.MILLISECONDS)
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> written.get() > 0 && seen.getAndSet(written.get()) == written.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] random(int length) {
    byte[] body = new byte[length];
    new Random(length).nextBytes(body);
    return body;
  }
}
