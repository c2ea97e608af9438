package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many clients that do all kinds of things at once leave nothing behind. */
class RestlessClientsTest {
  @Test
  void nothing_is_left_or_mixed_up_after_a_storm_of_requests_and_aborts() throws Exception {
    EchoTarget target = EchoTarget.start();
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger right = new AtomicInteger();
    try (target;
        GatewayFixture gateway = GatewayFixture.forwardingTo(target)) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int seed = i;
        clients.add(Thread.ofVirtual().start(() -> storm(gateway, new Random(seed), right, wrong)));
      }
      for (Thread client : clients) {
        client.join();
      }
      assertThat(wrong).hasValue(0);
      assertThat(right.get()).isGreaterThan(500);
    }
  }

  private static void storm(
      GatewayFixture gateway, Random random, AtomicInteger right, AtomicInteger wrong) {
    for (int connection = 0; connection < 12; connection++) {
      try (RawClient client = gateway.connect()) {
        int requests = 1 + random.nextInt(12);
        for (int i = 0; i < requests; i++) {
          String mark = Long.toHexString(random.nextLong());
          int size = random.nextInt(random.nextInt(8) == 0 ? 300_000 : 300);
          String head = "PUT /" + mark + " HTTP/1.1\r\nHost: a\r\n";
          String body = mark + "x".repeat(size);
          boolean leaves = random.nextInt(20) == 0;
          if (random.nextBoolean()) {
            client.send(head + "Content-Length: " + body.length() + "\r\n\r\n");
            client.send(leaves ? body.substring(0, body.length() / 2) : body);
          } else {
            client.send(head + "Transfer-Encoding: chunked\r\n\r\n");
            client.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n");
            client.send(leaves ? "" : "0\r\n\r\n");
          }
          if (leaves) {
            if (random.nextBoolean()) {
              client.reset();
            }
            break;
          }
          String answer = client.answer().text();
          boolean own = answer.startsWith("PUT /" + mark + " ") && answer.endsWith(body);
          (own ? right : wrong).incrementAndGet();
        }
      } catch (UncheckedIOException broken) {
        wrong.incrementAndGet();
      }
    }
  }
}
