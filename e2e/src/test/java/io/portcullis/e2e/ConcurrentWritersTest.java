package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Eight clients write through two processes on one PostgreSQL; each of the processes, and the
 * server, is killed on the way. {@code -Dportcullis.writing.seconds=600} takes the whole measure.
 */
final class ConcurrentWritersTest {
  private static final int SECONDS = Integer.getInteger("portcullis.writing.seconds", 20);
  private static final int CLIENTS = 8;
  private static final int WRITES_PER_SECOND = 50;
  private static final int ROUTES_PER_CLIENT = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SECONDS_BETWEEN_KILLS = Math.min(40, SECONDS / 5);

  private final AtomicReferenceArray<GatewayProcess> nodes = new AtomicReferenceArray<>(2);

  /** The tag that each route has been given last, as far as that was answered. */
  private final Map<String, String> written = new ConcurrentHashMap<>();

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger counted = new AtomicInteger();
  private final AtomicInteger doubtful = new AtomicInteger();

  @TempDir private Path folder;

  @Test
  void nothing_that_was_answered_is_lost_and_nobody_misses_a_change() throws Exception {
    try (PostgresServer server = PostgresServer.start();
        TestUpstream upstream = TestUpstream.start(0)) {
      Map<String, String> database = server.newDatabase();
      nodes.set(0, GatewayProcess.start(folder.resolve("0"), database));
      nodes.set(1, GatewayProcess.start(folder.resolve("1"), database));
      try {
        String service = "name=shared&retries=0&url=http://127.0.0.1:" + upstream.port();
        assertThat(AdminCall.post(nodes.get(0), "/services", service).status()).isEqualTo(201);
        List<Future<?>> clients = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(
                threads.submit(
                    () -> {
                      new Client(number).writeUntil(end);
                      return null;
                    }));
          }
          kill(server, database, end);
        }
        for (Future<?> client : clients) {
          client.get();
        }
        System.out.printf(
            "%d writes answered in %d s, %d increments, %d in doubt%n",
            answered.get(), SECONDS, counted.get(), doubtful.get());
        assertThat(answered.get()).isGreaterThan(SECONDS);
        checkStored();
        checkServed();
      } finally {
        nodes.get(0).close();
        nodes.get(1).close();
      }
    }
  }

  /**
   * Kills the first process, the server and the second process, again and again, until the end is
   * near.
   */
  private void kill(PostgresServer server, Map<String, String> database, long end)
      throws Exception {
    Random random = new Random(1);
    for (int kills = 0; ; kills++) {
      long pause = Duration.ofSeconds(SECONDS_BETWEEN_KILLS).toNanos();
      pause += random.nextLong(pause / 4);
      if (System.nanoTime() + pause > end) {
        System.out.println("killed " + kills + " times");
        return;
      }
      LockSupport.parkNanos(pause);
      int victim = kills % 3;
      if (victim == 1) {
        server.kill();
        server.startAgain();
      } else {
        int node = victim / 2;
        ProcessHandle killed = nodes.get(node).handle();
        killed.destroyForcibly();
        killed.onExit().join();
        nodes.set(node, GatewayProcess.start(folder.resolve("" + node), database));
      }
    }
  }

  private void checkStored() throws Exception {
    Map<String, String> stored = new TreeMap<>();
    for (JsonNode route : dump(nodes.get(0), "routes")) {
      stored.put(route.get("name").stringValue(), route.get("tags").get(0).stringValue());
    }
    assertThat(stored).isEqualTo(new TreeMap<>(written));
    String exported = AdminCall.get(nodes.get(0), "/portcullis/config").text();
    assertThat(exported).contains("shared");
    assertThat(AdminCall.get(nodes.get(1), "/portcullis/config").text()).isEqualTo(exported);
    JsonNode shared =
        JsonMapper.shared().readTree(AdminCall.get(nodes.get(0), "/services/shared").text());
    assertThat(shared.get("retries").intValue())
        .isBetween(counted.get(), counted.get() + doubtful.get());
  }

  /** Every route answers on both proxies, and no other path does. */
  private void checkServed() throws Exception {
    for (int node = 0; node < 2; node++) {
      GatewayProcess gateway = nodes.get(node);
      for (int client = 0; client < CLIENTS; client++) {
        for (int number = 0; number < ROUTES_PER_CLIENT; number++) {
          String name = name(client, number);
          int expected = written.containsKey(name) ? 200 : 404;
          await(name)
              .atMost(PATIENCE)
              .untilAsserted(() -> assertThat(proxied(gateway, "/" + name)).isEqualTo(expected));
        }
      }
    }
  }

  private static int proxied(GatewayProcess gateway, String path) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "a.test")).status();
    }
  }

  private static List<JsonNode> dump(GatewayProcess gateway, String kind) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    JsonNode next = JsonMapper.shared().getNodeFactory().stringNode("/" + kind + "?size=1000");
    while (next.isString()) {
      JsonNode page =
          JsonMapper.shared().readTree(AdminCall.get(gateway, next.stringValue()).text());
      page.get("data").forEach(rows::add);
      next = page.get("next");
    }
    return rows;
  }

  private static String name(int client, int number) {
    return "c" + client + "-" + number + "-";
  }

  /** Writes rows of its own, and adds to a number that all clients share. */
  private final class Client {
    private final int number;
    private final Random random;
    private final HttpClient http = HttpClient.newHttpClient();

    Client(int number) {
      this.number = number;
      this.random = new Random(number);
    }

    void writeUntil(long end) throws Exception {
      long pause = Duration.ofSeconds(1).toNanos() * CLIENTS / WRITES_PER_SECOND;
      long next = System.nanoTime();
      for (int i = 0; System.nanoTime() < end; i++) {
        if (i % 6 == 5) {
          increment();
        } else {
          writeRow(i);
        }
        next += pause;
        LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
      }
      http.close();
    }

    /** Repeats a write that got no answer: it may have been done, and may be done again. */
    private void writeRow(int step) throws Exception {
      String name = name(number, random.nextInt(ROUTES_PER_CLIENT));
      String path = "/services/shared/routes/" + name;
      String tag = "t" + step;
      boolean exists = written.containsKey(name);
      if (exists && random.nextInt(4) == 0) {
        // By its own path, where deleting what is gone already is no error.
        until("DELETE", "/routes/" + name, "");
        written.remove(name);
        return;
      }
      String tags = "tags[]=" + tag;
      if (exists && random.nextBoolean()) {
        until("PATCH", path, tags);
      } else {
        until("PUT", path, tags + "&paths[]=/" + name);
      }
      written.put(name, tag);
    }

    private void until(String method, String path, String form) throws Exception {
      for (int node = random.nextInt(2); ; node++) {
        Optional<HttpResponse<String>> answer = send(node % 2, method, path, form, null);
        if (answer.isPresent() && answer.get().statusCode() < 300) {
          answered.incrementAndGet();
          return;
        }
        answer.ifPresent(
            refused -> assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503));
      }
    }

    private void increment() throws Exception {
      while (true) {
        int node = random.nextInt(2);
        Optional<HttpResponse<String>> read = send(node, "GET", "/services/shared", "", null);
        if (read.isEmpty() || read.get().statusCode() != 200) {
          continue;
        }
        int value = JsonMapper.shared().readTree(read.get().body()).get("retries").intValue();
        String tag = read.get().headers().firstValue("ETag").orElseThrow();
        String form = "retries=" + (value + 1);
        Optional<HttpResponse<String>> answer =
            send(1 - node, "PATCH", "/services/shared", form, tag);
        if (answer.isEmpty() || answer.get().statusCode() == 503) {
          // It may have been done: the node or the server was killed before it could say so.
          doubtful.incrementAndGet();
          return;
        }
        if (answer.get().statusCode() == 200) {
          counted.incrementAndGet();
          answered.incrementAndGet();
          return;
        }
        assertThat(answer.get().statusCode()).isEqualTo(412);
      }
    }

    /** Empty when there was no answer. */
    private Optional<HttpResponse<String>> send(
        int node, String method, String path, String form, String ifMatch)
        throws InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + nodes.get(node).adminPort() + path))
              .timeout(PATIENCE)
              .method(
                  method, form.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(form));
      if (!form.isEmpty()) {
        request.header("Content-Type", "application/x-www-form-urlencoded");
      }
      if (ifMatch != null) {
        request.header("If-Match", ifMatch);
      }
      try {
        return Optional.of(http.send(request.build(), BodyHandlers.ofString()));
      } catch (ConnectException nobodyListens) {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        return ifMatch == null ? Optional.empty() : send(1 - node, method, path, form, ifMatch);
      } catch (IOException killed) {
        // Whoever asks a node that is down should not do so as fast as it can.
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        return Optional.empty();
      }
    }
  }
}
