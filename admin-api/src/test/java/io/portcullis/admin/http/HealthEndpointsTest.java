package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import io.portcullis.core.entity.UpstreamHealth.AddressReport;
import io.portcullis.core.entity.UpstreamHealth.Health;
import io.portcullis.core.entity.UpstreamHealth.Report;
import io.portcullis.core.entity.UpstreamHealth.TargetReport;
import io.portcullis.core.entity.UpstreamHealth.Weight;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HealthEndpointsTest {
  private static final String UPSTREAM = "00000001-5555-4555-8555-555555555555";
  private static final String TARGET = "00000002-5555-4555-8555-555555555555";
  private static final String OTHER = "00000003-5555-4555-8555-555555555555";

  private final SettableHealth health = new SettableHealth();

  @AutoClose
  private final AdminFixture admin =
      AdminFixture.start(
          parts ->
              new AdminParts(
                  parts.description(),
                  parts.specs(),
                  parts.editor(),
                  parts.entities(),
                  parts.live(),
                  parts.patience(),
                  parts.status(),
                  parts.logLevels(),
                  health,
                  parts.format(),
                  parts.replaceable(),
                  parts.pages()));

  @BeforeEach
  void make_an_upstream() {
    make(admin);
  }

  private static void make(AdminFixture admin) {
    admin.json("PUT", "/upstreams/" + UPSTREAM, "{'name':'u.test'}");
    admin.json("POST", "/upstreams/u.test/targets", "{'id':'" + TARGET + "','target':'a.test:80'}");
    admin.json("POST", "/upstreams/u.test/targets", "{'id':'" + OTHER + "','target':'b.test:80'}");
  }

  private Answer put(String path) {
    return admin.send("PUT", path, null, BodyPublishers.noBody());
  }

  @Test
  void health_shows_what_the_balancer_knows_and_bare_targets_where_it_knows_nothing() {
    Answer none = admin.get("/upstreams/u.test/health");
    assertThat(none.json().get("node_id").stringValue()).isEqualTo(AdminFixture.NODE.toString());
    assertThat(none.json().get("next").isNull()).isTrue();
    assertThat(none.json().get("data")).hasSize(2);
    assertThat(none.json().at("/data/0").has("health")).isFalse();
    assertThat(none.json().at("/data/0").has("data")).isFalse();
    assertThat(admin.get("/upstreams/u.test/health?balancer_health=1").json().has("data"))
        .isFalse();

    health.reports.put(UUID.fromString(UPSTREAM), report());
    JsonNode page = admin.get("/upstreams/u.test/health").json();
    for (JsonNode row : page.get("data")) {
      boolean known = row.get("id").stringValue().equals(TARGET);
      assertThat(row.has("health")).isEqualTo(known);
      if (known) {
        assertThat(row.get("target").stringValue()).isEqualTo("a.test:80");
        assertThat(row.get("health").stringValue()).isEqualTo("HEALTHY");
        assertThat(row.get("data").toString())
            .isEqualTo(
                "{'host':'a.test','port':80,'dns':'A','nodeWeight':100,"
                    .concat("'weight':{'total':200,'available':100,'unavailable':100},")
                    .concat("'addresses':[{'ip':'10.0.0.1','port':80,'weight':100,")
                    .concat("'health':'HEALTHY'},{'ip':'10.0.0.2','port':80,'weight':100,")
                    .concat("'health':'UNHEALTHY'}]}")
                    .replace('\'', '"'));
      }
    }
    JsonNode whole = admin.get("/upstreams/u.test/health?balancer_health=1").json();
    assertThat(whole.get("data").toString())
        .isEqualTo(
            ("{'id':'" + UPSTREAM + "','health':'HEALTHY','balancer_health':'HEALTHY',")
                .concat("'details':{'healthy':true,")
                .concat("'weight':{'total':200,'available':100,'unavailable':100},")
                .concat("'hosts':[{'host':'a.test','port':80,'dns':'A','nodeWeight':100,")
                .concat("'weight':{'total':200,'available':100,'unavailable':100},")
                .concat("'addresses':[{'ip':'10.0.0.1','port':80,'weight':100,'healthy':true},")
                .concat("{'ip':'10.0.0.2','port':80,'weight':100,'healthy':false}]}]}}")
                .replace('\'', '"'));
    assertThat(whole.get("node_id").stringValue()).isEqualTo(AdminFixture.NODE.toString());
    Answer first = admin.get("/upstreams/u.test/health?size=1");
    assertThat(first.json().get("next").stringValue())
        .isEqualTo("/upstreams/u.test/health?offset=1");
  }

  private static Report report() {
    Weight weight = new Weight(200, 100, 100);
    TargetReport target =
        new TargetReport(
            UUID.fromString(TARGET),
            Health.HEALTHY,
            "a.test",
            80,
            "A",
            100,
            weight,
            List.of(
                new AddressReport("10.0.0.1", 80, 100, Health.HEALTHY),
                new AddressReport("10.0.0.2", 80, 100, Health.UNHEALTHY)));
    return new Report(Health.HEALTHY, true, weight, List.of(target));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST"})
  void a_target_or_one_of_its_addresses_is_set(String method) {
    String path = "/upstreams/u.test/targets/a.test:80";
    for (String state : List.of("/healthy", "/unhealthy", "/10.0.0.1:80/unhealthy")) {
      Answer set = admin.send(method, path + state, null, BodyPublishers.noBody());
      assertThat(set.status()).as(set.text()).isEqualTo(204);
      assertThat(set.text()).isEmpty();
    }
    String both = UPSTREAM + " " + TARGET + " ";
    assertThat(health.calls)
        .containsExactly(both + "null true", both + "null false", both + "10.0.0.1:80 false");
    assertThat(admin.get(path + "/healthy").status()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource({
    "NO_BALANCER, 400, Upstream u.test has no balancer",
    "NO_CHECKS, 400, no healthchecker found for u.test",
    "UNKNOWN, 404, Not found"
  })
  void what_cannot_be_set_says_why(SettableHealth.Answer answer, int status, String message) {
    health.answer = answer;
    Answer refused = put("/upstreams/u.test/targets/" + TARGET + "/healthy");
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.message()).isEqualTo(message);
  }

  @Test
  void a_node_that_balances_nothing_shows_bare_targets_and_sets_none() {
    try (AdminFixture alone = AdminFixture.start()) {
      make(alone);
      JsonNode data = alone.get("/upstreams/u.test/health").json().get("data");
      assertThat(data).hasSize(2);
      assertThat(data.get(0).has("health")).isFalse();
      Answer refused =
          alone.send(
              "PUT",
              "/upstreams/u.test/targets/" + TARGET + "/healthy",
              null,
              BodyPublishers.noBody());
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.message()).isEqualTo("Upstream u.test has no balancer");
    }
  }
}
