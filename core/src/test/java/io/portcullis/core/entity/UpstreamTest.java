package io.portcullis.core.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class UpstreamTest {
  private static final String ID = "0f0c0000-1111-4111-8111-000000000001";

  private static ObjectNode object(String json) {
    return (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
  }

  private static Upstream upstream(String fields) {
    return Upstream.of(object("{'id':'" + ID + "','name':'u.test'" + fields + "}"));
  }

  @Test
  void nulls_and_absent_values_are_defaults() {
    Upstream upstream =
        upstream(
            ",'algorithm':null,'slots':null,'hash_on':null,'healthchecks':{'threshold':null,"
                + "'active':{'type':null,'timeout':null,'healthy':{'http_statuses':null}}}");
    assertThat(upstream.algorithm()).isEqualTo(Upstream.Algorithm.ROUND_ROBIN);
    assertThat(upstream.hashOn()).isEqualTo(HashKey.NONE);
    assertThat(upstream.slots()).isEqualTo(10_000);
    HealthChecks checks = upstream.healthChecks();
    assertThat(checks.enabled()).isFalse();
    assertThat(checks.active().type()).isEqualTo(HealthChecks.Type.HTTP);
    assertThat(checks.active().timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(checks.active().concurrency()).isEqualTo(10);
    assertThat(checks.active().httpPath()).isEqualTo("/");
    assertThat(checks.active().httpsVerifyCertificate()).isTrue();
    assertThat(checks.active().recovery().statuses())
        .isEqualTo(new HttpStatuses(List.of(200, 302)));
    assertThat(checks.passive().failure().statuses().contains(503)).isTrue();
    assertThat(checks.passive().failure().statuses().contains(502)).isFalse();
  }

  @Test
  void health_checks_are_decoded() {
    HealthChecks checks =
        upstream(
                ",'healthchecks':{'threshold':33.3,'active':{'type':'https','timeout':0.1,"
                    + "'concurrency':2147483648,'https_sni':'s.test','https_verify_certificate':false,"
                    + "'headers':{'X-A':['1','2']},"
                    + "'healthy':{'interval':0.0001,'successes':2},'unhealthy':{'interval':3,"
                    + "'tcp_failures':4,'timeouts':5,'http_failures':6,'http_statuses':[599]}}}")
            .healthChecks();
    HealthChecks.Active active = checks.active();
    assertThat(checks.threshold()).isEqualTo(33.3);
    assertThat(active.type()).isEqualTo(HealthChecks.Type.HTTPS);
    assertThat(active.timeout()).isEqualTo(Duration.ofMillis(100));
    assertThat(active.concurrency()).isEqualTo(Integer.MAX_VALUE);
    assertThat(active.httpsSni()).isEqualTo("s.test");
    assertThat(active.httpsVerifyCertificate()).isFalse();
    assertThat(active.headers()).isEqualTo(Map.of("X-A", List.of("1", "2")));
    assertThat(active.healthyInterval()).isEqualTo(Duration.ofNanos(100_000));
    assertThat(active.recovery().successes()).isEqualTo(2);
    assertThat(active.unhealthyInterval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(active.failure())
        .isEqualTo(new HealthChecks.Failure(new HttpStatuses(List.of(599)), 6, 4, 5));
    assertThat(checks.enabled()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'active':{'healthy':{'interval':1}} | true",
        "'active':{'unhealthy':{'interval':1}} | true",
        "'active':{'unhealthy':{'tcp_failures':1}} | false",
        "'passive':{'unhealthy':{'tcp_failures':1}} | true",
        "'passive':{'unhealthy':{'timeouts':1}} | true",
        "'passive':{'unhealthy':{'http_failures':1}} | true",
        "'passive':{'healthy':{'successes':1}} | false"
      })
  void checks_are_enabled_when_they_can_find_anything(String fields, boolean enabled) {
    assertThat(upstream(",'healthchecks':{" + fields + "}").healthChecks().enabled())
        .isEqualTo(enabled);
  }

  @Test
  void hashes_know_the_name_of_what_they_hash() {
    Upstream upstream =
        upstream(
            ",'algorithm':'consistent-hashing','hash_on':'uri_capture','hash_on_uri_capture':'n',"
                + "'hash_fallback':'cookie','hash_on_cookie':'c','hash_on_cookie_path':'/x'");
    assertThat(upstream.hashOn()).isEqualTo(new HashKey(HashKey.Input.URI_CAPTURE, "n"));
    assertThat(upstream.hashFallback()).isEqualTo(new HashKey(HashKey.Input.COOKIE, "c"));
    assertThat(upstream.hashOnCookiePath()).isEqualTo("/x");
    assertThat(upstream(",'hash_on':'ip','hash_fallback':'header','hash_fallback_header':'X'"))
        .satisfies(
            other -> {
              assertThat(other.hashOn()).isEqualTo(new HashKey(HashKey.Input.IP, null));
              assertThat(other.hashFallback()).isEqualTo(new HashKey(HashKey.Input.HEADER, "X"));
            });
  }

  @Test
  void a_target_is_split_into_host_and_port() {
    Target named = target("'target':'a.test:80','weight':null,'upstream':{'id':'" + ID + "'}");
    assertThat(named.host()).isEqualTo("a.test");
    assertThat(named.port()).isEqualTo(80);
    assertThat(named.weight()).isEqualTo(100);
    Target address =
        target(
            "'target':'[0000:0000:0000:0000:0000:0000:0000:0001]:8000','weight':0,'upstream':{'id':'"
                + ID
                + "'}");
    assertThat(address.host()).isEqualTo("0000:0000:0000:0000:0000:0000:0000:0001");
    assertThat(address.port()).isEqualTo(8000);
    assertThat(address.weight()).isZero();
    assertThatThrownBy(() -> target("'target':'a:1'")).hasMessage("target a:1 has no upstream");
  }

  private static Target target(String fields) {
    return Target.of(object("{'id':'" + ID + "'," + fields + "}"));
  }
}
