package io.portcullis.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SchemaJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "services",
        "routes",
        "consumers",
        "plugins",
        "jwt_secrets",
        "certificates",
        "snis",
        "ca_certificates",
        "upstreams",
        "targets",
        "vaults",
        "keys",
        "key_sets"
      })
  void an_entity_document_equals_the_recorded_one(String entity) {
    assertThat(reread(SchemaJson.entity(SampleSchemas.spec(entity)))).isEqualTo(recorded(entity));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ip-restriction", "rate-limiting", "jwt"})
  void a_plugin_document_equals_the_recorded_one(String plugin) {
    PluginSpec<?> spec = SampleSchemas.SPECS.plugins().byName(plugin).orElseThrow();
    assertThat(reread(SchemaJson.plugin(spec))).isEqualTo(recorded("plugins/" + plugin));
  }

  @Test
  void a_vaults_document_equals_the_recorded_one() {
    assertThat(reread(SchemaJson.vault("env").orElseThrow())).isEqualTo(recorded("vaults/env"));
    assertThat(SchemaJson.vault("aws")).isEmpty();
  }

  @Test
  void descriptions_are_shown() {
    assertThat(SchemaJson.plugin(SampleSchemas.ADDRESSES).findValuesAsString("description"))
        .contains("Let through.");
  }

  /** Printed and parsed, so that numbers compare by value. */
  private static JsonNode reread(JsonNode document) {
    return SampleSchemas.JSON.readTree(withoutTexts(document).toString());
  }

  private static JsonNode recorded(String name) {
    try (InputStream file =
        SchemaJsonTest.class.getResourceAsStream("/schemas/" + name + ".json")) {
      return SampleSchemas.JSON.readTree(Objects.requireNonNull(file));
    } catch (java.io.IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  private static JsonNode withoutTexts(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.get("description") instanceof JsonNode text
        && text.isString()) {
      object.remove("description");
    }
    node.forEach(SchemaJsonTest::withoutTexts);
    return node;
  }
}
