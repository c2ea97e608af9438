package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An admin process and a proxy process on one PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NodesTest {
  /** {@code -Dportcullis.changes=1000} takes the whole measure. */
  private static final int CHANGES = Integer.getInteger("portcullis.changes", 100);

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration ON_TOP = Duration.ofMillis(100);

  private PostgresServer server;

  @BeforeAll
  void startServer() {
    server = PostgresServer.start();
  }

  @AfterAll
  void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void each_process_does_what_its_role_says(@TempDir Path folder) throws Exception {
    Map<String, String> database = server.newDatabase();
    try (GatewayProcess admin = node(folder, "admin", database, "1");
        GatewayProcess proxy = node(folder, "proxy", database, "1")) {
      assertThat(AdminCall.get(admin, "/").text()).contains("\"role\":\"admin\"");
      assertNobodyListens(admin.proxyPort());
      assertNobodyListens(admin.proxyTlsPort());
      assertNobodyListens(proxy.adminPort());
      assertThat(status(admin, "/status/ready")).contains("ready");
      assertThat(status(admin, "/status")).contains("\"config_version\":null");
      assertThat(status(proxy, "/status/ready")).contains("ready");
      assertThat(status(proxy, "/status")).contains("\"config_source\":\"database\"");
      assertThat(status(proxy, "/portcullis/explain?method=GET&url=http://a.test/"))
          .contains("near_misses");
    }
  }

  @Test
  void the_health_of_upstreams_is_shown_by_the_process_that_balances(@TempDir Path folder)
      throws Exception {
    Map<String, String> database = server.newDatabase();
    try (GatewayProcess admin = node(folder, "admin", database, "1");
        GatewayProcess proxy = node(folder, "proxy", database, "1")) {
      assertThat(AdminCall.post(admin, "/upstreams", "name=u.test").status()).isEqualTo(201);
      String targets = "/upstreams/u.test/targets";
      assertThat(AdminCall.post(admin, targets, "target=127.0.0.1:9").status()).isEqualTo(201);
      assertThat(AdminCall.get(admin, "/upstreams/u.test/health").text())
          .contains("127.0.0.1:9")
          .doesNotContain("\"health\"");
      assertThat(AdminCall.post(admin, targets + "/127.0.0.1:9/unhealthy", "").text())
          .contains("Upstream u.test has no balancer");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(status(proxy, "/upstreams/u.test/health"))
                      .contains("\"health\":\"HEALTHCHECKS_OFF\""));
      assertThat(status(proxy, targets)).contains("Not found");
    }
  }

  @Test
  void nodes_that_start_at_once_on_an_empty_database_all_come_up(@TempDir Path folder)
      throws Exception {
    Map<String, String> database = server.newDatabase();
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<GatewayProcess> one = starters.submit(() -> node(folder, "admin", database, "1"));
      Future<GatewayProcess> two = starters.submit(() -> node(folder, "proxy", database, "1"));
      try (GatewayProcess admin = one.get();
          GatewayProcess proxy = two.get()) {
        assertThat(AdminCall.get(admin, "/services").status()).isEqualTo(200);
        assertThat(status(proxy, "/status/ready")).contains("ready");
      }
    }
  }

  /** A minute between two polls: only the database's notice can make this pass. */
  @Test
  void a_change_reaches_the_other_process_without_waiting_for_its_poll(@TempDir Path folder)
      throws Exception {
    long[] millis = changes(folder, "60", 20);
    assertThat(Arrays.stream(millis).max().orElseThrow()).isLessThan(20_000);
  }

  @Test
  void each_change_reaches_the_other_process_within_its_poll_interval(@TempDir Path folder)
      throws Exception {
    long[] millis = changes(folder, Long.toString(POLL_INTERVAL.toSeconds()), CHANGES);
    long limit = POLL_INTERVAL.plus(ON_TOP).toMillis();
    Arrays.sort(millis);
    String measured =
        "%d changes: median %d ms, p99 %d ms, longest %d ms"
            .formatted(
                CHANGES,
                millis[CHANGES / 2],
                millis[Math.min(CHANGES - 1, CHANGES * 99 / 100)],
                millis[CHANGES - 1]);
    System.out.println(measured);
    assertThat(millis[CHANGES - 1]).as(measured).isLessThanOrEqualTo(limit);
  }

  /** How long after its 201 each of {@code count} routes answers on the proxy node. */
  private long[] changes(Path folder, String pollSeconds, int count) throws Exception {
    Map<String, String> database = server.newDatabase();
    long[] millis = new long[count];
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess admin = node(folder, "admin", database, pollSeconds);
        GatewayProcess proxy = node(folder, "proxy", database, pollSeconds);
        WireConnection control = WireConnection.open(admin.adminPort(), AdminCall.TIMEOUT);
        WireConnection traffic = WireConnection.open(proxy.proxyPort(), AdminCall.TIMEOUT)) {
      String service = "name=echo&url=http://127.0.0.1:" + upstream.port();
      assertThat(control.exchange(AdminCall.form(admin, "/services", service)).status())
          .isEqualTo(201);
      for (int i = 0; i < count; i++) {
        WireRequest creation =
            AdminCall.form(admin, "/services/echo/routes", "paths[]=/route-" + i + "-");
        assertThat(control.exchange(creation).status()).isEqualTo(201);
        long written = System.nanoTime();
        WireRequest request = WireRequest.get("/route-" + i + "-/x", "a.test");
        int status = traffic.exchange(request).status();
        while (status == 404 && System.nanoTime() - written < TimeUnit.SECONDS.toNanos(30)) {
          status = traffic.exchange(request).status();
        }
        assertThat(status).as("route %d of %d", i, count).isEqualTo(200);
        millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - written);
      }
    }
    return millis;
  }

  private static GatewayProcess node(
      Path folder, String role, Map<String, String> database, String pollSeconds) throws Exception {
    Map<String, String> settings = new HashMap<>(database);
    settings.put("role", role);
    settings.put("db_update_frequency", pollSeconds);
    return GatewayProcess.start(folder.resolve(role), settings);
  }

  private static String status(GatewayProcess gateway, String path) throws Exception {
    try (WireConnection connection = WireConnection.open(gateway.statusPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "127.0.0.1")).text();
    }
  }

  private static void assertNobodyListens(int port) {
    Assertions.assertThatThrownBy(() -> WireConnection.open(port, AdminCall.TIMEOUT).close())
        .isInstanceOf(ConnectException.class);
  }
}
