package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.Checks;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.Fields;
import io.portcullis.core.schema.JwtCredentials;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.core.schema.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DeclarativeFileTest {
  record Addresses(List<String> allow, List<String> deny) {}

  record Nothing() {}

  static final EntitySpecs SPECS =
      new EntitySpecs(
          PluginCatalog.of(
              List.of(
                  PluginSpec.of("ip-restriction", Addresses.class)
                      .field(Fields.array("allow", Types.IP_OR_CIDR))
                      .field(Fields.array("deny", Types.IP_OR_CIDR))
                      .check(Checks.atLeastOneOf("allow", "deny")),
                  PluginSpec.of("jwt", Nothing.class).credentials(JwtCredentials.spec()))));

  private final DeclarativeFile file =
      new DeclarativeFile(
          SPECS,
          InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)),
          new SecureRandomValues());

  @Test
  void certificates_hold_their_server_names_and_services_name_certificates() throws Exception {
    String cert = indented("rsa.pem");
    String key = indented("rsa.key");
    List<StoredEntity> entities =
        loaded(
            """
            _format_version: "3.0"
            certificates:
            - id: 0f0c0000-1111-4111-8111-000000000001
              cert: |
            %s  key: |
            %s  snis:
              - name: a.test
              - name: "*.b.test"
            snis:
            - name: c.test
              certificate: 0f0c0000-1111-4111-8111-000000000001
            services:
            - name: s
              url: https://h
              client_certificate: 0f0c0000-1111-4111-8111-000000000001
            """
                .formatted(cert, key));
    assertThat(entities)
        .extracting(StoredEntity::entity)
        .containsExactly("certificates", "snis", "snis", "snis", "services");
    assertThat(entities.get(3).body().get("certificate"))
        .isEqualTo(entities.get(1).body().get("certificate"))
        .isEqualTo(entities.get(4).body().get("client_certificate"));
  }

  @Test
  void upstreams_hold_their_targets_and_others_stand_beside_them() {
    String text =
        """
        _format_version: "3.0"
        upstreams:
        - name: u.test
          hash_on: ip
          healthchecks: {active: {timeout: 5}}
          targets:
          - target: a.test
          - target: "[::1]:80"
            weight: 0
            tags: [t]
        targets:
        - target: b.test:81
          upstream: u.test
        """;
    List<StoredEntity> entities = loaded(text);
    assertThat(entities)
        .extracting(StoredEntity::entity)
        .containsExactly("upstreams", "targets", "targets", "targets");
    ObjectNode upstream = entities.getFirst().body();
    assertThat(upstream.get("algorithm").stringValue()).isEqualTo("consistent-hashing");
    assertThat(upstream.at("/healthchecks/active/concurrency").intValue()).isEqualTo(10);
    assertThat(entities.subList(1, 4))
        .extracting(target -> target.body().get("target").stringValue())
        .containsExactly(
            "a.test:8000", "[0000:0000:0000:0000:0000:0000:0000:0001]:80", "b.test:81");
    assertThat(entities.subList(1, 4))
        .allMatch(
            target ->
                target
                    .body()
                    .at("/upstream/id")
                    .stringValue()
                    .equals(upstream.get("id").stringValue()));
    // A reload that changes nothing changes no row: neither ids nor instants.
    assertThat(file.read(text, entities))
        .isInstanceOfSatisfying(
            DeclarativeResult.Loaded.class,
            again -> assertThat(again.entities()).isEqualTo(entities));
  }

  @Test
  void problems_of_upstreams_and_targets_are_reported_at_their_places() {
    DeclarativeResult.Refused refused =
        refused(
            """
            _format_version: "3.0"
            upstreams:
            - name: a b
            - name: u.test
              healthchecks: {active: {timeout: -1}}
              targets:
              - target: x y
              - target: a.test
                upstream: u.test
              - weight: 1
            - name: v.test
              targets:
              - target: a.test
              - target: a.test:8000
            targets:
            - target: c.test
              upstream: none
            """);
    assertThat(refused.problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "upstreams.1.name: Invalid name ('a b'); must be a valid hostname",
            "upstreams.2.healthchecks.active.timeout: value should be between 0 and 65535",
            "upstreams.2.targets.1.target: Invalid target ('x y'); not a valid hostname or ip"
                + " address",
            "upstreams.2.targets.2.upstream: is given by the entity that this one stands in",
            "upstreams.2.targets.3.target: required field missing",
            "upstreams.3.targets.2: uniqueness violation: 'targets' entity with the same upstream,"
                + " target already declared",
            "targets.1: invalid reference 'upstream: none' (no such entry in" + " 'upstreams')");
  }

  private static String indented(String file) throws java.io.IOException {
    try (var stream = DeclarativeFileTest.class.getResourceAsStream("/certificates/" + file)) {
      return new String(
              java.util.Objects.requireNonNull(stream).readAllBytes(),
              java.nio.charset.StandardCharsets.US_ASCII)
          .indent(4);
    }
  }

  @Test
  void nested_and_flat_entities_are_the_same() {
    List<StoredEntity> entities =
        loaded(
            """
            _format_version: "3.0"
            _comment: anything
            services:
            - name: my-service
              url: http://example.com/base
              _comment: here too
              routes:
              - name: my-route
                paths: [/a]
                plugins:
                - name: ip-restriction
                  config: {allow: [10.0.0.0/8]}
              plugins:
              - name: jwt
            routes:
            - name: other
              paths: [/b]
              service: my-service
            plugins:
            - {name: jwt, route: other}
            consumers:
            - username: my-user
              jwt_secrets:
              - key: k
            """);
    assertThat(entities)
        .extracting(StoredEntity::entity)
        .containsExactly(
            "services",
            "routes",
            "routes",
            "consumers",
            "plugins",
            "plugins",
            "plugins",
            "jwt_secrets");
    ObjectNode service = body(entities, "services", "name", "my-service");
    assertThat(service.get("id").stringValue()).isEqualTo("0855b320-0dd2-547d-891d-601e9b38647f");
    assertThat(service.get("host").stringValue()).isEqualTo("example.com");
    assertThat(service.get("retries").intValue()).isEqualTo(5);
    for (String route : List.of("my-route", "other")) {
      assertThat(body(entities, "routes", "name", route).get("service").get("id"))
          .isEqualTo(service.get("id"));
    }
    assertThat(body(entities, "jwt_secrets", "key", "k").get("secret").stringValue()).hasSize(32);
  }

  @ParameterizedTest
  @CsvSource({
    "services, name, my-service, 0855b320-0dd2-547d-891d-601e9b38647f",
    "routes, name, my-route, 481a9539-f49c-51b6-b2e2-fe99ee68866c",
    "consumers, username, my-user, 4b1b701d-de2b-5588-9aa2-3b97061d9f52"
  })
  void ids_are_made_of_names(String entity, String field, String name, String id) {
    assertThat(DeterministicIds.of(entity, object("{\"" + field + "\":\"" + name + "\"}")))
        .contains(UUID.fromString(id));
  }

  @Test
  void a_plugins_id_is_made_of_its_name_and_scope() {
    UUID plugins =
        DeterministicIds.version5(
            UUID.fromString("fd02801f-0957-4a15-a55a-c8d9606f30b5"), "plugins");
    assertThat(DeterministicIds.of("plugins", object("{\"name\":\"cors\",\"service\":\"s\"}")))
        .contains(DeterministicIds.version5(plugins, "plugins:*:cors::s:"));
  }

  @Test
  void all_problems_are_reported_at_their_places() {
    DeclarativeResult.Refused refused =
        refused(
            """
            _format_version: "3.0"
            nonsense: 1
            services:
            - name: bad name
              port: 70000
            - name: fine
              host: h
              routes:
              - paths: [/ok, bad]
              - name: r
                paths: [/a]
                service: elsewhere
            plugins:
            - name: nope
            - {name: jwt, route: missing}
            consumers: x
            """);
    assertThat(refused.problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "nonsense: unknown field",
            "services.1.host: required field missing",
            "services.1.name: invalid value 'bad name': the only accepted ascii characters are"
                + " alphanumerics or ., -, _, and ~",
            "services.1.port: value should be between 0 and 65535",
            "services.2.routes.1.paths.2: should start with: / (fixed path) or ~/ (regex path)",
            "services.2.routes.2.service: is given by the entity that this one stands in",
            "plugins.1.name: plugin 'nope' not enabled; add it to the 'plugins' configuration"
                + " property",
            "plugins.2: invalid reference 'route: missing' (no such entry in 'routes')",
            "consumers: expected an array");
    assertThat(refused.fields().at("/services/0/host").stringValue())
        .isEqualTo("required field missing");
    assertThat(refused.fields().at("/services/1/routes/0/paths/0").isNull()).isTrue();
  }

  @Test
  void the_same_name_twice_is_refused_where_it_is_repeated() {
    assertThat(
            refused(
                    """
                    _format_version: "3.0"
                    services:
                    - {name: foo, host: a}
                    - {name: foo, host: b}
                    """)
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "services.2: uniqueness violation: 'services' entity with name set to 'foo' already"
                + " declared");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "services: [] | _format_version: required field missing",
        "_format_version: 3.0 | _format_version: expected a string",
        "_format_version: '4.0' | _format_version: expected one of: 1.1, 2.1, 3.0",
        "[1] | error: failed parsing declarative configuration: expected an object",
        "{\"_format_version\":\"3.0\",\"services\":[5]} | services.1: expected a record"
      })
  void a_file_must_have_the_format(String text, String problem) {
    assertThat(refused(text.replace("''", "'")).problems())
        .extracting(Problem::toString)
        .containsExactly(problem);
  }

  @Test
  void broken_yaml_is_reported_with_its_line() {
    assertThat(refused("_format_version: \"3.0\"\nservices: [\n").problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .startsWith("error: failed parsing declarative configuration: line 3, column 1: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &a [*a]",
        "a: &a {b: *a}",
        "a: !!java.net.URL [http://x]",
        "a: 1\na: 2",
        "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: !!binary x"
      })
  void hostile_yaml_is_refused(String text) {
    assertThat(refused(text).problems()).isNotEmpty();
  }

  @Test
  void deep_nesting_is_refused() {
    assertThat(refused("a: " + "[".repeat(10_000)).problems()).isNotEmpty();
    assertThat(refused("{\"a\":" + "[".repeat(100_000)).problems()).isNotEmpty();
  }

  @Test
  void a_file_of_nothing_but_problems_is_refused_with_the_first_of_them() {
    List<Problem> problems =
        refused("_format_version: \"3.0\"\nservices: [" + "1,".repeat(1_000_000) + "1]").problems();
    assertThat(problems).hasSize(10_001);
    assertThat(problems.getFirst()).hasToString("services.1: expected a record");
    assertThat(problems.getLast())
        .hasToString("error: more than 10000 problems, of which these are the first");
  }

  @Test
  void dates_and_numbers_in_quotes_stay_text() {
    List<StoredEntity> entities =
        loaded(
            """
            _format_version: "3.0"
            consumers:
            - {username: 2020-01-01, custom_id: "7"}
            """);
    assertThat(entities.getFirst().body().get("username").stringValue()).isEqualTo("2020-01-01");
  }

  @Test
  void json_is_read_too() {
    assertThat(loaded("{\"_format_version\":\"3.0\",\"services\":[{\"host\":\"h\"}]}")).hasSize(1);
    assertThat(loaded("{_format_version: '3.0', services: [{host: h}]}")).hasSize(1);
  }

  @Test
  void older_formats_had_regexes_without_tilde() {
    JsonNode paths =
        loaded(
                """
                _format_version: "2.1"
                routes:
                - paths: ["/a/../b", "/x(y)"]
                """)
            .getFirst()
            .body()
            .get("paths");
    assertThat(paths).hasToString("[\"/b\",\"~/x(y)\"]");
  }

  @Test
  void entities_of_decks_files_get_the_tags_and_defaults_of_the_file() {
    List<StoredEntity> entities =
        loaded(
            """
            _format_version: "3.0"
            _workspace: default
            _info:
              select_tags: [team-a]
              defaults:
                service: {retries: 3, protocol: https}
            _plugin_configs:
              inside: {allow: [10.0.0.0/8]}
            services:
            - {name: s, host: h, tags: [own], protocol: http}
            plugins:
            - {name: ip-restriction, _config: inside, service: {name: s}}
            consumers:
            - username: u
            """);
    ObjectNode service = body(entities, "services", "name", "s");
    assertThat(service.get("tags")).hasToString("[\"own\",\"team-a\"]");
    assertThat(service.get("retries").intValue()).isEqualTo(3);
    assertThat(service.get("protocol").stringValue()).isEqualTo("http");
    assertThat(body(entities, "consumers", "username", "u").get("tags"))
        .hasToString("[\"team-a\"]");
    assertThat(body(entities, "plugins", "name", "ip-restriction").at("/config/allow/0"))
        .hasToString("\"10.0.0.0/8\"");
  }

  @Test
  void what_a_file_says_of_itself_is_checked() {
    assertThat(
            refused(
                    """
                    _format_version: "3.0"
                    _transform: 1
                    _info: {select_tags: [1]}
                    _workspace: other
                    _plugin_configs: {a: 1}
                    plugins: [{name: jwt, _config: b}]
                    """)
                .problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "_transform: expected a boolean",
            "_info.select_tags.1: expected a string",
            "_workspace: there is no workspace but 'default'",
            "_plugin_configs.a: expected a record",
            "plugins.1._config: no such entry in '_plugin_configs'");
  }

  @Test
  void ids_that_belong_to_another_kind_of_entity_are_no_references() {
    assertThat(
            refused(
                    """
                    _format_version: "3.0"
                    services:
                    - {id: 00000000-0000-4000-8000-000000000001, host: h}
                    consumers:
                    - {id: 00000000-0000-4000-8000-000000000001, username: u}
                    - {id: 00000000-0000-4000-8000-000000000002, username: v}
                    - {id: 00000000-0000-4000-8000-000000000002, username: w}
                    - {id: 5, username: x}
                    routes:
                    - {paths: [/], service: {id: 00000000-0000-4000-8000-000000000002}}
                    """)
                .problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "consumers.3: uniqueness violation: 'consumers' entity with primary key set to"
                + " '00000000-0000-4000-8000-000000000002' already declared",
            "consumers.4.id: expected a string",
            "routes.1: invalid reference 'service: 00000000-0000-4000-8000-000000000002' (no such"
                + " entry in 'services')");
  }

  @Test
  void a_repeated_value_beside_the_name_is_told_under_the_name() {
    assertThat(
            refused(
                    """
                    _format_version: "3.0"
                    consumers:
                    - {username: foo, custom_id: c}
                    - {username: bar, custom_id: c}
                    """)
                .fields())
        .hasToString(
            "{\"consumers\":{\"bar\":\"uniqueness violation: 'consumers' entity with custom_id set"
                + " to 'c' already declared\"}}");
  }

  @Test
  void values_are_in_clear_unless_the_file_says_that_they_are_as_stored() {
    EntitySpecs specs =
        new EntitySpecs(
            PluginCatalog.of(
                List.of(
                    PluginSpec.of("hashing", Nothing.class)
                        .credentials(
                            EntitySpec.named("passwords")
                                .id()
                                .field(Fields.foreign("consumer", "consumers").required())
                                .field(Fields.string("password").required())
                                .sealed(
                                    "password",
                                    "consumer",
                                    (password, consumer) ->
                                        "hash of " + password + consumer.length())
                                .build()))));
    DeclarativeFile hashing =
        new DeclarativeFile(specs, InstantSource.system(), new SecureRandomValues());
    String text =
        """
        _format_version: "3.0"
        consumers: [{username: u, passwords: [{password: p}]}]
        """;
    assertThat(password(hashing.read(text, List.of()))).isEqualTo("hash of p36");
    assertThat(password(hashing.read(text + "_transform: true\n", List.of())))
        .isEqualTo("hash of p36");
    assertThat(password(hashing.read(text + "_transform: false\n", List.of()))).isEqualTo("p");
  }

  private static String password(DeclarativeResult result) {
    return body(((DeclarativeResult.Loaded) result).entities(), "passwords", "password", null)
        .get("password")
        .stringValue();
  }

  private List<StoredEntity> loaded(String text) {
    return switch (file.read(text, List.of())) {
      case DeclarativeResult.Loaded loaded -> loaded.entities();
      case DeclarativeResult.Refused refused ->
          throw new AssertionError(refused.problems().toString());
    };
  }

  private DeclarativeResult.Refused refused(String text) {
    return switch (file.read(text, List.of())) {
      case DeclarativeResult.Loaded loaded -> throw new AssertionError(loaded.toString());
      case DeclarativeResult.Refused refused -> refused;
    };
  }

  private static ObjectNode body(
      List<StoredEntity> entities, String entity, String field, @Nullable String value) {
    return entities.stream()
        .filter(row -> row.entity().equals(entity))
        .map(StoredEntity::body)
        .filter(body -> value == null || body.get(field).asString("").equals(value))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) tools.jackson.databind.json.JsonMapper.builder().build().readTree(json);
  }
}
