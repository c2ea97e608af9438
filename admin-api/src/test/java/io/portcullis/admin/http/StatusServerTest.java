package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.plugin.NodeInformation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class StatusServerTest {
  private final AtomicReference<Optional<String>> notReady = new AtomicReference<>();

  private final NodeStatus status =
      new NodeStatus() {
        @Override
        public Traffic traffic() {
          return new Traffic(0, 0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public Optional<Serving> serving() {
          return Optional.empty();
        }

        @Override
        public Optional<String> notReady() {
          return notReady.get();
        }
      };

  @Test
  void readiness_follows_the_node() throws Exception {
    NodeDescription description =
        new NodeDescription(
            new NodeInformation(UUID.randomUUID(), "h", 1, new UUID(0, 0), "kong/3.9.1"),
            "0.1.0",
            "both",
            JsonNodeFactory.instance.objectNode());
    try (HttpClient client = HttpClient.newHttpClient();
        StatusServer server =
            new StatusServer(
                List.of(Listener.plain("127.0.0.1", 0)),
                description,
                new SnapshotAccess(() -> new Snapshot(0, List.of())),
                status,
                Map.of("/metrics", request -> AdminResponse.text(200, "text/plain", "up 1\n")))) {
      String base = "http://127.0.0.1:" + server.addresses().getFirst().getPort();
      notReady.set(Optional.of("draining"));
      HttpResponse<String> draining = get(client, base + "/status/ready");
      assertThat(draining.statusCode()).isEqualTo(503);
      assertThat(draining.body()).isEqualTo("{\"message\":\"draining\"}");
      notReady.set(Optional.empty());
      assertThat(get(client, base + "/status/ready").body()).isEqualTo("{\"message\":\"ready\"}");
      assertThat(get(client, base + "/status").body()).contains("\"ready\":true");
      assertThat(get(client, base + "/status").body())
          .contains("\"configuration_hash\":\"" + "0".repeat(32) + "\"");
      assertThat(get(client, base + "/metrics").body()).isEqualTo("up 1\n");
      assertThat(get(client, base + "/services").statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }
}
