package io.portcullis.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.balancing.Prober.Kind;
import io.portcullis.proxy.balancing.Prober.Outcome;
import io.portcullis.proxy.testkit.Certificates;
import io.portcullis.proxy.testkit.DeafTarget;
import io.portcullis.proxy.testkit.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes of real sockets. */
class SocketProberTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final Certificates certificates = Certificates.forHost("target.test");
  private final SocketProber prober;
  private final EchoTarget target = EchoTarget.start();

  SocketProberTest() throws Exception {
    prober = new SocketProber(new ScheduledTimers(scheduler), certificates.trusting());
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    target.close();
  }

  private Outcome probe(Kind kind, int port, Duration timeout) {
    return probe(kind, port, timeout, "target.test", true);
  }

  private Outcome probe(Kind kind, int port, Duration timeout, String name, boolean verify) {
    return prober.probe(
        new Prober.Question(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            kind,
            "/health?a=b",
            "target.test",
            List.of("X-Probe: yes"),
            name,
            verify,
            timeout));
  }

  @Test
  void asks_over_http_1_0_and_looks_at_the_status_alone() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 302 Found\r\nContent-Length: 1000000\r\n");
          conversation.read();
        });
    assertThat(probe(Kind.HTTP, target.port(), LONG)).isEqualTo(new Outcome.Answered(302));
    assertThat(target.lastRequest().raw())
        .isEqualTo("GET /health?a=b HTTP/1.0\r\nHost: target.test\r\nX-Probe: yes\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({"'HTTP/1.0 503\n',503", "'hello\n',0", "'HTTP/1.1 2x0 OK\n',0", "'HTTP/1.1 200',200"})
  void reads_what_comes_as_far_as_it_goes(String answer, int status) {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write(answer);
          conversation.close();
        });
    assertThat(probe(Kind.HTTP, target.port(), LONG)).isEqualTo(new Outcome.Answered(status));
  }

  @Test
  void closing_without_an_answer_is_a_broken_connection() {
    target.script(conversation -> conversation.readRequest());
    assertThat(probe(Kind.HTTP, target.port(), LONG)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void a_target_that_accepts_and_never_answers_is_late() {
    CountDownLatch over = new CountDownLatch(1);
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.read();
          over.countDown();
        });
    assertThat(probe(Kind.HTTP, target.port(), SHORT)).isEqualTo(new Outcome.TimedOut());
    assertThat(over).satisfies(latch -> latch.await());
  }

  @Test
  void a_target_whose_answer_drips_is_late() {
    target.script(
        conversation -> {
          conversation.readRequest();
          while (true) {
            conversation.write("H");
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
          }
        });
    assertThat(probe(Kind.HTTP, target.port(), SHORT)).isEqualTo(new Outcome.TimedOut());
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "TCP", "HTTPS", "TLS"})
  void nobody_there_is_a_broken_connection(String kind) throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThat(probe(Kind.valueOf(kind), port, LONG)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void a_connection_that_does_not_come_about_is_late() {
    try (DeafTarget deaf = DeafTarget.start()) {
      assertThat(probe(Kind.TCP, deaf.port(), SHORT)).isEqualTo(new Outcome.TimedOut());
    }
  }

  @Test
  void a_connection_is_enough_for_tcp_and_a_handshake_for_tls() {
    assertThat(probe(Kind.TCP, target.port(), LONG)).isEqualTo(new Outcome.Connected());
    try (EchoTarget secure = EchoTarget.startTls(certificates.server())) {
      assertThat(probe(Kind.TLS, secure.port(), LONG)).isEqualTo(new Outcome.Connected());
    }
  }

  @Test
  void https_is_verified_by_name_unless_told_otherwise() {
    try (EchoTarget secure = EchoTarget.startTls(certificates.server())) {
      assertThat(probe(Kind.HTTPS, secure.port(), LONG)).isEqualTo(new Outcome.Answered(200));
      assertThat(probe(Kind.HTTPS, secure.port(), LONG, "other.test", true))
          .isInstanceOf(Outcome.Broken.class);
      assertThat(probe(Kind.HTTPS, secure.port(), LONG, "other.test", false))
          .isEqualTo(new Outcome.Answered(200));
      for (String name : List.of("127.0.0.1", "under_score", "with space")) {
        assertThat(probe(Kind.HTTPS, secure.port(), LONG, name, false))
            .isEqualTo(new Outcome.Answered(200));
      }
    }
    try (EchoTarget plain = EchoTarget.start()) {
      plain.script(conversation -> conversation.write("HTTP/1.1 200 OK\r\n\r\n"));
      assertThat(probe(Kind.HTTPS, plain.port(), LONG)).isInstanceOf(Outcome.Broken.class);
    }
  }
}
