package io.portcullis.proxy.routing;

import static io.portcullis.proxy.routing.Query.get;
import static io.portcullis.proxy.routing.RouteFixture.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginTraits;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ExplanationTest {
  @Test
  void tells_the_route_where_it_leads_and_what_runs_on_the_way() {
    UUID id = route("r").build().id();
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(3);
    change.with(RouteFixture.service("s", "/base"));
    change.with(route("r").paths("/a").service(RouteFixture.serviceId("s")).build());
    change.plugins(change.plugins().with(plugin("late", 1, null)).with(plugin("early", 9, id)));
    Explanation explanation = Explanation.of(change.table(), get("/a/x y"));
    assertThat(explanation.taken().upstreamUrl()).isEqualTo("http://s.internal/base/x%20y");
    assertThat(explanation.plugins())
        .extracting(Explanation.ExplainedPlugin::name, Explanation.ExplainedPlugin::scope)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("early", "route"),
            org.assertj.core.groups.Tuple.tuple("late", "global"));
    ObjectNode json = explanation.toJson();
    assertThat(json.get("version").longValue()).isEqualTo(3);
    assertThat(json.get("route").get("service").get("name").stringValue()).isEqualTo("s");
    assertThat(json.get("plugins").get(0).get("priority").intValue()).isEqualTo(9);
  }

  @Test
  void tells_why_other_routes_did_not_take_the_request() {
    RoutingTable table =
        Tables.of(
            route("winner").paths("/a").methods("GET").build(),
            route("outranked").paths("/a").build(),
            route("method").paths("/a").methods("POST").build(),
            route("host").paths("/a").hosts("other.test").build(),
            route("header").paths("/a").header("x-v", "2").build(),
            route("path").paths("/b").build(),
            route("far").paths("/b").methods("POST").build());
    Explanation explanation = Explanation.of(table, get("/a").with("x-v", "1"));
    assertThat(explanation.taken().name()).isEqualTo("winner");
    assertThat(explanation.nearMisses())
        .extracting(miss -> miss.name() + ": " + miss.reason())
        .containsExactlyInAnyOrder(
            "host: host gw.test at port 8000 is none of the hosts",
            "method: method GET is not in [POST]",
            "header: header x-v is [1]",
            "outranked: matches, but has lower precedence",
            "path: path /a does not begin with /b");
  }

  @Test
  void tells_all_that_is_wrong_with_the_nearest_routes_when_none_is_near() {
    RoutingTable table =
        Tables.of(
            route("two").paths("~/b/[0-9]+$").methods("POST").build(),
            route("three").paths("/b").methods("POST").hosts("other.test").build());
    Explanation explanation = Explanation.of(table, get("/a"));
    assertThat(explanation.taken()).isNull();
    assertThat(explanation.toJson().get("near_misses")).hasSize(1);
    var miss = explanation.toJson().get("near_misses").get(0);
    assertThat(miss.get("name").stringValue()).isEqualTo("two");
    assertThat(miss.get("failed").toString()).isEqualTo("[\"method\",\"path\"]");
    assertThat(miss.get("reason").stringValue())
        .isEqualTo("method GET is not in [POST]; path /a does not match ~/b/[0-9]+$");
  }

  @Test
  void tells_a_server_name_that_does_not_fit_and_a_protocol_that_is_refused() {
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(1);
    change.with(route("sni").paths("/a").snis("a.test").protocols("https").build());
    change.with(route("secure").paths("/b").protocols("https").build());
    Explanation other = Explanation.of(change.table(), get("/a").overTls("b.test"));
    assertThat(other.nearMisses().getFirst().reason())
        .isEqualTo("server name b.test is none of the snis");
    Explanation clear = Explanation.of(change.table(), get("/b"));
    assertThat(clear.taken().refused())
        .isEqualTo("protocol http is not in [https]: the answer is 426");
  }

  @Test
  void names_no_route_and_the_best_ten_near_misses_when_nothing_fits() {
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(1);
    for (int i = 0; i < 50; i++) {
      change.with(route("r" + i).paths("/a" + "x".repeat(i)).methods("POST").build());
    }
    change.plugins(change.plugins().with(plugin("global", 1, null)));
    Explanation explanation = Explanation.of(change.table(), get("/a" + "x".repeat(60)));
    assertThat(explanation.taken()).isNull();
    assertThat(explanation.nearMisses())
        .extracting(Explanation.NearMiss::name)
        .containsExactly("r49", "r48", "r47", "r46", "r45", "r44", "r43", "r42", "r41", "r40");
    assertThat(explanation.plugins()).extracting("name").containsExactly("global");
    assertThat(explanation.toJson().get("route").isNull()).isTrue();
  }

  private static ConfiguredPlugin plugin(String name, int priority, UUID route) {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    return new ConfiguredPlugin(
        new PluginConfig(
            UUID.randomUUID(), name, null, route, null, null, true, List.of(), nothing, nothing),
        new PluginTraits(priority, false, 0, 0),
        new PluginHandler() {},
        EnumSet.of(Phase.LOG),
        false);
  }
}
