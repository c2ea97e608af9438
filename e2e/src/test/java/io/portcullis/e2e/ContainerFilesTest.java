package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.app.settings.SettingsReader;
import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files for containers, held against each other and against a gateway that runs. */
final class ContainerFilesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+[A-Za-z0-9._-]*");
  private static final Pattern SERIES =
      Pattern.compile("\\b((?:kong|portcullis|jvm|process)_[a-z0-9_]+)\\b");

  private final Path root = Repository.root();
  private final JsonNode compose = Repository.yaml(root.resolve("docker-compose.yml"));
  private final List<String> dockerfile = Files.readAllLines(root.resolve("Dockerfile"));

  @TempDir private Path folder;

  ContainerFilesTest() throws IOException {}

  @Test
  void every_image_is_built_here_or_pinned_to_a_version() {
    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      JsonNode image = service.getValue().get("image");
      if (image == null) {
        assertThat(service.getValue().get("build").stringValue()).isEqualTo(".");
      } else {
        assertThat(image.stringValue()).matches(PINNED);
      }
    }
    assertThat(lines("FROM "))
        .hasSize(2)
        .allSatisfy(from -> assertThat(from.split(" ")[0]).matches(PINNED));
    assertThat(compose.get("services").propertyNames())
        .contains("postgres", "admin", "proxy-1", "kafka", "prometheus", "grafana", "demo");
  }

  @Test
  void no_port_of_the_host_is_taken_twice_and_only_the_proxies_are_open_to_others() {
    Set<String> taken = new TreeSet<>();
    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      for (JsonNode port : service.getValue().path("ports")) {
        String[] parts = port.stringValue().split(":");
        assertThat(taken.add(parts[parts.length - 2])).as(port.stringValue()).isTrue();
        if (!service.getKey().startsWith("proxy-")) {
          assertThat(port.stringValue()).startsWith("127.0.0.1:");
        }
      }
    }
    assertThat(lines("EXPOSE ").getFirst().split(" ")).contains("8000", "8443", "8001", "8007");
  }

  @Test
  void services_wait_for_services_and_mount_files_that_exist() {
    JsonNode services = compose.get("services");
    for (Map.Entry<String, JsonNode> service : services.properties()) {
      JsonNode awaited = service.getValue().path("depends_on");
      (awaited.isArray()
              ? awaited.valueStream().map(JsonNode::stringValue).toList()
              : awaited.propertyNames())
          .forEach(name -> assertThat(services.has(name)).as(name).isTrue());
      for (JsonNode volume : service.getValue().path("volumes")) {
        assertThat(root.resolve(volume.stringValue().split(":")[0])).exists();
      }
    }
    // What the image takes from the checkout and from its first stage.
    assertThat(root.resolve("portcullis")).isExecutable();
    assertThat(lines("COPY --from=build "))
        .containsExactly(
            "/portcullis/portcullis ./",
            "/portcullis/app/target/*.jar app/target/",
            "/portcullis/app/target/lib app/target/lib");
  }

  @Test
  void the_nodes_are_given_settings_that_exist() throws Exception {
    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      if (service.getValue().has("build")) {
        Map<String, String> environment = new TreeMap<>();
        service
            .getValue()
            .path("environment")
            .properties()
            .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asString()));
        // An unknown one would be refused.
        assertThat(new SettingsReader(environment).read(Path.of("/dev/null"), Map.of()).warnings())
            .isEmpty();
      }
    }
  }

  @Test
  void the_commands_of_the_services_are_understood() throws Exception {
    for (Map.Entry<String, JsonNode> service : compose.get("services").properties()) {
      if (service.getValue().has("build") && service.getValue().has("command")) {
        List<String> words = new ArrayList<>();
        service.getValue().get("command").forEach(word -> words.add(word.stringValue()));
        // What is not understood is refused before help is given.
        words.add("--help");
        Path output = folder.resolve("help");
        Process process = GatewayProcess.launch(output, words.toArray(String[]::new));
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
      }
    }
  }

  @Test
  void the_health_check_of_the_image_tells_whether_a_node_is_ready() throws Exception {
    String check =
        dockerfile.stream()
            .filter(line -> line.startsWith("  CMD [\"bash\""))
            .findFirst()
            .orElseThrow();
    JsonNode command = JsonMapper.shared().readTree(check.strip().substring("CMD ".length()));
    try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of())) {
      assertThat(run(command, gateway.statusPort())).isZero();
    }
    assertThat(run(command, GatewayProcess.freePort())).isNotZero();
  }

  @Test
  void prometheus_asks_the_nodes_where_they_tell_of_themselves() {
    JsonNode prometheus = Repository.yaml(root.resolve("docker/prometheus.yml"));
    List<String> targets =
        prometheus
            .at("/scrape_configs/0/static_configs/0/targets")
            .valueStream()
            .map(JsonNode::stringValue)
            .toList();
    assertThat(targets).containsExactly("admin:8007", "proxy-1:8007", "proxy-2:8007");
    for (String target : targets) {
      JsonNode node = compose.at("/services/" + target.split(":")[0]);
      assertThat(node.at("/environment/PORTCULLIS_STATUS_LISTEN").stringValue())
          .isEqualTo("0.0.0.0:8007");
    }
  }

  @Test
  void grafana_finds_its_data_and_its_dashboard() {
    JsonNode source =
        Repository.yaml(root.resolve("docker/grafana/provisioning/datasources/prometheus.yml"))
            .at("/datasources/0");
    assertThat(source.get("url").stringValue()).isEqualTo("http://prometheus:9090");
    JsonNode provider =
        Repository.yaml(root.resolve("docker/grafana/provisioning/dashboards/portcullis.yml"))
            .at("/providers/0");
    JsonNode grafana = compose.at("/services/grafana");
    String inside = provider.at("/options/path").stringValue();
    assertThat(grafana.get("volumes").valueStream().map(JsonNode::stringValue))
        .contains("./docker/grafana/dashboards:" + inside + ":ro")
        .contains("./docker/grafana/provisioning:/etc/grafana/provisioning:ro");
    assertThat(grafana.at("/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").stringValue())
        .isEqualTo(inside + "/portcullis.json");
    JsonNode dashboard = dashboard();
    assertThat(dashboard.get("panels").valueStream())
        .allSatisfy(
            panel ->
                assertThat(panel.at("/datasource/uid").stringValue())
                    .isEqualTo(source.get("uid").stringValue()));
  }

  @Test
  void every_series_of_the_dashboard_is_told_by_a_gateway() throws Exception {
    Set<String> wanted = new TreeSet<>();
    JsonNode dashboard = dashboard();
    List<String> texts = new ArrayList<>();
    dashboard
        .get("panels")
        .forEach(
            panel ->
                panel
                    .get("targets")
                    .forEach(target -> texts.add(target.get("expr").stringValue())));
    dashboard
        .at("/templating/list")
        .forEach(variable -> texts.add(variable.get("query").stringValue()));
    for (String text : texts) {
      Matcher series = SERIES.matcher(text);
      while (series.find()) {
        wanted.add(series.group(1));
      }
    }
    // Told only of upstreams, which this gateway has none of.
    wanted.remove("kong_upstream_target_health");
    assertThat(wanted).hasSizeGreaterThan(12);
    try (TestUpstream upstream = TestUpstream.start(0);
        GatewayProcess gateway = GatewayProcess.start(folder, Map.of());
        WireConnection client = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      AdminCall.post(gateway, "/services", "name=s&url=http://127.0.0.1:" + upstream.port());
      AdminCall.post(gateway, "/services/s/routes", "name=r&paths[]=/r");
      AdminCall.post(
          gateway,
          "/plugins",
          "name=prometheus&config.status_code_metrics=true&config.latency_metrics=true"
              + "&config.bandwidth_metrics=true&config.upstream_health_metrics=true");
      assertThat(client.exchange(WireRequest.get("/r", "a.test")).status()).isEqualTo(200);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Set<String> told =
                    AdminCall.get(gateway, "/metrics")
                        .text()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.split("[{ ]", 2)[0])
                        .collect(Collectors.toSet());
                assertThat(told).containsAll(wanted);
              });
    }
  }

  private int run(JsonNode command, int port) throws Exception {
    List<String> words =
        command.valueStream().map(word -> word.stringValue().replace("8007", "" + port)).toList();
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("check").toFile())
        .start()
        .waitFor();
  }

  private JsonNode dashboard() {
    return JsonMapper.shared().readTree(root.resolve("docker/grafana/dashboards/portcullis.json"));
  }

  private List<String> lines(String start) {
    return dockerfile.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }
}
