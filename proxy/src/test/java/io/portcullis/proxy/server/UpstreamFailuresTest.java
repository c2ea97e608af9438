package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.proxy.testkit.DeafTarget;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get, and how often targets are asked, when targets do not answer as they should. */
class UpstreamFailuresTest {
  private static final String BAD_GATEWAY =
      "An invalid response was received from the upstream server";
  private static final String TIMEOUT = "The upstream server is timing out";

  private final EchoTarget target = EchoTarget.start();
  private final DeafTarget deaf = DeafTarget.start();
  private final GatewayFixture gateway =
      GatewayFixture.gateway()
          .service(
              "s",
              "http://127.0.0.1:" + target.port(),
              stored -> stored.put("retries", 2).put("read_timeout", 150).put("write_timeout", 300))
          .service("once", "http://127.0.0.1:" + target.port(), stored -> stored.put("retries", 0))
          .service("closed", "http://127.0.0.1:" + closedPort(), stored -> stored.put("retries", 2))
          .service("unknown", "http://nowhere.test:80", _ -> {})
          .service("broken", "http://broken.test:80", _ -> {})
          .service("named", "http://named.test:" + target.port(), _ -> {})
          .service(
              "blackhole",
              "http://127.0.0.1:" + deaf.port(),
              stored -> stored.put("retries", 0).put("connect_timeout", 100))
          .name("named.test", "127.0.0.1")
          .route("s", "/")
          .route("once", "/once")
          .route("closed", "/closed")
          .route("unknown", "/unknown")
          .route("broken", "/broken")
          .route("named", "/named")
          .route("blackhole", "/blackhole")
          .route((String) null, _ -> {}, "/no-service")
          .start();

  @AfterEach
  void stop() {
    gateway.close();
    target.close();
    deaf.close();
  }

