package io.portcullis.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TypesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "A.b",
        "under_score",
        "-lead",
        "dot.",
        "1.2.3.4",
        "::1",
        "[::1]",
        "2001:db8::1"
      })
  void hosts_are_names_or_addresses(String host) {
    assertThat(refusal(Types.HOST, host)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"trail-", "a..b", "1.2.3", "1.2.3.256", "a b", "ü", "*.a", "a/b", "a:b:c", "."})
  void other_texts_are_no_hosts(String host) {
    assertThat(refusal(Types.HOST, host)).isEqualTo("invalid value: " + host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:80", "a:99999", "1.2.3.4:80", "[::1]:80"})
  void hosts_have_no_port(String host) {
    assertThat(refusal(Types.HOST, host)).isEqualTo("must not have a port");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.3.4",
        "10.0.0.0/8",
        "0.0.0.0/0",
        "::1",
        "fe80::/10",
        "::ffff:1.2.3.4",
        "1::/128"
      })
  void ranges_are_addresses_with_or_without_a_length(String range) {
    assertThat(refusal(Types.IP_OR_CIDR, range)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "10.0.0.0/33", "10.0.0.0/", "1.2.3", "::1/129", "1::2::3", "1.2.3.4/a"})
  void other_texts_are_no_ranges(String range) {
    assertThat(refusal(Types.IP_OR_CIDR, range))
        .isEqualTo("invalid ip or cidr range: '" + range + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope | missing host in url",
        "/relative | missing host in url",
        "http:// | missing host in url",
        "//h | missing scheme in url"
      })
  void urls_need_scheme_and_host(String url, String message) {
    assertThat(refusal(Types.URL, url)).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a.test", "https://u:p@h:1/x?y#z", "http://[::1]:80/"})
  void urls_with_both_pass(String url) {
    assertThat(refusal(Types.URL, url)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.2.3.4 | must not be an IP",
        "::1 | must not be an IP",
        "a.test:1 | must not have a port",
        "a.*.b | wildcard must be leftmost or rightmost character",
        "*.* | only one wildcard must be specified",
        "bad name | invalid value: bad name"
      })
  void server_names_are_host_names(String sni, String message) {
    assertThat(refusal(Types.WILDCARD_SNI, sni)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.2.3.4 | no ip addresses allowed",
        "a:80 | no port allowed",
        "a- | must be a valid hostname",
        "1.2.3 | must be a valid hostname"
      })
  void upstream_names_are_host_names(String name, String problem) {
    assertThat(Hosts.refusalOfUpstreamName(name))
        .isEqualTo("Invalid name ('" + name + "'); " + problem);
  }

  @Test
  void names_may_use_any_script_but_few_ascii_signs() {
    assertThat(refusal(Types.UTF8_NAME, "日本.a-b_c~1")).isNull();
    assertThat(refusal(Types.UTF8_NAME, "a\uD800"))
        .isEqualTo("invalid utf-8 character sequence detected at position 2");
    assertThat(refusal(Types.ASCII_NAME, "ü"))
        .isEqualTo(
            "invalid value 'ü': it must only contain alphanumeric and '., -, _, ~' characters");
    assertThat(refusal(Types.COOKIE_NAME, "a;b")).startsWith("contains one or more invalid");
  }

  @Test
  void bounds_of_fractions_are_printed_whole() {
    assertThat(error(Types.NUMBER.between(0.001, 1000000), Json.of(0.0)))
        .isEqualTo(Json.of("value should be between 0 and 1000000"));
  }

  @Test
  void checks_of_one_value_run_in_the_documented_order() {
    FieldSpec spec = Types.STRING.oneOf("a").lenMin(3).match("^x");
    assertThat(error(spec, Json.of(""))).isEqualTo(Json.of("expected one of: a"));
    assertThat(error(Types.STRING.lenMin(3).match("^x"), Json.of("ab")))
        .isEqualTo(Json.of("length must be at least 3"));
    assertThat(error(Types.STRING.notOneOf("a", "b"), Json.of("a")))
        .isEqualTo(Json.of("must not be one of: a, b"));
    assertThat(error(Types.STRING.regex(), Json.of("(")))
        .isEqualTo(Json.of("not a valid regex: ("));
    assertThat(error(Types.STRING.ne(null), Json.of(null)))
        .isEqualTo(Json.of("value must not be null"));
    assertThat(error(Types.STRING.match("^%d$").err("no digit"), Json.of("a")))
        .isEqualTo(Json.of("no digit"));
  }

  @Test
  void errors_in_lists_stand_at_their_index() {
    assertThat(
            error(
                Fields.array("", Types.PORT),
                SampleSchemas.JSON.readTree("[1, -1, 2, \"x\", null, 3]")))
        .hasToString(
            "[null,\"value should be between 0 and 65535\",null,\"expected an integer\","
                + "\"required field missing\"]");
  }

  private static @Nullable String refusal(FieldSpec type, String value) {
    JsonNode error = error(type, Json.of(value));
    return error == null ? null : error.stringValue();
  }

  private static @Nullable JsonNode error(FieldSpec type, JsonNode value) {
    return new Validator(name -> Optional.empty(), false).check(type, value);
  }
}
