package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.EDITOR;
import static io.portcullis.core.schema.SampleSchemas.accepted;
import static io.portcullis.core.schema.SampleSchemas.object;
import static io.portcullis.core.schema.SampleSchemas.rejected;
import static io.portcullis.core.schema.SampleSchemas.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class UpstreamSpecTest {
  private static ObjectNode upstream(String fields) {
    return accepted("upstreams", ("{'name':'u.test'," + fields + "}").replace('\'', '"'));
  }

  private static String refusal(String fields) {
    return rejected("upstreams", ("{'name':'u.test'," + fields + "}").replace('\'', '"')).message();
  }

  private static String method(ObjectNode upstream) {
    return upstream.get("algorithm").stringValue() + " " + upstream.get("hash_on").stringValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'tags':[] | round-robin none",
        "'algorithm':'consistent-hashing' | round-robin none",
        "'algorithm':'least-connections' | least-connections none",
        "'algorithm':'latency','hash_on':'ip' | latency none",
        "'algorithm':'latency','hash_on':null | latency none",
        "'algorithm':'round-robin','hash_on':'ip' | consistent-hashing ip",
        "'algorithm':null,'hash_on':'ip' | consistent-hashing ip",
        "'algorithm':null | round-robin none",
        "'hash_on':null | round-robin none",
        "'hash_on':'path' | consistent-hashing path"
      })
  void algorithm_and_hash_agree_after_a_write(String fields, String method) {
    assertThat(method(upstream(fields))).isEqualTo(method);
  }

  @Test
  void in_a_patch_the_one_that_is_given_decides_the_one_that_is_not() {
    ObjectNode stored = upstream("'hash_on':'ip'");
    stored = patched(stored, "{'algorithm':'round-robin'}");
    assertThat(method(stored)).isEqualTo("consistent-hashing ip");
    stored = patched(stored, "{'algorithm':'least-connections'}");
    assertThat(method(stored)).isEqualTo("least-connections none");
    stored = patched(stored, "{'slots':10}");
    assertThat(method(stored)).isEqualTo("least-connections none");
    stored = patched(stored, "{'hash_on':'header','hash_on_header':'X-A'}");
    assertThat(method(stored)).isEqualTo("consistent-hashing header");
    stored = patched(stored, "{'hash_on':'none'}");
    assertThat(method(stored)).isEqualTo("round-robin none");
    assertThat(stored.get("hash_on_header").stringValue()).isEqualTo("X-A");
  }

  @Test
  void a_patch_merges_health_checks_and_replaces_their_lists() {
    ObjectNode stored =
        upstream(
            "'healthchecks':{'active':{'http_path':'/h','healthy':{'interval':0.5,'http_statuses':[200]}}}");
    ObjectNode changed =
        patched(stored, "{'healthchecks':{'active':{'healthy':{'http_statuses':[201,202]}}}}");
    assertThat(changed.at("/healthchecks/active/http_path").stringValue()).isEqualTo("/h");
    assertThat(changed.at("/healthchecks/active/healthy/interval").doubleValue()).isEqualTo(0.5);
    assertThat(changed.at("/healthchecks/active/healthy/http_statuses").toString())
        .isEqualTo("[201,202]");
  }

  private static ObjectNode patched(ObjectNode stored, String patch) {
    return accepted(
        EDITOR.update(
            spec("upstreams"), stored, object(patch.replace('\'', '"')), ForeignLookup.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'hash_on':'header' | hash_on | hash_on_header: required field missing",
        "'hash_on':'cookie' | hash_on | hash_on_cookie: required field missing",
        "'hash_on':'query_arg' | hash_on | hash_on_query_arg: required field missing",
        "'hash_on':'uri_capture' | hash_on | hash_on_uri_capture: required field missing",
        "'hash_on':'ip','hash_fallback':'header' | hash_fallback | hash_fallback_header: required"
            + " field missing",
        "'hash_on':'ip','hash_fallback':'cookie' | hash_fallback | hash_on_cookie: required field"
            + " missing",
        "'hash_on':'ip','hash_fallback':'query_arg' | hash_fallback | hash_fallback_query_arg:"
            + " required field missing",
        "'hash_on':'ip','hash_fallback':'uri_capture' | hash_fallback | hash_fallback_uri_capture:"
            + " required field missing",
        "'hash_fallback':'ip' | hash_on | hash_fallback: expected one of: none",
        "'hash_on':'cookie','hash_on_cookie':'c','hash_fallback':'ip' | hash_on | hash_fallback:"
            + " expected one of: none",
        "'hash_on':'consumer','hash_fallback':'consumer' | hash_on | hash_fallback: expected one"
            + " of: none, ip, header, cookie, path, query_arg, uri_capture",
        "'hash_on':'ip','hash_fallback':'ip' | hash_on | hash_fallback: expected one of: none,"
            + " consumer, header, cookie, path, query_arg, uri_capture",
        "'hash_on':'path','hash_fallback':'path' | hash_on | hash_fallback: expected one of: none,"
            + " consumer, header, cookie, query_arg, ip, uri_capture"
      })
  void what_is_hashed_must_be_named_and_differ_from_the_fallback(
      String fields, String given, String message) {
    assertThat(refusal(fields))
        .isEqualTo(
            "2 schema violations (failed conditional validation given value of field '"
                + given
                + "'; "
                + message
                + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"header", "query_arg", "uri_capture"})
  void both_hashes_may_be_of_a_kind_but_not_of_a_name(String kind) {
    String both =
        ("'hash_on':'K','hash_on_K':'A','hash_fallback':'K','hash_fallback_K':").replace("K", kind);
    assertThat(upstream(both + "'B'").get("hash_fallback").stringValue()).isEqualTo(kind);
    assertThat(refusal(both + "'A'"))
        .isEqualTo(
            "schema violation (values of these fields must be distinct: 'hash_on_K',"
                    .replace("K", kind)
                + " 'hash_fallback_K')".replace("K", kind));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'algorithm':'nope' | algorithm: expected one of: consistent-hashing, least-connections,"
            + " round-robin, latency",
        "'algorithm':'nope','hash_on':'ip' | algorithm: expected one of: consistent-hashing,"
            + " least-connections, round-robin, latency",
        "'hash_on':5 | hash_on: expected a string",
        "'slots':9 | slots: value should be between 10 and 65536",
        "'slots':65537 | slots: value should be between 10 and 65536",
        "'slots':10.5 | slots: expected an integer",
        "'host_header':'a b' | host_header: invalid hostname: a b",
        "'use_srv_name':'yes' | use_srv_name: expected a boolean",
        "'hash_on_cookie_path':'x' | hash_on_cookie_path: should start with: /",
        "'hash_on_query_arg':'' | hash_on_query_arg: length must be at least 1",
        "'client_certificate':'x' | client_certificate.id: missing primary key",
        "'healthchecks':null | healthchecks: required field missing",
        "'healthchecks':{'threshold':101} | healthchecks.threshold: value should be between 0 and"
            + " 100",
        "'nope':1 | nope: unknown field"
      })
  void wrong_values_are_refused_by_field(String fields, String message) {
    assertThat(refusal(fields)).isEqualTo("schema violation (" + message + ")");
  }

  @ParameterizedTest
  @CsvSource({
    "a b, must be a valid hostname",
    "1.2.3, must be a valid hostname",
    "a-, must be a valid hostname",
    "1.2.3.4, no ip addresses allowed",
    "::1, no ip addresses allowed",
    "a.test:80, no port allowed"
  })
  void a_name_is_a_host_name(String name, String problem) {
    assertThat(rejected("upstreams", "{\"name\":\"" + name + "\"}").message())
        .isEqualTo("schema violation (name: Invalid name ('" + name + "'); " + problem + ")");
  }

  @Test
  void the_defaults_of_the_record_are_those_of_the_schema() {
    ObjectNode bare = object("{\"name\":\"u\"}").put("id", "00000000-0000-4000-8000-000000000001");
    assertThat(Upstream.of(upstream("'tags':[]")).healthChecks())
        .isEqualTo(Upstream.of(bare).healthChecks());
  }

  @Test
  void nulls_inside_health_checks_stay() {
    ObjectNode made =
        upstream("'healthchecks':{'threshold':null,'active':{'type':null,'timeout':null}}");
    assertThat(made.at("/healthchecks/threshold").isNull()).isTrue();
    assertThat(made.at("/healthchecks/active/type").isNull()).isTrue();
    assertThat(made.at("/healthchecks/active/concurrency").intValue()).isEqualTo(10);
  }
}
