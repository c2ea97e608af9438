package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** B56 The files of the monitoring stack, held against each other. */
final class MonitoringFilesTest {
  private static final Pattern PINNED = Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+\\.\\d+");
  private static final Pattern MEASUREMENT = Pattern.compile("FROM \"([^\"]+)\"");
  private static final Set<String> MEASUREMENTS =
      Set.of(
          "requests",
          "responses",
          "router",
          "router.response-size",
          "router.response-time",
          "runtime",
          "debug");

  private final Path folder = Repository.root().resolve("docker/monitoring");
  private final JsonNode services =
      Repository.yaml(folder.resolve("docker-compose.yml")).get("services");
  private final JsonNode telemetry =
      JsonMapper.shared()
          .readTree(Files.readString(folder.resolve("krakend.json")))
          .get("extra_config");

  MonitoringFilesTest() throws IOException {}

  @Test
  @DisplayName("B56 the stack has the services and ports of the training")
  void the_stack_has_the_services_and_ports_of_the_training() {
    assertThat(ports())
        .contains(
            "4000:3000",
            "8086:8086",
            "16686:16686",
            "14268:14268",
            "19200:9200",
            "5601:5601",
            "12201:12201/udp",
            "5044:5044");
    assertThat(services.at("/grafana/image").asString()).isEqualTo("grafana/grafana:9.1.2");
    assertThat(services.at("/influxdb/image").asString()).isEqualTo("influxdb:1.8.10");
    assertThat(services.at("/elasticsearch/image").asString()).endsWith(":8.4.1");
    for (Map.Entry<String, JsonNode> service : services.properties()) {
      if (!service.getValue().has("build")) {
        assertThat(service.getValue().get("image").stringValue()).matches(PINNED);
      }
    }
  }

  @Test
  void no_port_is_taken_twice_and_only_the_gateway_is_open_to_others() {
    Set<String> taken = new TreeSet<>();
    for (Map.Entry<String, JsonNode> service : services.properties()) {
      for (JsonNode port : service.getValue().path("ports")) {
        String[] parts = port.stringValue().split(":");
        assertThat(taken.add(parts[parts.length - 2])).as(port.stringValue()).isTrue();
        assertThat(port.stringValue()).matches("127\\.0\\.0\\.1:.*|8080:8080");
      }
    }
  }

  @Test
  void services_wait_for_services_and_mount_files_that_exist() {
    for (Map.Entry<String, JsonNode> service : services.properties()) {
      for (JsonNode name : service.getValue().path("depends_on")) {
        assertThat(services.has(name.stringValue())).as(name.stringValue()).isTrue();
      }
      for (JsonNode volume : service.getValue().path("volumes")) {
        assertThat(folder.resolve(volume.stringValue().split(":")[0])).exists();
      }
    }
  }

  @Test
  void the_gateway_sends_to_services_of_the_stack_with_their_credentials() throws IOException {
    JsonNode influx = telemetry.get("telemetry/influx");
    JsonNode database = services.at("/influxdb/environment");
    assertThat(services.has(URI.create(influx.get("address").stringValue()).getHost())).isTrue();
    assertThat(influx.get("username")).isEqualTo(database.get("INFLUXDB_USER"));
    assertThat(influx.get("password")).isEqualTo(database.get("INFLUXDB_USER_PASSWORD"));
    String[] gelf = telemetry.at("/telemetry~1gelf/address").stringValue().split(":");
    assertThat(services.has(gelf[0])).isTrue();
    assertThat(Files.readString(folder.resolve("logstash/logstash.conf")))
        .contains("port => " + gelf[1], "port => 5044", "http://elasticsearch:9200");
    String traces = telemetry.at("/telemetry~1opencensus/exporters/jaeger/endpoint").stringValue();
    JsonNode jaeger = services.get(URI.create(traces).getHost());
    assertThat(jaeger.at("/environment/COLLECTOR_OTLP_ENABLED").stringValue()).isEqualTo("true");
  }

  @Test
  void grafana_reads_what_the_gateway_writes() throws IOException {
    JsonNode sources =
        Repository.yaml(folder.resolve("grafana/provisioning/datasources/datasources.yml"))
            .get("datasources");
    List<String> known = new ArrayList<>();
    for (JsonNode source : sources) {
      known.add(source.get("uid").stringValue());
      assertThat(services.has(URI.create(source.get("url").stringValue()).getHost())).isTrue();
    }
    String text = Files.readString(folder.resolve("grafana/dashboards/gateway.json"));
    JsonNode panels = JsonMapper.shared().readTree(text).get("panels");
    assertThat(panels).isNotEmpty();
    for (JsonNode panel : panels) {
      assertThat(known).contains(panel.at("/datasource/uid").asString());
      Matcher measurement = MEASUREMENT.matcher(panel.at("/targets/0/query").asString());
      assertThat(measurement.find()).isTrue();
      assertThat(MEASUREMENTS).contains(measurement.group(1));
    }
  }

  private List<String> ports() {
    List<String> ports = new ArrayList<>();
    for (JsonNode service : services) {
      for (JsonNode port : service.path("ports")) {
        ports.add(port.stringValue().replace("127.0.0.1:", ""));
      }
    }
    return ports;
  }
}
