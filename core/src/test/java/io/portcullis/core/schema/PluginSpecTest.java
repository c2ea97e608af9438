package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.SampleSchemas.object;
import static io.portcullis.core.schema.Types.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PluginSpecTest {
  record Inner(String kind, @Nullable Long size) {}

  record Config(List<Inner> items, Map<String, String> headers, Optional<String> note, int count) {}

  record Narrow(String name) {}

  record Picky(int count) {
    Picky {
      if (count > 1) {
        throw new IllegalArgumentException("count is " + count + ", at most 1 expected");
      }
    }
  }

  private static final PluginSpec<Config> SPEC =
      PluginSpec.of("sample", Config.class)
          .field(array("items", record("", string("kind").required(), integer("size"))))
          .field(map("headers", STRING, STRING))
          .field(string("note"))
          .field(integer("count").defaultsTo(3));

  @Test
  void a_configuration_becomes_a_record() {
    assertThat(
            SPEC.decode(
                object(
                    "{\"items\":[{\"kind\":\"k\",\"size\":null}],\"headers\":{\"a\":\"b\"},"
                        + "\"note\":null,\"count\":2}")))
        .isEqualTo(
            new Config(List.of(new Inner("k", null)), Map.of("a", "b"), Optional.empty(), 2));
  }

  @Test
  void absent_collections_are_empty_and_absent_numbers_have_their_default() {
    assertThat(
            SPEC.decode(object("{\"items\":null,\"headers\":null,\"note\":\"n\",\"count\":null}")))
        .isEqualTo(new Config(List.of(), Map.of(), Optional.of("n"), 3));
  }

  @Test
  void nested_records_and_deprecated_names_decode() {
    SampleSchemas.LimitConfig config =
        SampleSchemas.LIMITS.decode(
            (tools.jackson.databind.node.ObjectNode)
                SampleSchemas.accepted(
                        "plugins",
                        "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5,\"redis_port\":7}}")
                    .get("config"));
    assertThat(config.minute()).isEqualTo(5.0);
    assertThat(config.redis().port()).isEqualTo(7);
    assertThat(config.hour()).isNull();
  }

  @Test
  void the_defaults_of_a_plugin_are_complete() {
    assertThat(SampleSchemas.ADDRESSES.defaults())
        .isEqualTo(object("{\"allow\":null,\"deny\":null,\"status\":null,\"message\":null}"));
  }

  @Test
  void a_component_without_field_is_refused() {
    assertThatIllegalStateException()
        .isThrownBy(PluginSpec.of("p", Narrow.class)::verify)
        .withMessageContaining("name");
  }

  @Test
  void a_field_without_component_is_refused() {
    assertThatIllegalStateException()
        .isThrownBy(
            PluginSpec.of("p", Narrow.class).field(string("name").required()).field(string("other"))
                ::verify)
        .withMessageContaining("other");
  }

  @Test
  void a_component_of_another_type_is_refused() {
    assertThatIllegalStateException()
        .isThrownBy(PluginSpec.of("p", Narrow.class).field(integer("name").required())::verify)
        .withMessageContaining("p.name is a integer, not a String");
  }

  @Test
  void a_field_that_may_be_null_needs_a_component_that_may_be() {
    assertThatIllegalStateException()
        .isThrownBy(PluginSpec.of("p", Narrow.class).field(string("name"))::verify)
        .withMessageContaining("@Nullable");
  }

  @Test
  void two_plugins_cannot_share_a_name() {
    assertThatIllegalStateException()
        .isThrownBy(() -> PluginCatalog.of(List.of(SPEC, SPEC)))
        .withMessageContaining("sample");
  }

  @Test
  void a_record_may_refuse_its_values() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PluginSpec.of("p", Picky.class)
                    .field(integer("count").required())
                    .decode(object("{\"count\":2}")))
        .withMessage("count is 2, at most 1 expected");
  }

  @Test
  void the_documentation_table_lists_every_field() {
    assertThat(DocsTable.of(SampleSchemas.LIMITS))
        .startsWith("| Field | Type | Default | Required | Description |\n")
        .contains("| `config.redis.port` | integer 0–65535 | `6379` |  |  |")
        .contains("| `config.limit_by` | `consumer`, `credential`,");
    assertThat(DocsTable.of(SampleSchemas.spec("routes"))).contains("| `sources[].ip` | string |");
  }
}
