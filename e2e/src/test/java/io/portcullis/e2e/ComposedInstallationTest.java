package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.wire.EventSource;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import io.portcullis.plugins.testkit.KafkaBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What {@code docker-compose.yml} describes, started as processes: the same commands and settings,
 * with a free port of loopback in the place of each address of the network of containers.
 * Prometheus and Grafana are not there; the test reads what Prometheus is told to read.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ComposedInstallationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> NODES = List.of("admin", "proxy-1", "proxy-2");

  private final Path file = Repository.root().resolve("docker-compose.yml");
  private final JsonNode services = Repository.yaml(file).get("services");
  private final Map<String, Process> running = new LinkedHashMap<>();
  private final Map<String, Integer> ports = new TreeMap<>();

  @TempDir private static Path folder;
  private PostgresServer postgres;
  private KafkaBroker kafka;

  @BeforeAll
  void composeUp() throws Exception {
    postgres = PostgresServer.start();
    JsonNode database = services.at("/postgres/environment");
    postgres.newDatabase(
        database.get("POSTGRES_DB").stringValue(),
        database.get("POSTGRES_USER").stringValue(),
        database.get("POSTGRES_PASSWORD").stringValue());
    kafka = KafkaBroker.start(Files.createDirectory(folder.resolve("kafka")), brokerSettings());
    List<String> demo = words(services.at("/demo/command"));
    launch("demo", Map.of(), demo);
    for (String node : NODES) {
      launch(node, nodeSettings(node), List.of("start"));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(said("demo")).contains("demo upstream on"));
    for (String node : NODES) {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(said(node)).contains("is ready"));
    }
  }

  @AfterAll
  void composeDown() throws Exception {
    for (Process process : running.values()) {
      process.destroy();
    }
    for (Process process : running.values()) {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    if (kafka != null) {
      kafka.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void the_installation_serves_what_its_own_comment_sets_up_and_prometheus_finds_every_node()
      throws Exception {
    String script = Repository.commentedCommands(file, "Then, for example:");
    assertThat(script).contains("/services ", "/plugins ");
    int setUp = script.lastIndexOf("curl localhost:8000/demo");
    assertThat(typed(script.substring(0, setUp))).doesNotContain("message");
    for (String node : List.of("proxy-1", "proxy-2")) {
      awaitStatus(port(node, 8000), "/demo", 200);
    }
    assertThat(typed(script.substring(setUp))).contains("GET");

    try (WireConnection socket = WireConnection.open(port("proxy-1", 8000), PATIENCE)) {
      assertThat(socket.exchange(Handshake.of("/demo")).status()).isEqualTo(101);
    }
    URI events = URI.create("http://127.0.0.1:" + port("proxy-2", 8000) + "/demo");
    try (HttpClient client = HttpClient.newHttpClient();
        EventSource source = EventSource.connect(client, events)) {
      assertThat(source.next()).isEqualTo(new EventSource.Event("open", "", ""));
      assertThat(source.next()).extracting(EventSource.Event::type).isEqualTo("stock-update");
    }

    typed(
        """
        curl -sf localhost:8001/upstreams -d name=u.test
        curl -sf localhost:8001/upstreams/u.test/targets -d target=demo:9000
        curl -sf localhost:8001/services -d name=balanced -d host=u.test
        curl -sf localhost:8001/services/balanced/routes -d paths=/balanced
        """);
    for (String node : List.of("proxy-1", "proxy-2")) {
      awaitStatus(port(node, 8000), "/balanced", 200);
    }
    JsonNode prometheus = Repository.yaml(file.resolveSibling("docker/prometheus.yml"));
    List<String> targets = words(prometheus.at("/scrape_configs/0/static_configs/0/targets"));
    assertThat(targets).hasSize(NODES.size());
    for (String target : targets) {
      int port = Integer.parseInt(here(target).split(":")[1]);
      WireAnswer page = get(port, "/metrics");
      assertThat(page.status()).as(target).isEqualTo(200);
      assertThat(page.text()).as(target).contains("kong_node_info", "kong_datastore_reachable 1");
      if (target.startsWith("proxy-")) {
        assertThat(page.text()).as(target).contains("kong_upstream_target_health");
      }
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void posts_to_either_proxy_reach_kafka_by_the_name_it_has_inside() throws Exception {
    typed(
        """
        curl -sf localhost:8001/routes -d name=events -d paths=/events -d protocols=http
        curl -sf localhost:8001/routes/events/plugins -d name=kafka-upstream \\
          -d config.bootstrap_servers=kafka:9092 -d config.topic=events
        """);
    for (String node : List.of("proxy-1", "proxy-2")) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(post(port(node, 8000), "/events", node).status()).isEqualTo(200));
    }
    assertThat(kafka.records("events"))
        .anySatisfy(record -> assertThat(record).contains("proxy-1"))
        .anySatisfy(record -> assertThat(record).contains("proxy-2"));
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void one_proxy_serves_while_the_other_is_away_and_that_one_catches_up() throws Exception {
    typed(
        """
        curl -sf localhost:8001/services -d name=steady -d url=http://demo:9000
        curl -sf localhost:8001/services/steady/routes -d paths=/one
        """);
    awaitStatus(port("proxy-1", 8000), "/one", 200);
    awaitStatus(port("proxy-2", 8000), "/one", 200);
    Process first = running.get("proxy-1");
    first.destroy();
    assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(get(port("proxy-2", 8000), "/one").status()).isEqualTo(200);
    typed("curl -sf localhost:8001/services/steady/routes -d paths=/two\n");
    awaitStatus(port("proxy-2", 8000), "/two", 200);
    launch("proxy-1", nodeSettings("proxy-1"), List.of("start"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said("proxy-1")).contains("is ready"));
    assertThat(get(port("proxy-1", 8000), "/two").status()).isEqualTo(200);
  }

  /** The broker's settings in the file, by the rule of its image: {@code KAFKA_NODE_ID} and on. */
  private Map<String, String> brokerSettings() {
    Map<String, String> settings = new TreeMap<>();
    services
        .at("/kafka/environment")
        .properties()
        .forEach(
            entry ->
                settings.put(
                    entry
                        .getKey()
                        .substring("KAFKA_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.'),
                    entry
                        .getValue()
                        .stringValue()
                        .replace("kafka:", "127.0.0.1:")
                        .replace("//:", "//127.0.0.1:")
                        .replace(":9092", ":${port}")
                        .replace(":9093", ":${controller}")
                        .replace(":9094", ":" + port("kafka", 9094))));
    return settings;
  }

  /** The environment of a node in the file, and what its image and its network would add. */
  private Map<String, String> nodeSettings(String node) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("PORTCULLIS_PREFIX", folder.resolve(node + "-prefix").toString());
    settings.put("PORTCULLIS_PG_PORT", Integer.toString(postgres.port()));
    settings.put(
        "PORTCULLIS_PROXY_LISTEN",
        "127.0.0.1:%d, 127.0.0.1:%d ssl".formatted(port(node, 8000), port(node, 8443)));
    settings.put("PORTCULLIS_SHUTDOWN_TIMEOUT", "2s");
    services
        .get(node)
        .get("environment")
        .properties()
        .forEach(
            entry -> {
              String value = entry.getValue().stringValue();
              for (int inside : List.of(8001, 8007)) {
                value = value.replace("0.0.0.0:" + inside, "127.0.0.1:" + port(node, inside));
              }
              settings.put(entry.getKey(), value.equals("postgres") ? host(entry) : value);
            });
    return settings;
  }

  /** {@code postgres} is the name of a kind of database in one setting and of a host in another. */
  private static String host(Map.Entry<String, JsonNode> setting) {
    return setting.getKey().endsWith("_HOST") ? "127.0.0.1" : setting.getValue().stringValue();
  }

  private void launch(String service, Map<String, String> environment, List<String> arguments)
      throws IOException {
    String[] words =
        arguments.stream()
            .map(word -> word.equals("0.0.0.0") ? "127.0.0.1" : word)
            .map(word -> word.matches("\\d+") ? "" + port(service, Integer.parseInt(word)) : word)
            .toArray(String[]::new);
    running.put(service, GatewayProcess.launch(folder.resolve(service), environment, words));
  }

  /** The port of loopback that stands for a port of a container. */
  private int port(String service, int inside) {
    return ports.computeIfAbsent(service + ":" + inside, name -> GatewayProcess.freePort());
  }

  /** Text with addresses of the network and published ports, as they are here. */
  private String here(String text) {
    String changed =
        text.replace("localhost:8001", "127.0.0.1:" + port("admin", 8001))
            .replace("localhost:8000", "127.0.0.1:" + port("proxy-1", 8000))
            .replace("kafka:9092", kafka.servers());
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      changed = changed.replace(port.getKey(), "127.0.0.1:" + port.getValue());
    }
    return changed;
  }

  private String typed(String script) throws IOException, InterruptedException {
    Repository.Outcome outcome =
        Repository.shell("set -e\n" + here(script), folder.resolve("typed"), Map.of());
    assertThat(outcome.code()).as(outcome.output()).isZero();
    return outcome.output();
  }

  private String said(String service) throws IOException {
    assertThat(running.get(service).isAlive())
        .as(() -> service + " ended:\n" + folder.resolve(service))
        .isTrue();
    return Files.readString(folder.resolve(service));
  }

  private static void awaitStatus(int port, String path, int status) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(get(port, path).status()).isEqualTo(status));
  }

  private static WireAnswer get(int port, String path) throws IOException {
    try (WireConnection connection = WireConnection.open(port, PATIENCE)) {
      return connection.exchange(WireRequest.get(path, "127.0.0.1:" + port));
    }
  }

  private static WireAnswer post(int port, String path, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (WireConnection connection = WireConnection.open(port, PATIENCE)) {
      return connection.exchange(
          new WireRequest(
              "POST",
              path,
              List.of(
                  Map.entry("Host", "127.0.0.1:" + port),
                  Map.entry("Content-Type", "text/plain"),
                  Map.entry("Content-Length", Integer.toString(body.length))),
              body));
    }
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.stringValue()));
    return words;
  }
}