  private static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException problem) {
      throw new java.io.UncheckedIOException(problem);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET,3", "HEAD,3", "PUT,3", "DELETE,3", "OPTIONS,3", "POST,1", "PATCH,1"})
  void asks_again_when_the_target_closes_without_an_answer(String method, int times) {
    AtomicInteger asked = new AtomicInteger();
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.incrementAndGet();
        });
    try (RawClient client = gateway.connect()) {
      client.send(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      RawClient.Answer answer = method.equals("HEAD") ? client.answerToHead() : client.answer();
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.header("x-kong-upstream-latency")).isPresent();
      assertThat(answer.header("x-kong-proxy-latency")).isPresent();
      assertThat(answer.header("via")).isPresent();
    }
    assertThat(asked).hasValue(times);
  }

  @Test
  void repeats_the_body_with_the_request() {
    AtomicInteger asked = new AtomicInteger();
    target.script(
        conversation -> {
          if (asked.getAndIncrement() == 0) {
            conversation.readRequest();
            return;
          }
          EchoTarget.Received request = conversation.readRequest();
          conversation.write(
              "HTTP/1.1 200 OK\r\nContent-Length: " + request.body().length + "\r\n\r\n");
          conversation.write(request.body());
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer =
          client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nagain").answer();
      assertThat(answer.text()).isEqualTo("again");
    }
  }

  @Test
  void does_not_repeat_a_body_that_is_too_long_to_be_kept() {
    AtomicInteger asked = new AtomicInteger();
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.incrementAndGet();
        });
    try (RawClient client = gateway.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
      assertThat(client.send(new byte[200_000]).answer().status()).isEqualTo(502);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void asks_another_time_when_nothing_was_sent_whatever_the_method() {
    try (RawClient client = gateway.connect()) {
      client.send("POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).startsWith(BAD_GATEWAY + "\nrequest_id: ");
    }
  }

  @Test
  void does_not_count_a_kept_connection_that_the_target_gave_up() {
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/once").status()).isEqualTo(200);
      for (int i = 0; i < 5; i++) {
        target.dropConnections();
        assertThat(client.get("/once").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void does_not_send_a_post_on_a_kept_connection_that_was_closed() {
    try (RawClient client = gateway.connect()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.get("/once").status()).isEqualTo(200);
        target.dropConnections();
        await().until(() -> target.openConnections() == 0);
        client.send("POST /once HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "this is not http\r\n\r\n",
        "HTTP/1.1 20x OK\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-\0Nul: 1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: what\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 103 Hints\r\nContent-Length: 3\r\n\r\nabc"
      })
  void never_relays_an_answer_that_cannot_be_trusted(String raw) {
    AtomicInteger asked = new AtomicInteger();
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.incrementAndGet();
          conversation.write(raw);
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).startsWith(BAD_GATEWAY);
      assertThat(client.isSilentFor(20)).isTrue();
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void never_relays_a_head_over_the_limit() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nX-Huge: " + "h".repeat(70_000) + "\r\n\r\n");
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(502);
    }
  }

  @Test
  void answers_504_when_the_target_takes_too_long() {
    AtomicInteger asked = new AtomicInteger();
    target.script(
        conversation -> {
          conversation.readRequest();
          asked.incrementAndGet();
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.text()).startsWith(TIMEOUT + "\nrequest_id: ");
      assertThat(answer.header("content-length")).hasValue("79");
    }
    assertThat(asked).hasValue(3);
    await().until(() -> target.openConnections() == 0);
  }

  @Test
  void breaks_off_when_the_target_stops_in_the_middle() {
    target.script(
        conversation -> {
          conversation.readRequest();
          conversation.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
          conversation.read();
        });
    try (RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      org.assertj.core.api.Assertions.assertThatThrownBy(client::answer)
          .isInstanceOf(java.io.UncheckedIOException.class);
    }
  }

  @Test
  void answers_504_when_no_connection_comes_about() {
    try (RawClient client = gateway.connect()) {
      long start = System.nanoTime();
      RawClient.Answer answer = client.get("/blackhole");
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.text()).startsWith(TIMEOUT);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(100L, 3000L);
    }
  }

  @Test
  void answers_503_for_a_name_without_address() {
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/unknown");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).contains("\"message\":\"name resolution failed\"");
      assertThat(answer.header("x-kong-response-latency")).isPresent();
      assertThat(answer.header("via")).isEmpty();
    }
  }

  @Test
  void answers_500_when_the_name_servers_do_not() {
    gateway.names().fail("broken.test", "timed out");
    try (RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/broken");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text())
          .contains("failed the initial dns/balancer resolve for 'broken.test' with: timed out");
    }
  }

  @Test
  void resolves_names_without_holding_the_thread() {
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/named").status()).isEqualTo(200);
      assertThat(target.lastRequest().header("host")).isEqualTo("named.test:" + target.port());
    }
  }

  @Test
  void answers_503_for_a_route_without_service_and_404_without_route() {
    try (GatewayFixture empty = GatewayFixture.gateway().start();
        RawClient client = empty.connect();
        RawClient other = gateway.connect()) {
      RawClient.Answer answer = client.get("/");
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.text())
          .matches(
              "\\{\n  \"message\":\"no Route matched with those values\",\n"
                  + "  \"request_id\":\"[0-9a-f]{32}\"\n}");
      assertThat(answer.header("content-type")).hasValue("application/json; charset=utf-8");
      RawClient.Answer none = other.get("/no-service");
      assertThat(none.status()).isEqualTo(503);
      assertThat(none.text()).contains("no Service found with those values");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "none|text/plain",
        "*/*|application/json",
        "text/html|text/html",
        "text/html;q=0.5, application/xml|application/xml",
        "text/*|text/plain",
        "image/png|application/json",
        "TEXT/HTML|application/json"
      })
  void answers_in_the_type_that_the_client_accepts(String accept, String type) {
    try (RawClient client = gateway.connect()) {
      client.send(
          "GET /closed HTTP/1.1\r\nHost: a\r\n"
              + (accept == null ? "" : "Accept: " + accept + "\r\n")
              + "\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.header("content-type")).hasValue(type + "; charset=utf-8");
      assertThat(answer.text()).contains(BAD_GATEWAY);
    }
  }

  @Test
  void prefers_the_requests_own_type_when_nothing_is_said() {
    try (RawClient client = gateway.connect()) {
      client.send("GET /closed HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n");
      assertThat(client.answer().header("content-type"))
          .hasValue("application/json; charset=utf-8");
    }
  }
}
