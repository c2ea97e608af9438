package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.EDITOR;
import static io.portcullis.core.schema.SampleSchemas.accepted;
import static io.portcullis.core.schema.SampleSchemas.object;
import static io.portcullis.core.schema.SampleSchemas.rejected;
import static io.portcullis.core.schema.SampleSchemas.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class EntityEditorTest {
  private static final String ID = "0f0c1a2b-1111-4111-8111-111111111111";
  private static final String OTHER_ID = "0f0c1a2b-2222-4222-8222-222222222222";

  @Test
  void a_service_gets_its_defaults_and_explicit_nulls_in_schema_order() {
    assertThat(accepted("services", "{\"host\":\"h\"}"))
        .hasToString(
            "{\"id\":\"00000000-0000-4000-8000-000000000000\",\"created_at\":1700000000,"
                + "\"updated_at\":1700000000,\"name\":null,\"retries\":5,\"protocol\":\"http\","
                + "\"host\":\"h\",\"port\":80,\"path\":null,\"connect_timeout\":60000,"
                + "\"write_timeout\":60000,\"read_timeout\":60000,\"tags\":null,"
                + "\"client_certificate\":null,\"tls_verify\":null,\"tls_verify_depth\":null,"
                + "\"ca_certificates\":null,\"enabled\":true}");
  }

  @Test
  void an_explicit_null_suppresses_the_default() {
    assertThat(accepted("services", "{\"host\":\"h\",\"retries\":null}").get("retries").isNull())
        .isTrue();
    assertThat(rejected("services", "{\"host\":\"h\",\"port\":null}").message())
        .isEqualTo("schema violation (port: required field missing)");
  }

  @Test
  void created_at_is_honoured_and_updated_at_is_not() {
    ObjectNode service =
        accepted("services", "{\"host\":\"h\",\"created_at\":5,\"updated_at\":\"x\"}");
    assertThat(service.get("created_at").longValue()).isEqualTo(5);
    assertThat(service.get("updated_at").longValue()).isEqualTo(SampleSchemas.NOW);
  }

  @Test
  void ids_are_stored_in_lower_case() {
    ObjectNode service =
        accepted(
            "services",
            "{\"host\":\"h\",\"id\":\"" + ID.toUpperCase(java.util.Locale.ROOT) + "\"}");
    assertThat(service.get("id").stringValue()).isEqualTo(ID);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "http://example.com/a, http, example.com, 80, /a",
        "https://example.com, https, example.com, 443, null",
        "https://example.com:8443, https, example.com, 8443, null",
        "https://u:p@h:1/x?y=1#z, https, h, 1, /x",
        "http://[::1]:80/, http, ::1, 80, /",
        "tcp://h:9000, tcp, h, 9000, null",
        "grpc://h, grpc, h, 80, null",
        "ws://one.test:9000/chat, ws, one.test, 9000, /chat",
        "wss://two.test, wss, two.test, 443, null",
        "//h:443, https, h, 443, null"
      })
  void a_url_sets_protocol_host_port_and_path(
      String url, String protocol, String host, int port, @Nullable String path) {
    ObjectNode service =
        accepted("services", "{\"host\":\"other\",\"port\":7,\"url\":\"" + url + "\"}");
    assertThat(service.get("protocol").stringValue()).isEqualTo(protocol);
    assertThat(service.get("host").stringValue()).isEqualTo(host);
    assertThat(service.get("port").intValue()).isEqualTo(port);
    assertThat(service.get("path")).isEqualTo(Json.of(path));
    assertThat(service.has("url")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"example.com\" | 2 schema violations (host: required field missing; path: should start"
            + " with: /)",
        "\"http://h:abc/\" | schema violation (port: expected an integer)",
        "\"http://h:70000/\" | schema violation (port: value should be between 0 and 65535)",
        "\"\" | schema violation (url: length must be at least 1)"
      })
  void a_bad_url_is_refused_by_its_parts(String url, String message) {
    assertThat(rejected("services", "{\"url\":" + url + "}").message()).isEqualTo(message);
  }

  @Test
  void a_null_url_is_refused_even_beside_a_host() {
    assertThat(rejected("services", "{\"host\":\"h\",\"url\":null}").fields())
        .isEqualTo(
            object(
                "{\"host\":\"required field missing\",\"path\":\"should start with: /\","
                    + "\"protocol\":\"expected one of: grpc, grpcs, http, https, tcp, tls,"
                    + " tls_passthrough, udp\"}"));
  }

  @Test
  void every_error_is_reported_and_the_entitys_own_come_first() {
    ApiError error =
        rejected("services", "{\"host\":\"a b\",\"protocol\":\"tcp\",\"path\":\"/x\",\"nope\":1}");
    assertThat(error.message())
        .isEqualTo(
            "4 schema violations (failed conditional validation given value of field 'protocol';"
                + " host: invalid value: a b; nope: unknown field; path: value must be null)");
    assertThat(error.code()).isEqualTo(2);
  }

  @Test
  void sets_lose_their_duplicates_and_arrays_keep_them() {
    ObjectNode route =
        accepted("routes", "{\"methods\":[\"GET\",\"POST\",\"GET\"],\"hosts\":[\"a\",\"a\"]}");
    assertThat(route.get("methods")).hasToString("[\"GET\",\"POST\"]");
    assertThat(route.get("hosts")).hasToString("[\"a\",\"a\"]");
  }

  @Test
  void an_empty_object_is_an_empty_list() {
    assertThat(accepted("services", "{\"host\":\"h\",\"tags\":{}}").get("tags")).hasToString("[]");
  }

  @Test
  void replacing_keeps_the_id_and_resets_everything_else() {
    ObjectNode old =
        accepted(
            "services", "{\"host\":\"h\",\"id\":\"" + ID + "\",\"created_at\":5,\"retries\":1}");
    ObjectNode replaced =
        accepted(
            EDITOR.replace(
                spec("services"),
                old,
                object("{\"host\":\"g\",\"id\":\"" + OTHER_ID + "\"}"),
                ForeignLookup.NONE));
    assertThat(replaced.get("id").stringValue()).isEqualTo(ID);
    assertThat(replaced.get("retries").intValue()).isEqualTo(5);
    assertThat(replaced.get("created_at").longValue()).isEqualTo(SampleSchemas.NOW);
  }

  @Test
  void a_patch_changes_only_what_it_names() {
    ObjectNode old = accepted("services", "{\"host\":\"h\",\"created_at\":5,\"retries\":1}");
    ObjectNode patched = update("services", old, "{\"path\":\"/p\",\"id\":\"" + ID + "\"}");
    assertThat(patched.get("path").stringValue()).isEqualTo("/p");
    assertThat(patched.get("retries").intValue()).isEqualTo(1);
    assertThat(patched.get("created_at").longValue()).isEqualTo(5);
    assertThat(patched.get("id")).isEqualTo(old.get("id"));
  }

  @Test
  void a_patch_is_checked_together_with_what_is_stored() {
    ObjectNode old = accepted("routes", "{\"paths\":[\"/a\"]}");
    ApiError error =
        rejected(
            EDITOR.update(
                spec("routes"), old, object("{\"protocols\":[\"grpc\"]}"), ForeignLookup.NONE));
    assertThat(error.message())
        .isEqualTo(
            "schema violation (strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or"
                + " 'grpcs')");
  }

  @Test
  void a_patch_says_that_it_is_one() {
    ObjectNode old = accepted("consumers", "{\"username\":\"bob\"}");
    ApiError error =
        rejected(
            EDITOR.update(
                spec("consumers"), old, object("{\"username\":null}"), ForeignLookup.NONE));
    assertThat(error.message())
        .isEqualTo(
            "schema violation (when updating, at least one of these fields must be non-empty:"
                + " 'custom_id', 'username')");
  }

  @Test
  void a_patch_merges_configuration_records_and_replaces_their_lists() {
    ObjectNode old =
        accepted(
            "plugins",
            "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5,\"policy\":\"redis\","
                + "\"redis\":{\"host\":\"r.test\"}}}");
    ObjectNode patched = update("plugins", old, "{\"config\":{\"hour\":9,\"redis\":{\"port\":1}}}");
    assertThat(patched.at("/config/minute").intValue()).isEqualTo(5);
    assertThat(patched.at("/config/hour").intValue()).isEqualTo(9);
    assertThat(patched.at("/config/redis/host").stringValue()).isEqualTo("r.test");
    assertThat(patched.at("/config/redis/port").intValue()).isEqualTo(1);
    assertThat(patched.at("/config/redis_port").intValue()).isEqualTo(1);
  }

  @Test
  void a_deprecated_name_sets_the_new_field_and_is_repeated_in_the_answer() {
    ObjectNode plugin =
        accepted(
            "plugins", "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5,\"redis_port\":77}}");
    assertThat(plugin.at("/config/redis/port").intValue()).isEqualTo(77);
    assertThat(plugin.at("/config/redis_port").intValue()).isEqualTo(77);
    assertThat(plugin.at("/config/redis_host").isNull()).isTrue();
    ObjectNode patched = update("plugins", plugin, "{\"config\":{\"redis_port\":78}}");
    assertThat(patched.at("/config/redis/port").intValue()).isEqualTo(78);
  }

  @Test
  void a_deprecated_name_that_contradicts_the_new_one_is_refused() {
    assertThat(
            rejected(
                    "plugins",
                    "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5,\"redis_host\":\"a.test\","
                        + "\"redis\":{\"host\":\"b.test\"}}}")
                .message())
        .isEqualTo(
            "schema violation (redis_host: both deprecated and new field are used but their"
                + " values mismatch: redis_host = a.test vs redis.host = b.test)");
  }

  @Test
  void nested_errors_are_printed_as_lua_tables() {
    ApiError error =
        rejected(
            "plugins",
            "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5,\"redis\":{\"host\":\"x y\","
                + "\"port\":\"z\"}}}");
    assertThat(error.message())
        .isEqualTo(
            "schema violation (config.redis: {\n  host = \"invalid value: x y\",\n"
                + "  port = \"expected an integer\"\n})");
  }

  @Test
  void a_missing_or_unknown_plugin_name_stops_all_other_checks() {
    assertThat(rejected("plugins", "{\"zzz\":1}").fields())
        .isEqualTo(object("{\"name\":\"required field missing\"}"));
    assertThat(rejected("plugins", "{\"name\":\"nope\",\"zzz\":1}").message())
        .isEqualTo(
            "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins'"
                + " configuration property)");
  }

  @Test
  void a_forbidden_scope_must_be_null() {
    assertThat(
            rejected("plugins", "{\"name\":\"jwt\",\"consumer\":{\"id\":\"" + ID + "\"}}").fields())
        .isEqualTo(object("{\"consumer\":\"value must be null\"}"));
  }

  @Test
  void a_plugins_protocols_have_its_own_default_and_choice() {
    assertThat(
            accepted("plugins", "{\"name\":\"ip-restriction\",\"config\":{\"allow\":[\"::1\"]}}")
                .get("protocols"))
        .hasToString("[\"http\",\"https\",\"tcp\",\"tls\",\"grpc\",\"grpcs\"]");
    assertThat(rejected("plugins", "{\"name\":\"jwt\",\"protocols\":[\"tcp\"]}").fields())
        .isEqualTo(object("{\"protocols\":[\"expected one of: grpc, grpcs, http, https\"]}"));
  }

  @Test
  void references_by_name_are_resolved_before_checking() {
    ForeignLookup lookup =
        (entity, field, value) ->
            entity.equals("services") && field.equals("name") && value.equals("s")
                ? Optional.of(ID)
                : Optional.empty();
    ObjectNode route =
        accepted(
            EDITOR.insert(
                spec("routes"),
                object("{\"paths\":[\"/a\"],\"service\":{\"name\":\"s\"}}"),
                lookup));
    assertThat(route.get("service")).hasToString("{\"id\":\"" + ID + "\"}");
  }

  @Test
  void an_unresolved_reference_is_code_13() {
    ApiError error = rejected("routes", "{\"nope\":1,\"service\":{\"name\":\"x\"}}");
    assertThat(error.toJson())
        .isEqualTo(
            object(
                "{\"code\":13,\"name\":\"foreign keys unresolved\",\"message\":\"foreign key"
                    + " unresolved (service.name: the foreign key cannot be resolved with"
                    + " '{name=\\\"x\\\"}' for an existing 'services' entity)\",\"fields\":"
                    + "{\"service\":{\"name\":\"the foreign key cannot be resolved with"
                    + " '{name=\\\"x\\\"}' for an existing 'services' entity\"}}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"s\" | {\"id\":\"missing primary key\"}",
        "[] | {\"id\":\"missing primary key\"}",
        "{} | {\"id\":\"missing primary key\"}",
        "12 | {\"id\":\"missing primary key\"}",
        "{\"id\":\"x\"} | {\"id\":\"expected a valid UUID\"}",
        "{\"id\":5} | {\"id\":\"expected a string\"}",
        "{\"nope\":1} | {\"nope\":\"unknown field\"}",
        "{\"protocol\":\"http\"} | {\"id\":\"missing primary key\"}",
        "{\"name\":\"\"} | {\"name\":\"length must be at least 1\"}"
      })
  void a_malformed_reference_is_refused(String reference, String errors) {
    ObjectNode fields =
        Objects.requireNonNull(
            rejected("routes", "{\"paths\":[\"/a\"],\"service\":" + reference + "}").fields());
    assertThat(fields.get("service")).isEqualTo(object(errors));
  }

  @Test
  void a_reference_to_an_entity_that_does_not_exist_yet_is_kept_by_id() {
    ObjectNode service =
        accepted(
            "services", "{\"url\":\"https://h\",\"client_certificate\":{\"id\":\"" + ID + "\"}}");
    assertThat(service.get("client_certificate")).hasToString("{\"id\":\"" + ID + "\"}");
  }

  @Test
  void validation_looks_at_no_other_row() {
    ApiError error =
        rejected(
            EDITOR.validate(
                spec("routes"), object("{\"paths\":[\"/\"],\"service\":{\"name\":\"none\"}}")));
    assertThat(error.message()).isEqualTo("schema violation (service.id: missing primary key)");
  }

  @Test
  void what_only_validation_lets_pass_is_not_stored() {
    EntitySpec things =
        EntitySpec.named("things")
            .id()
            .field(Fields.string("name").required())
            .ignoredWhenValidated("Stray")
            .build();
    ObjectNode input = object("{\"name\":\"n\",\"Stray\":true}");

    assertThat(EDITOR.validate(things, input)).isInstanceOf(Outcome.Accepted.class);
    assertThat(rejected(EDITOR.insert(things, input, ForeignLookup.NONE)).message())
        .isEqualTo("schema violation (Stray: unknown field)");
    assertThat(input.has("Stray")).isTrue();
  }

  @Test
  void keys_and_secrets_of_jwt_credentials_are_made_up() {
    ObjectNode credential = accepted("jwt_secrets", "{\"consumer\":{\"id\":\"" + ID + "\"}}");
    assertThat(credential.get("key").stringValue()).hasSize(32);
    assertThat(credential.get("secret").stringValue()).hasSize(32);
    assertThat(credential.get("algorithm").stringValue()).isEqualTo("HS256");
    assertThat(credential.has("updated_at")).isFalse();
  }

  @Test
  void a_key_that_is_null_stays_null_until_a_change_asks_for_one() {
    ObjectNode credential =
        accepted("jwt_secrets", "{\"key\":null,\"consumer\":{\"id\":\"" + ID + "\"}}");
    assertThat(credential.get("key").isNull()).isTrue();
    assertThat(
            accepted(
                    EDITOR.update(
                        spec("jwt_secrets"),
                        credential,
                        object("{\"key\":null}"),
                        ForeignLookup.NONE))
                .get("key")
                .stringValue())
        .hasSize(32);
  }

  @Test
  void asymmetric_jwt_credentials_need_a_key() {
    assertThat(
            rejected(
                    "jwt_secrets", "{\"algorithm\":\"RS256\",\"consumer\":{\"id\":\"" + ID + "\"}}")
                .message())
        .isEqualTo(
            "2 schema violations (failed conditional validation given value of field 'algorithm';"
                + " rsa_public_key: required field missing)");
    assertThat(
            rejected(
                    "jwt_secrets",
                    "{\"algorithm\":null,\"rsa_public_key\":\"x\",\"consumer\":{\"id\":\""
                        + ID
                        + "\"}}")
                .fields())
        .isEqualTo(
            object(
                "{\"rsa_public_key\":\"invalid key\",\"@entity\":[\"failed conditional validation"
                    + " given value of field 'algorithm'\"]}"));
    accepted("jwt_secrets", "{\"algorithm\":\"ES256\",\"consumer\":{\"id\":\"" + ID + "\"}}");
  }

  @Test
  void a_path_may_only_name_rows_by_legal_keys() {
    assertThat(EDITOR.refusalOfLookupKey(spec("services"), "fine")).isEmpty();
    assertThat(EDITOR.refusalOfLookupKey(spec("services"), "bad name").orElseThrow().toJson())
        .isEqualTo(
            object(
                "{\"code\":10,\"name\":\"invalid unique name\",\"message\":\"invalid value 'bad"
                    + " name': the only accepted ascii characters are alphanumerics or ., -, _,"
                    + " and ~\"}"));
  }

  private static ObjectNode update(String entity, ObjectNode old, String patch) {
    return accepted(EDITOR.update(spec(entity), old, object(patch), ForeignLookup.NONE));
  }
}
