package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewRoutesTest {
  private static final int ROUTES = 1000;

  @TempDir private Path folder;

  @Test
  void a_route_answers_as_soon_as_it_is_made_on_h2() throws Exception {
    everyRouteAnswersAtOnce(Map.of());
  }

  @Test
  void a_route_answers_as_soon_as_it_is_made_on_postgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      everyRouteAnswersAtOnce(server.newDatabase());
    }
  }

  /**
   * The poller alone would take a second: only what the write itself waits for can make this pass.
   */
  private void everyRouteAnswersAtOnce(Map<String, String> database) throws Exception {
    Map<String, String> settings = new HashMap<>(database);
    settings.put("db_update_frequency", "30");
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, settings);
        WireConnection admin = WireConnection.open(gateway.adminPort(), AdminCall.TIMEOUT);
        WireConnection proxy = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      String service = "name=echo&url=http://127.0.0.1:" + upstream.port();
      assertThat(admin.exchange(AdminCall.form(gateway, "/services", service)).status())
          .isEqualTo(201);
      for (int i = 0; i < ROUTES; i++) {
        WireRequest creation =
            AdminCall.form(gateway, "/services/echo/routes", "paths[]=/route-" + i + "-");
        assertThat(admin.exchange(creation).status()).isEqualTo(201);
        assertThat(proxy.exchange(WireRequest.get("/route-" + i + "-/x", "a.test")).status())
            .as("route %d of %d, asked right after its 201", i, ROUTES)
            .isEqualTo(200);
      }
    }
  }
}
