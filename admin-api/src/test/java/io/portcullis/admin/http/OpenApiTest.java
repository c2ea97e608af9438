package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OpenApiTest {
  @AutoClose private final AdminFixture admin = AdminFixture.start();
  private final ObjectNode document = admin.get("/openapi.json").object();

  @Test
  void every_endpoint_is_described_with_a_name_of_its_own() {
    assertThat(document.get("openapi").stringValue()).isEqualTo("3.1.0");
    Set<String> described = new HashSet<>(document.get("paths").propertyNames());
    Set<String> known = new HashSet<>();
    for (JsonNode template : admin.get("/endpoints").json().get("data")) {
      known.add(template.stringValue());
    }
    known.remove("/status/dns");
    assertThat(described).isEqualTo(known);
    List<String> names = new ArrayList<>();
    for (JsonNode path : document.get("paths")) {
      path.forEach(
          operation -> {
            if (operation.has("operationId")) {
              names.add(operation.get("operationId").stringValue());
            }
          });
    }
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(100);
  }

  @Test
  void every_reference_leads_somewhere() {
    List<String> references = new ArrayList<>();
    collect(document, references);
    assertThat(references).isNotEmpty();
    for (String reference : references) {
      assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void fields_have_their_types_bounds_and_defaults() {
    JsonNode given = schema("ServicesGiven");
    assertThat(given.get("required").toString()).isEqualTo("[\"host\"]");
    assertThat(given.get("additionalProperties").booleanValue()).isFalse();
    JsonNode port = given.get("properties").get("port");
    assertThat(port.get("type").stringValue()).isEqualTo("integer");
    assertThat(port.get("maximum").intValue()).isEqualTo(65535);
    assertThat(port.get("default").intValue()).isEqualTo(80);
    assertThat(given.get("properties").get("url").get("type").toString()).contains("string");
    assertThat(given.get("properties").get("retries").get("type").toString())
        .isEqualTo("[\"integer\",\"null\"]");
    assertThat(schema("ServicesChanged").has("required")).isFalse();
    assertThat(schema("Services").get("required"))
        .hasSize(schema("Services").get("properties").size());
    assertThat(schema("Services").get("properties").has("url")).isFalse();
  }

  @Test
  void each_plugin_has_a_configuration_that_its_name_chooses() {
    JsonNode plugins = schema("PluginsGiven");
    assertThat(plugins.get("oneOf")).hasSize(SamplePlugins.catalog().all().size());
    assertThat(plugins.at("/discriminator/mapping/cors").stringValue())
        .isEqualTo("#/components/schemas/PluginsGiven.cors");
    JsonNode cors = schema("PluginsGiven.cors").get("properties");
    assertThat(cors.get("name").get("enum").toString()).isEqualTo("[\"cors\"]");
    assertThat(cors.get("consumer").get("type").stringValue()).isEqualTo("null");
    assertThat(
            cors.get("config").get("properties").get("credentials").get("default").booleanValue())
        .isFalse();
  }

  @Test
  void answers_have_exactly_the_described_fields() {
    Map<String, String> bodies =
        Map.of(
            "services", "{'host':'h'}",
            "routes", "{'paths':['/a']}",
            "consumers", "{'username':'a'}",
            "upstreams", "{'name':'u'}");
    bodies.forEach(
        (path, body) -> {
          JsonNode row = admin.json("POST", "/" + path, body).json();
          String name = Character.toUpperCase(path.charAt(0)) + path.substring(1);
          assertThat(row.propertyNames())
              .as(path)
              .containsExactlyInAnyOrderElementsOf(schema(name).get("properties").propertyNames());
        });
  }

  private JsonNode schema(String name) {
    return document.get("components").get("schemas").get(name);
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.isObject() && node.path("$ref").isString()) {
      references.add(node.get("$ref").stringValue());
    }
    node.forEach(inner -> collect(inner, references));
  }
}
