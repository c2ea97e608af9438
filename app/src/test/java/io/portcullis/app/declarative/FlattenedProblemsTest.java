package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.DeclarativeFormat;
import io.portcullis.core.schema.SecureRandomValues;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FlattenedProblemsTest {
  private final DeclarativeFile file =
      new DeclarativeFile(
          DeclarativeFileTest.SPECS, InstantSource.system(), new SecureRandomValues());

  private DeclarativeFormat.Flattened flattened(String text) {
    return switch (file.read(text, List.of())) {
      case DeclarativeResult.Loaded loaded -> throw new AssertionError(loaded.toString());
      case DeclarativeResult.Refused refused -> file.problems(refused, text).byEntity().get();
    };
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Test
  void each_broken_entity_is_told_with_all_its_problems() {
    DeclarativeFormat.Flattened flattened =
        flattened(
            """
            _format_version: "3.0"
            nonsense: 1
            services:
            - id: 0855b320-0dd2-547d-891d-601e9b38647f
              name: s
              host: h
              tags: [t1, t2]
              routes:
              - name: r1
                tags: [t1]
                paths: [/ok, bad]
              plugins:
              - name: ip-restriction
                id: no-uuid
            - port: 1
            """);
    assertThat(flattened.rest()).isEqualTo(json("{\"nonsense\":\"unknown field\"}"));
    assertThat(flattened.entities())
        .isEqualTo(
            json(
                """
                [{"entity_type":"route","entity_name":"r1","entity_tags":["t1"],
                  "entity":{"name":"r1","tags":["t1"],"paths":["/ok","bad"],
                    "service":{"id":"0855b320-0dd2-547d-891d-601e9b38647f"}},
                  "errors":[{"type":"field","field":"paths.2",
                    "message":"should start with: / (fixed path) or ~/ (regex path)"}]},
                 {"entity_type":"plugin","entity_name":"ip-restriction",
                  "entity":{"name":"ip-restriction","id":"no-uuid",
                    "service":{"id":"0855b320-0dd2-547d-891d-601e9b38647f"}},
                  "errors":[{"type":"field","field":"id","message":"expected a valid UUID"},
                    {"type":"entity","message":
                     "at least one of these fields must be non-empty: 'config.allow', 'config.deny'"}]},
                 {"entity_type":"service","entity":{"port":1},
                  "errors":[{"type":"field","field":"host","message":"required field missing"}]}]
                """));
  }

  @Test
  void what_repeats_another_entity_or_refers_to_none_is_told_of_the_entity() {
    DeclarativeFormat.Flattened flattened =
        flattened(
            """
            _format_version: "3.0"
            services:
            - {name: a, host: h}
            - {name: a, host: i}
            routes:
            - {name: r, service: none, paths: [/]}
            consumers: 5
            """);
    assertThat(flattened.rest()).isEqualTo(json("{\"consumers\":\"expected an array\"}"));
    assertThat(flattened.entities()).hasSize(2);
    assertThat(flattened.entities().get(0).at("/errors/0/type").stringValue()).isEqualTo("entity");
    assertThat(flattened.entities().get(0).at("/errors/0/message").stringValue())
        .isEqualTo("uniqueness violation: 'services' entity with name set to 'a' already declared");
    assertThat(flattened.entities().get(1).at("/errors/0/message").stringValue())
        .isEqualTo("invalid reference 'service: none' (no such entry in 'services')");
  }
}
