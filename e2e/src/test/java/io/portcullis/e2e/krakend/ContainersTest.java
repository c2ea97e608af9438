package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files for containers that serve a KrakenD file: what they say, run without containers. */
final class ContainersTest {
  private static final Path FILES = Path.of("..", "docker", "krakend");

  @TempDir private Path folder;

  @Test
  @DisplayName("B9 what the deployment runs starts, with nothing of the file system to write to")
  void what_the_deployment_runs_starts() throws Exception {
    JsonNode container =
        documents("kubernetes.yml").getFirst().at("/spec/template/spec/containers/0");
    JsonNode security = container.get("securityContext");
    assertThat(security.at("/runAsUser").asInt()).isEqualTo(1000);
    assertThat(security.at("/runAsNonRoot").asBoolean()).isTrue();
    assertThat(security.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(security.at("/capabilities").toString())
        .isEqualTo("{\"drop\":[\"ALL\"],\"add\":[\"NET_BIND_SERVICE\"]}");
    assertThat(container.at("/command/0").asString()).isEqualTo("/usr/bin/krakend");
    assertThat(Files.readString(Path.of("..", "Dockerfile"))).contains(" /usr/bin/krakend\n");

    int port = GatewayProcess.freePort();
    Path file = KrakendGateway.write(folder, "{'version':3}", port);
    Map<String, String> environment = new HashMap<>();
    // As in the image, where the user of the deployment cannot write to it.
    environment.put("PORTCULLIS_PREFIX", "/proc/none");
    for (JsonNode variable : container.get("env")) {
      environment.put(
          variable.get("name").asString(),
          variable.get("value").asString().replace("8080", Integer.toString(port)));
    }
    try (KrakendGateway gateway =
        KrakendGateway.run(folder, port, environment, words(container.get("args"), file, port))) {
      assertThat(gateway.get(container.at("/readinessProbe/httpGet/path").asString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("B10 the service leads from port 8000 to the gateway's")
  void the_service_leads_to_the_gateway() throws Exception {
    JsonNode deployment = documents("kubernetes.yml").get(0);
    JsonNode service = documents("kubernetes.yml").get(1);

    assertThat(service.at("/spec/type").asString()).isEqualTo("NodePort");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(8000);
    assertThat(service.at("/spec/ports/0/targetPort"))
        .isEqualTo(deployment.at("/spec/template/spec/containers/0/ports/0/containerPort"));
    assertThat(service.at("/spec/selector"))
        .isEqualTo(deployment.at("/spec/template/metadata/labels"));
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
  }

  @Test
  @DisplayName("B7 B15 what the compose file runs starts")
  void what_the_compose_file_runs_starts() throws Exception {
    JsonNode service = documents("docker-compose.yml").getFirst().at("/services/krakend");
    assertThat(service.at("/ports/0").asString()).isEqualTo("8080:8080");
    int port = GatewayProcess.freePort();
    Path file = Files.writeString(folder.resolve("krakend.tmpl"), "{\"version\": 3}");
    Map<String, String> environment = new HashMap<>();
    for (Map.Entry<String, JsonNode> variable : service.get("environment").properties()) {
      String value = variable.getValue().asString();
      if (variable.getKey().equals("FC_OUT")) {
        value = folder.resolve("out.json").toString();
      } else if (value.startsWith("/etc/krakend")) {
        value = Files.createDirectories(folder.resolve(value.substring(1))).toString();
      }
      environment.put(variable.getKey(), value);
    }
    environment.put("KRAKEND_PORT", Integer.toString(port));
    try (KrakendGateway gateway =
        KrakendGateway.run(folder, port, environment, words(service.get("command"), file, port))) {
      assertThat(gateway.get("/__health").statusCode()).isEqualTo(200);
      assertThat(gateway.get("/__debug/x").statusCode()).isEqualTo(200);
    }
  }

  private static String[] words(JsonNode list, Path file, int port) {
    List<String> words = new ArrayList<>();
    for (JsonNode word : list) {
      String text = word.asString();
      words.add(
          text.contains("krakend.")
              ? file.toString()
              : text.equals("8080") ? Integer.toString(port) : text);
    }
    return words.toArray(String[]::new);
  }

  private static List<JsonNode> documents(String name) throws Exception {
    List<JsonNode> documents = new ArrayList<>();
    try (Reader text = Files.newBufferedReader(FILES.resolve(name))) {
      for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
        documents.add(JsonMapper.shared().valueToTree(document));
      }
    }
    return documents;
  }
}
