package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.plugins.testkit.KafkaBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a 200 promises: the record is in the topic, whatever happens to the broker meanwhile. */
final class KafkaBrokerLossTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration PACE = Duration.ofMillis(5);
  private static final int SOME = 400;

  @TempDir private Path folder;
  private final AtomicInteger posted = new AtomicInteger();
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Map<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final AtomicInteger broken = new AtomicInteger();

  @Test
  void what_was_answered_with_200_is_in_the_topic_although_the_broker_was_killed()
      throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(folder);
        GatewayProcess gateway = GatewayProcess.start(folder.resolve("gateway"), Map.of())) {
      assertThat(AdminCall.post(gateway, "/services", "name=events").status()).isEqualTo(201);
      assertThat(
              AdminCall.post(
                      gateway,
                      "/services/events/plugins",
                      "name=kafka-upstream&config.topic=events&config.timeout=2000"
                          + "&config.bootstrap_servers="
                          + broker.servers())
                  .status())
          .isEqualTo(201);
      assertThat(AdminCall.post(gateway, "/services/events/routes", "paths=/").status())
          .isEqualTo(201);

      URI url = URI.create("http://127.0.0.1:" + gateway.proxyPort() + "/");
      try (HttpClient client =
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1)
                  .executor(Executors.newVirtualThreadPerTaskExecutor())
                  .build();
          ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
        clock.scheduleAtFixedRate(
            () -> post(client, url), 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
        await().atMost(PATIENCE).until(() -> sent.size() > SOME);
        broker.kill();
        await().atMost(PATIENCE).until(() -> answers.keySet().stream().anyMatch(s -> s != 200));
        broker.restart();
        int before = sent.size();
        await().atMost(PATIENCE).until(() -> sent.size() > before + SOME);
        clock.shutdownNow();
        await().atMost(PATIENCE).until(() -> answered() == posted.get());
      }

      assertThat(answers.keySet()).isSubsetOf(200, 502, 503);
      assertThat(broken).hasValue(0);
      assertThat(broker.records("events")).containsAll(sent);
    }
  }

  private int answered() {
    return answers.values().stream().mapToInt(AtomicInteger::get).sum() + broken.get();
  }

  private void post(HttpClient client, URI url) {
    String event = "{\"n\":" + posted.incrementAndGet() + "}";
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    client
        .sendAsync(request, BodyHandlers.discarding())
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                broken.incrementAndGet();
                return;
              }
              if (answer.statusCode() == 200) {
                sent.add(event);
              }
              answers
                  .computeIfAbsent(answer.statusCode(), status -> new AtomicInteger())
                  .incrementAndGet();
            });
  }
}
