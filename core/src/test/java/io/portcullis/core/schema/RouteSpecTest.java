package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.accepted;
import static io.portcullis.core.schema.SampleSchemas.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteSpecTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"http\",\"https\"] | must set one of 'methods', 'hosts', 'headers', 'paths', 'snis'"
            + " when 'protocols' is 'https'",
        "[\"http\"] | must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is"
            + " 'http'",
        "[\"tcp\"] | must set one of 'sources', 'destinations', 'snis' when 'protocols' is 'tcp',"
            + " 'tls' or 'udp'",
        "[\"tls_passthrough\"] | must set snis when 'protocols' is 'tls_passthrough'",
        "[\"grpc\",\"grpcs\"] | must set one of 'hosts', 'headers', 'paths', 'snis' when"
            + " 'protocols' is 'grpcs'",
        "[\"grpc\"] | must set one of 'hosts', 'headers', 'paths' when 'protocols' is 'grpc'"
      })
  void something_must_select_requests(String protocols, String message) {
    assertThat(rejected("routes", "{\"protocols\":" + protocols + "}").message())
        .isEqualTo("schema violation (" + message + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | unknown type: nil",
        "[\"nope\"] | unknown type: nope",
        "[\"nope\",\"http\"] | unknown type: nope",
        "10 | expected a set",
        "[\"http\",\"tcp\"] | these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls',"
            + " 'udp')",
      })
  void protocols_decide_first(String protocols, String message) {
    assertThat(rejected("routes", "{\"hosts\":[\"h\"],\"protocols\":" + protocols + "}").message())
        .contains("protocols: " + message);
  }

  @Test
  void a_later_unknown_protocol_is_an_error_of_its_element() {
    assertThat(
            rejected("routes", "{\"hosts\":[\"h\"],\"protocols\":[\"http\",\"nope\"]}").message())
        .isEqualTo(
            "schema violation (protocols.2: expected one of: grpc, grpcs, http, https, tcp, tls,"
                + " tls_passthrough, udp)");
  }

  @Test
  void grpc_routes_keep_their_prefix() {
    assertThat(
            accepted("routes", "{\"protocols\":[\"grpc\"],\"paths\":[\"/a\"]}")
                .get("strip_path")
                .booleanValue())
        .isFalse();
  }

  @Test
  void server_names_need_a_protocol_with_tls() {
    assertThat(
            rejected(
                    "routes", "{\"protocols\":[\"http\"],\"paths\":[\"/a\"],\"snis\":[\"a.test\"]}")
                .message())
        .isEqualTo(
            "2 schema violations ('snis' can only be set when 'protocols' is 'grpcs', 'https',"
                + " 'tls' or 'tls_passthrough'; snis: length must be 0)");
  }

  @Test
  void forbidden_fields_are_refused_even_when_empty() {
    assertThat(rejected("routes", "{\"paths\":[\"/a\"],\"sources\":[]}").message())
        .isEqualTo(
            "schema violation (sources: cannot set 'sources' when 'protocols' is 'http' or"
                + " 'https')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | should start with: / (fixed path) or ~/ (regex path)",
        "/a//b | must not have empty segments",
        "/%zz | invalid url-encoded value: '%zz'",
        "/% | invalid url-encoded value: '%'",
        "/%41 | non-normalized path, consider use '/A' instead",
        "/%C3%BC | non-normalized path, consider use '/ü' instead",
        "/%2f | non-normalized path, consider use '/%2F' instead",
        "/a/../b | non-normalized path, consider use '/b' instead",
        "/a/./b/ | non-normalized path, consider use '/a/b/' instead",
        "/a/.. | non-normalized path, consider use '/' instead"
      })
  void a_prefix_must_be_in_normal_form(String path, String message) {
    assertThat(rejected("routes", "{\"paths\":[\"" + path + "\"]}").message())
        .isEqualTo("schema violation (paths.1: " + message + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/a/", "/a b", "/ü", "/%2F", "~/a", "~/v[0-9]{1,3}/x$"})
  void paths_are_prefixes_or_regexes(String path) {
    accepted("routes", "{\"paths\":[\"" + path + "\"]}");
  }

  @Test
  void a_broken_regex_and_one_that_the_router_cannot_run_are_told_apart() {
    assertThat(rejected("routes", "{\"paths\":[\"~/[\"]}").message())
        .startsWith("schema violation (paths.1: invalid regex: '/[' (PCRE returned: ");
    assertThat(rejected("routes", "{\"paths\":[\"~/a(?=b)\"]}").message())
        .startsWith("schema violation (Router Expression failed validation: ");
    assertThat(rejected("routes", "{\"headers\":{\"x\":[\"~*(\"]}}").message())
        .startsWith("schema violation (Router Expression failed validation: ");
    assertThat(rejected("routes", "{\"headers\":{\"x\":[]}}").message())
        .startsWith("schema violation (Router Expression failed validation: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | invalid wildcard: must be placed at leftmost or rightmost label",
        "*.* | invalid wildcard: must have at most one wildcard",
        "a.test:65536 | invalid port number",
        "1.2.3.999 | invalid ipv4 address: 1.2.3.999",
        "a b | invalid hostname: a b",
        "a..b | invalid hostname: a..b"
      })
  void hosts_have_at_most_one_wildcard_label_and_a_port(String host, String message) {
    assertThat(rejected("routes", "{\"hosts\":[\"" + host + "\"]}").message())
        .isEqualTo("schema violation (hosts.1: " + message + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "*.a.com", "a.*", "*.a.com:80", "1.2.3.4", "::1", "[::1]:80", "A.b."})
  void legal_hosts_pass(String host) {
    accepted("routes", "{\"hosts\":[\"" + host + "\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Host\":[\"a\"]} | headers: cannot contain 'host' header, which must be specified in the"
            + " 'hosts' attribute",
        "{\"x\":\"1\"} | headers: expected an array",
        "{\"x\":[1]} | headers.1: expected a string",
        "[\"x\"] | headers: expected a string",
        "{\"x.y\":[\"1\"]} | headers: bad header name 'x.y', allowed characters are A-Z, a-z, 0-9,"
            + " '_', and '-'"
      })
  void headers_report_their_first_bad_entry(String headers, String message) {
    assertThat(rejected("routes", "{\"headers\":" + headers + "}").message())
        .isEqualTo("schema violation (" + message + ")");
  }

  @Test
  void elements_of_sources_need_an_address_or_a_port() {
    assertThat(rejected("routes", "{\"protocols\":[\"tcp\"],\"sources\":[{}]}").message())
        .isEqualTo(
            "schema violation (sources.1: {\n  [\"@entity\"] = {\n    \"at least one of these"
                + " fields must be non-empty: 'ip', 'port'\"\n  }\n})");
    assertThat(
            accepted("routes", "{\"protocols\":[\"tcp\"],\"destinations\":[{\"port\":9000}]}")
                .get("destinations"))
        .hasToString("[{\"ip\":null,\"port\":9000}]");
  }
}
