package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** References to environment variables, from the Admin API to what a plugin sends. */
final class SecretsTest {
  private static final String WHOLE = "{vault://env/path}";
  private static final String NONE = "{vault://blue/surely-not-set}";

  @TempDir private Path folder;

  @Test
  void a_plugin_sends_the_secret_and_the_admin_api_shows_the_reference() throws Exception {
    List<String> sent = new CopyOnWriteArrayList<>();
    HttpServer sink =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sink.createContext(
        "/",
        exchange -> {
          sent.add(
              exchange.getRequestHeaders().getFirst("X-Secret")
                  + "|"
                  + exchange.getRequestHeaders().getFirst("X-None"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    sink.start();
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      AdminCall.create(gateway, "/vaults", "prefix=blue&name=env&config.prefix=BLUE_");
      AdminCall.create(gateway, "/services", "name=s&url=http://127.0.0.1:" + upstream.port());
      AdminCall.create(gateway, "/services/s/routes", "paths=/");
      JsonNode plugin =
          AdminCall.create(
              gateway,
              "/plugins",
              "name=http-log&config.http_endpoint=http://127.0.0.1:"
                  + sink.getAddress().getPort()
                  + "/&config.headers.X-Secret="
                  + WHOLE
                  + "&config.headers.X-None="
                  + NONE);
      assertThat(plugin.get("config").get("headers").get("X-Secret").stringValue())
          .isEqualTo(WHOLE);
      try (WireConnection client = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
        assertThat(client.exchange(WireRequest.get("/", "a.test")).status()).isEqualTo(200);
      }
      await().atMost(AdminCall.TIMEOUT).until(() -> !sent.isEmpty());
      assertThat(sent.getFirst()).startsWith(System.getenv("PATH") + "|");
      assertThat(Files.readString(folder.resolve("prefix/logs/error.log")))
          .contains(NONE + " cannot be resolved")
          .contains("BLUE_SURELY_NOT_SET is not set")
          .doesNotContain(System.getenv("PATH"));
    } finally {
      sink.stop(0);
    }
  }
}
