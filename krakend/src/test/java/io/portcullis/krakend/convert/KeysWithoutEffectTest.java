package io.portcullis.krakend.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.krakend.file.ConfigurationText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Nothing that KrakenD knows is dropped without a word. */
class KeysWithoutEffectTest {
  @Test
  void of_a_validator_what_it_trusts_is_taken_over_and_the_rest_is_told() throws Exception {
    Converted converted =
        file(
            "",
            "'auth/validator':{'alg':'RS256','jwk_url':'https://i/k','jwk_local_ca':'/ca.pem',\n"
                + "'jwk_fingerprints':['x'],'cache':true,'cache_duration':60,'operation_debug':true,\n"
                + "'disable_jwk_security':true,'secret_url':'s','cypher_key':'c','cipher_suites':[1]}");

    JsonNode config = plugin(converted, "jwt-validator");
    assertThat(config.path("jwk_local_ca").asString()).isEqualTo("/ca.pem");
    assertThat(config.path("jwk_fingerprints").path(0).asString()).isEqualTo("x");
    assertThat(config.path("cache").asBoolean()).isTrue();
    assertThat(config.path("cache_duration").asInt()).isEqualTo(60);
    assertThat(config.path("operation_debug").asBoolean()).isTrue();
    assertThat(config.path("disable_jwk_security").asBoolean()).isTrue();
    assertThat(told(converted))
        .containsExactlyInAnyOrder(
            "4 'secret_url' is not supported: the file of 'jwk_local_path' is read as it is",
            "4 'cypher_key' is not supported: the file of 'jwk_local_path' is read as it is",
            "4 'cipher_suites' has no effect: connections use the suites of the Java runtime");
  }

  @Test
  void a_signer_knows_whom_to_trust_too() throws Exception {
    Converted converted =
        file(
            "",
            "'auth/signer':{'alg':'RS256','kid':'a','jwk_url':'https://i/k','keys_to_sign':['t'],"
                + "'jwk_local_ca':'/ca.pem','jwk_fingerprints':['x']}");

    assertThat(converted.findings()).isEmpty();
    assertThat(plugin(converted, "jwt-signer").path("jwk_local_ca").asString())
        .isEqualTo("/ca.pem");
  }

  @Test
  void limits_and_service_wide_keys_are_told() throws Exception {
    Converted converted =
        file(
            ",'plugin':{'folder':'/p'},'extra_config':{'auth/validator':{'shared_cache_duration':1},"
                + "'security/cors':{'debug':true},'router':{'remote_ip_headers':['X-A']}}",
            "'qos/ratelimit/router':{'max_rate':1,'num_shards':1,'cleanup_period':'1m',"
                + "'cleanup_threads':1}");

    assertThat(told(converted))
        .containsExactlyInAnyOrder(
            "4 'plugin' has no effect: plugins in Go cannot be loaded",
            "4 'shared_cache_duration' has no effect: each endpoint keeps keys for its"
                + " 'cache_duration'",
            "4 'debug' has no effect here",
            "4 no header tells a client's address without 'trusted_proxies'",
            "2 'num_shards' has no effect: clients are kept otherwise",
            "2 'cleanup_period' has no effect: clients are kept otherwise",
            "2 'cleanup_threads' has no effect: clients are kept otherwise");
  }

  @Test
  void of_several_headers_for_the_address_the_first_counts() throws Exception {
    Converted converted =
        file(
            ",'extra_config':{'router':{'trusted_proxies':['10.0.0.0/8'],"
                + "'forwarded_by_client_ip':true,'remote_ip_headers':['X-A','X-B']}}",
            "");

    assertThat(told(converted)).containsExactly("4 of 'remote_ip_headers' only X-A is looked at");
    assertThat(converted.settings()).containsEntry("real_ip_header", "X-A");
  }

  private static List<String> told(Converted converted) {
    return converted.findings().stream()
        .map(finding -> finding.at().line() + " " + finding.message())
        .toList();
  }

  private static JsonNode plugin(Converted converted, String name) {
    for (JsonNode plugin : converted.document().at("/routes/0/plugins")) {
      if (plugin.path("name").asString("").equals(name)) {
        return plugin.path("config");
      }
    }
    throw new AssertionError("no " + name + " in " + converted.document());
  }

  private static Converted file(String root, String extra) throws Exception {
    String text =
        "{'version':3,'host':['http://h'],'endpoints':[{'endpoint':'/a','extra_config':{\n"
            + extra
            + "},\n'backend':[{'url_pattern':'/'}]}]\n"
            + root
            + "}";
    return RootConverter.convert(
        ConfigurationText.parse("krakend.json", text.replace('\'', '"')),
        new Surroundings(Map.of(), null, false, "9.9"));
  }
}
