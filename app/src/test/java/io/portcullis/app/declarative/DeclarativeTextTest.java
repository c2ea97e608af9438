package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.SecureRandomValues;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class DeclarativeTextTest {
  private final DeclarativeText text = new DeclarativeText(DeclarativeFileTest.SPECS);

  private String text(List<StoredEntity> entities, boolean nulls) {
    StringBuilder written = new StringBuilder();
    text.write(entities, nulls, written);
    return written.toString();
  }

  private static List<StoredEntity> read(String yaml, long second) {
    DeclarativeFile file =
        new DeclarativeFile(
            DeclarativeFileTest.SPECS,
            InstantSource.fixed(Instant.ofEpochSecond(second)),
            new SecureRandomValues());
    return switch (file.read(yaml, List.of())) {
      case DeclarativeResult.Loaded loaded -> loaded.entities();
      case DeclarativeResult.Refused refused ->
          throw new AssertionError(refused.problems().toString());
    };
  }

  @Test
  void what_was_exported_is_exported_again_octet_by_octet() {
    List<StoredEntity> entities =
        read(
            """
            _format_version: "3.0"
            services:
            - name: s
              url: https://h.test/base
              retries: null
              tags: ["a b", "ü", "yes", "1"]
              routes:
              - name: r
                paths: ["/a b", "~/x(\\\\d+)$"]
                headers: {x-version: ["1", "2"]}
              - {name: l4, sources: [{ip: 10.0.0.0/8, port: 1}], protocols: [tcp]}
              plugins:
              - {name: ip-restriction, config: {allow: [10.0.0.0/8]}}
            upstreams:
            - name: u.test
              healthchecks: {threshold: 12.5}
              targets:
              - {target: a.test, weight: 0}
            consumers:
            - {username: bob, custom_id: "007", jwt_secrets: [{}]}
            """,
            1_700_000_000);
    for (boolean nulls : new boolean[] {true, false}) {
      String first = text(entities, nulls);
      String second = text(read(first, 1_800_000_000), nulls);
      assertThat(second).isEqualTo(first);
    }
    assertThat(read(text(entities, false), 1_800_000_000))
        .containsExactlyInAnyOrderElementsOf(entities);
  }

  @Test
  void lists_are_flat_and_references_are_ids() {
    String yaml =
        text(
            read(
                """
                _format_version: "3.0"
                services:
                - {name: s, host: h, routes: [{name: r, paths: [/]}]}
                """,
                1_700_000_000),
            false);
    assertThat(yaml)
        .startsWith("_format_version: '3.0'\n_transform: false\nservices:\n- id: ")
        .contains("  created_at: 1700000000\n")
        .containsPattern("\n  service: \"?[0-9a-f-]{36}\"?\n")
        .contains("  paths:\n    - /\n");
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30),
        Arbitraries.strings().ascii().ofMaxLength(30),
        Arbitraries.strings()
            .withChars(" \n\t#:-'\"|>{}[],&*!%@`~\\0aZ19._ü\u0085\u2028")
            .ofMaxLength(12),
        Arbitraries.of(
            "null", "~", "yes", "0x1", "1e3", ".inf", "- a", "a: b", "=", "<<", "12:30"));
  }

  @Property(tries = 2000)
  void any_text_comes_back(@ForAll("texts") String value) throws Exception {
    if (!io.portcullis.admin.wire.PercentEncoding.isWellFormed(value)) {
      return;
    }
    JsonNode nodes =
        JsonNodeFactory.instance
            .objectNode()
            .put("text", value)
            .set(
                "nested",
                JsonNodeFactory.instance
                    .arrayNode()
                    .add(JsonNodeFactory.instance.arrayNode().add(value))
                    .add(JsonNodeFactory.instance.objectNode().put("k", value).putNull("n"))
                    .add(JsonNodeFactory.instance.objectNode()));
    StringBuilder out = new StringBuilder();
    YamlText yaml = new YamlText(out);
    yaml.list("items");
    yaml.item(nodes);
    assertThat(YamlTree.parse(out.toString()).at("/items/0")).as(out.toString()).isEqualTo(nodes);
  }
}
