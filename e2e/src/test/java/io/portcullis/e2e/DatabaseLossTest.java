package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All processes of PostgreSQL are killed while a gateway serves. */
final class DatabaseLossTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void traffic_goes_on_and_the_admin_api_recovers_by_itself() throws Exception {
    try (PostgresServer server = PostgresServer.start();
        TestUpstream upstream = TestUpstream.start(0)) {
      Map<String, String> database = server.newDatabase();
      try (GatewayProcess gateway = GatewayProcess.start(folder, database);
          Traffic traffic = new Traffic(gateway.proxyPort(), "/a")) {
        makeRoute(gateway, upstream, "/a");
        traffic.start();
        traffic.awaitMore();
        server.kill();
        traffic.awaitMore();

        WireAnswer read = AdminCall.get(gateway, "/services");
        assertThat(read.status()).as(read.text()).isEqualTo(503);
        assertThat(read.text()).startsWith("{\"message\":\"the database cannot be reached");
        WireAnswer write = AdminCall.post(gateway, "/services", "name=b&host=b.test");
        assertThat(write.status()).as(write.text()).isEqualTo(503);
        assertThat(AdminCall.get(gateway, "/status").text())
            .contains("\"database\":{\"reachable\":false}")
            .contains("\"config_source\":\"database\"");
        assertThat(status(gateway, "/status/ready").status()).isEqualTo(200);

        server.startAgain();
        await()
            .atMost(PATIENCE)
            .until(() -> AdminCall.get(gateway, "/services/echo").status() == 200);
        makeRoute(gateway, upstream, "/b");
        assertThat(proxied(gateway, "/b").status()).isEqualTo(200);
        assertThat(AdminCall.get(gateway, "/status").text())
            .contains("\"database\":{\"reachable\":true}");
        traffic.awaitMore();
        assertThat(traffic.failures()).isEmpty();
      }
    }
  }

  @Test
  void a_gateway_that_starts_without_its_database_serves_its_last_good_configuration()
      throws Exception {
    try (PostgresServer server = PostgresServer.start();
        TestUpstream upstream = TestUpstream.start(0)) {
      Map<String, String> database = server.newDatabase();
      try (GatewayProcess gateway = GatewayProcess.start(folder, database)) {
        makeRoute(gateway, upstream, "/a");
      }
      server.kill();
      try (GatewayProcess gateway = GatewayProcess.start(folder, database)) {
        assertThat(proxied(gateway, "/a").status()).isEqualTo(200);
        assertThat(status(gateway, "/status").text())
            .contains("\"config_source\":\"snapshot\"")
            .contains("\"reachable\":false");
        assertThat(status(gateway, "/status/ready").status()).isEqualTo(200);
        assertThat(AdminCall.get(gateway, "/services").status()).isEqualTo(503);

        server.startAgain();
        await()
            .atMost(PATIENCE)
            .until(
                () -> status(gateway, "/status").text().contains("\"config_source\":\"database\""));
        makeRoute(gateway, upstream, "/b");
        assertThat(proxied(gateway, "/b").status()).isEqualTo(200);
        assertThat(proxied(gateway, "/a").status()).isEqualTo(200);
      }
    }
  }

  /** A route whose service is balanced over one target. */
  private static void makeRoute(GatewayProcess gateway, TestUpstream upstream, String path)
      throws Exception {
    if (AdminCall.get(gateway, "/services/echo").status() == 404) {
      String target = "target=127.0.0.1:" + upstream.port();
      assertThat(AdminCall.post(gateway, "/upstreams", "name=echo.internal").status())
          .isEqualTo(201);
      assertThat(AdminCall.post(gateway, "/upstreams/echo.internal/targets", target).status())
          .isEqualTo(201);
      String service = "name=echo&url=http://echo.internal";
      assertThat(AdminCall.post(gateway, "/services", service).status()).isEqualTo(201);
    }
    WireAnswer made = AdminCall.post(gateway, "/services/echo/routes", "paths[]=" + path);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  private static WireAnswer proxied(GatewayProcess gateway, String path) throws Exception {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "a.test"));
    }
  }

  private static WireAnswer status(GatewayProcess gateway, String path) throws Exception {
    try (WireConnection connection = WireConnection.open(gateway.statusPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "127.0.0.1"));
    }
  }
}
