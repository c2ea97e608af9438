package io.portcullis.proxy.routing;

import static io.portcullis.proxy.routing.Query.get;
import static io.portcullis.proxy.routing.RouteFixture.route;
import static io.portcullis.proxy.routing.Tables.taker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  @Test
  void prefers_the_longest_prefix_and_compares_prefixes_as_plain_text() {
    RoutingTable table =
        Tables.of(route("short").paths("/foo").build(), route("long").paths("/foo/bar").build());
    assertThat(taker(table, get("/foo/bar/x"))).isEqualTo("long");
    assertThat(taker(table, get("/foo/ba"))).isEqualTo("short");
    assertThat(taker(table, get("/foobar"))).isEqualTo("short");
    assertThat(taker(table, get("/Foo"))).isEqualTo("none");
    assertThat(taker(table, get("/fo"))).isEqualTo("none");
  }

  @Test
  void prefers_more_kinds_of_criteria_to_anything_else() {
    RoutingTable table =
        Tables.of(
            route("p").paths("/cat/very/long/path").build(),
            route("hp").hosts("cat.test").paths("/cat").build(),
            route("hpm").hosts("cat.test").paths("/cat").methods("POST").build(),
            route("h").hosts("cat.test").build(),
            route("m").methods("POST").build());
    Query path = get("/cat/very/long/path");
    assertThat(taker(table, path.at("cat.test"))).isEqualTo("hp");
    assertThat(taker(table, path.at("cat.test").withMethod("POST"))).isEqualTo("hpm");
    assertThat(taker(table, path.at("x.test"))).isEqualTo("p");
    assertThat(taker(table, path.at("x.test").withMethod("POST"))).isEqualTo("p");
    assertThat(taker(table, get("/zzz").at("cat.test").withMethod("POST"))).isEqualTo("h");
    assertThat(taker(table, get("/zzz").withMethod("POST"))).isEqualTo("m");
    assertThat(taker(table, get("/zzz"))).isEqualTo("none");
  }

  @Test
  void folds_the_case_of_hosts_and_knows_wildcards_on_either_side() {
    RoutingTable table =
        Tables.of(
            route("plain").hosts("One.test").build(),
            route("deep").hosts("*.deep.over.test").build(),
            route("wide").hosts("*.over.test").build(),
            route("start").hosts("eq.*").build());
    assertThat(taker(table, get("/").at("ONE.TEST"))).isEqualTo("plain");
    assertThat(taker(table, get("/").at("one.test."))).isEqualTo("none");
    assertThat(taker(table, get("/").at("a.over.test"))).isEqualTo("wide");
    assertThat(taker(table, get("/").at("over.test"))).isEqualTo("none");
    assertThat(taker(table, get("/").at("a.deep.over.test"))).isIn("wide", "deep");
    assertThat(taker(table, get("/").at("eq.org"))).isEqualTo("start");
    assertThat(taker(table, get("/").at("eqorg"))).isEqualTo("none");
    assertThat(taker(table, get("/").at(""))).isEqualTo("none");
  }

  @Test
  void wants_the_port_that_a_host_names_and_any_if_it_names_none() {
    RoutingTable table =
        Tables.of(
            route("ported").hosts("port.test:8080", "port.test:9090").build(),
            route("free").hosts("free.test").build(),
            route("wild").hosts("*.port.test:8080").build());
    assertThat(taker(table, get("/").at("port.test").atPort(8080))).isEqualTo("ported");
    assertThat(taker(table, get("/").at("port.test").atPort(9090))).isEqualTo("ported");
    assertThat(taker(table, get("/").at("port.test").atPort(80))).isEqualTo("none");
    assertThat(taker(table, get("/").at("a.port.test").atPort(8080))).isEqualTo("wild");
    assertThat(taker(table, get("/").at("a.port.test").atPort(8000))).isEqualTo("none");
    assertThat(taker(table, get("/").at("free.test").atPort(8080))).isEqualTo("free");
  }

  @Test
  void prefers_plain_hosts_to_wildcards_and_regexes() {
    RoutingTable table =
        Tables.of(
            route("host").hosts("eq.test").build(),
            route("rx").paths("~/eq/.*").regexPriority(100).build(),
            route("wild").hosts("eq.*").build());
    assertThat(taker(table, get("/eq/1").at("eq.test"))).isEqualTo("host");
    assertThat(taker(table, get("/eq/1").at("eq.org"))).isEqualTo("rx");
    assertThat(taker(table, get("/x").at("eq.org"))).isEqualTo("wild");
  }

  @Test
  void prefers_any_regex_to_any_prefix_and_orders_regexes_by_their_priority() {
    RoutingTable table =
        Tables.of(
            route("rx").paths("~/foo/\\d+").build(),
            route("long").paths("/foo/123/long/prefix").build(),
            route("foo").paths("/foo").build(),
            route("low").paths("~/v/[a-z]+/deep").build(),
            route("high").paths("~/v/[a-z]+").regexPriority(10).build(),
            route("middle").paths("~/v/a[a-z]*").regexPriority(5).build());
    assertThat(taker(table, get("/foo/123/long/prefix"))).isEqualTo("rx");
    assertThat(taker(table, get("/foo/1a"))).isEqualTo("rx");
    assertThat(taker(table, get("/foo/abc"))).isEqualTo("foo");
    assertThat(taker(table, get("/x/foo/123"))).isEqualTo("none");
    assertThat(taker(table, get("/v/abc/deep"))).isEqualTo("high");
  }

  @Test
  void anchors_a_regex_at_the_start_only_and_hands_out_what_it_took() {
    RoutingTable table =
        Tables.of(
            route("open").paths("~/open/[a-z]+").build(),
            route("shut").paths("~/shut/[a-z]+$").build(),
            route("case").paths("~/(?i)icase/(?<word>[a-z]+)(/x)?$").build());
    assertThat(matched(table, "/open/abc123").matched()).isEqualTo("/open/abc");
    assertThat(taker(table, get("/open/"))).isEqualTo("none");
    assertThat(taker(table, get("/shut/abc"))).isEqualTo("shut");
    assertThat(taker(table, get("/shut/abc1"))).isEqualTo("none");
    assertThat(matched(table, "/ICASE/ABC").captures())
        .containsOnly(java.util.Map.entry("1", "ABC"), java.util.Map.entry("word", "ABC"));
  }

  @Test
  void finds_a_regex_whatever_its_start_looks_like() {
    RoutingTable table =
        Tables.of(
            route("optional").paths("~/ab?c$").build(),
            route("either").paths("~/one|/two$").build(),
            route("grouped").paths("~(/three|/four)$").build(),
            route("escaped").paths("~/v1\\.0/x\\d{2}$").build(),
            route("counted").paths("~/zz{0,1}y$").build(),
            route("class").paths("~/[|]q|/r$").build(),
            route("caret").paths("~^/caret$").build());
    assertThat(taker(table, get("/ac"))).isEqualTo("optional");
    assertThat(taker(table, get("/abc"))).isEqualTo("optional");
    assertThat(taker(table, get("/two"))).isEqualTo("either");
    assertThat(taker(table, get("/four"))).isEqualTo("grouped");
    assertThat(taker(table, get("/v1.0/x12"))).isEqualTo("escaped");
    assertThat(taker(table, get("/v1a0/x12"))).isEqualTo("none");
    assertThat(taker(table, get("/zy"))).isEqualTo("counted");
    assertThat(taker(table, get("/r"))).isEqualTo("class");
    assertThat(taker(table, get("/caret"))).isEqualTo("caret");
  }

  @Test
  void gives_each_path_of_a_route_its_own_length() {
    RoutingTable table =
        Tables.of(
            route("multi").paths("/mp", "/mp/very/long", "~/mp/r\\d").build(),
            route("middle").paths("/mp/very").build());
    assertThat(taker(table, get("/mp/x"))).isEqualTo("multi");
    assertThat(taker(table, get("/mp/very/x"))).isEqualTo("middle");
    assertThat(taker(table, get("/mp/very/long/x"))).isEqualTo("multi");
    assertThat(matched(table, "/mp/very/long/x").matched()).isEqualTo("/mp/very/long");
    assertThat(matched(table, "/mp/r1/x").matched()).isEqualTo("/mp/r1");
  }

  @Test
  void wants_every_named_header_with_any_of_its_values_whatever_the_case() {
    RoutingTable table =
        Tables.of(
            route("one").paths("/hdr/long/path").header("X-A", "1", "Two").build(),
            route("two").paths("/hdr").header("x-a", "1").header("x-b", "2").build(),
            route("regex").paths("/rx").header("x-v", "~*^V\\d$").build());
    Query query = get("/hdr/long/path");
    assertThat(taker(table, query.with("x-a", "1"))).isEqualTo("one");
    assertThat(taker(table, query.with("x-a", "0").with("x-a", "tWO"))).isEqualTo("one");
    assertThat(taker(table, query.with("x-a", "1").with("x-b", "2"))).isEqualTo("two");
    assertThat(taker(table, get("/hdr").with("x-a", "1"))).isEqualTo("none");
    assertThat(taker(table, get("/rx").with("x-v", "v7"))).isEqualTo("regex");
    assertThat(taker(table, get("/rx").with("x-v", "v77"))).isEqualTo("none");
  }

  @Test
  void looks_at_the_server_name_of_tls_only() {
    RoutingTable table =
        Tables.of(
            route("sni").paths("/s").snis("one.sni.test").protocols("https").build(),
            route("wild").paths("/s").snis("*.w.test").build(),
            route("any").paths("/s").build());
    Query query = get("/s/x");
    assertThat(taker(table, query.overTls("One.sni.test."))).isEqualTo("sni");
    assertThat(taker(table, query.overTls("a.w.test"))).isEqualTo("wild");
    assertThat(taker(table, query.overTls("two.sni.test"))).isEqualTo("any");
    assertThat(taker(table, query.overTls(null))).isEqualTo("any");
    assertThat(taker(table, query)).isIn("sni", "wild");
  }

  @Test
  void lets_the_larger_id_win_between_equals() {
    RoutingTable table =
        Tables.of(
            route("large")
                .id(UUID.fromString("f2222222-2222-4222-8222-222222222222"))
                .paths("/t")
                .build(),
            route("small")
                .id(UUID.fromString("11111111-1111-4111-8111-111111111111"))
                .paths("/t")
                .build());
    assertThat(taker(table, get("/t"))).isEqualTo("large");
  }

  @Test
  void passes_over_routes_whose_service_is_disabled_or_missing() {
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(1);
    change.with(
        io.portcullis.core.entity.Service.of(RouteFixture.storedService("off", null, false)));
    change.with(route("off").paths("/x/long").service(RouteFixture.serviceId("off")).build());
    change.with(route("lost").paths("/x/lo").service(RouteFixture.serviceId("lost")).build());
    change.with(route("none needed").paths("/x").build());
    RoutingTable table = change.table();
    assertThat(taker(table, get("/x/long"))).isEqualTo("none needed");
    RoutingTable enabled = table.change(2).with(RouteFixture.service("off", null)).table();
    assertThat(taker(enabled, get("/x/long"))).isEqualTo("off");
    assertThat(taker(table, get("/x/long"))).isEqualTo("none needed");
  }

  @Test
  void tells_what_the_data_path_must_know_of_protocols_and_host() {
    CompiledRoute secure =
        matched(Tables.of(route("s").paths("/").protocols("https").build()), "/").route();
    assertThat(secure.httpsOnly()).isTrue();
    assertThat(secure.httpsRedirectStatus()).isEqualTo(426);
    CompiledRoute grpcs =
        matched(Tables.of(route("g").paths("/").protocols("grpcs").build()), "/").route();
    assertThat(grpcs.grpc()).isTrue();
    assertThat(grpcs.grpcsOnly()).isTrue();
    assertThat(grpcs.httpsOnly()).isFalse();
    assertThat(CompiledRoute.hostHeader("http", "a", 80)).isEqualTo("a");
    assertThat(CompiledRoute.hostHeader("https", "a", 80)).isEqualTo("a:80");
    assertThat(CompiledRoute.hostHeader("grpcs", "a", 443)).isEqualTo("a");
  }

  @Test
  void names_the_stripped_part_escaped_for_a_header() {
    RoutingTable table =
        Tables.of(
            route("rx").paths("~/rx/[^/]+").build(),
            route("keep").paths("/ke").strip(false).build(),
            route("root").paths("/").build());
    assertThat(matched(table, "/rx/\u0d0a").forwardedPrefix()).isEqualTo("/rx/%E0%B4%8A");
    assertThat(matched(table, "/rx/a\r\nb/c").forwardedPrefix()).isEqualTo("/rx/a%0D%0Ab");
    assertThat(matched(table, "/ke/x").forwardedPrefix()).isNull();
    assertThat(matched(table, "/other").forwardedPrefix()).isNull();
  }

  @Test
  void answers_a_repeated_prefix_match_with_the_same_object() {
    RoutingTable table = Tables.of(route("a").paths("/a").build());
    assertThat(table.match(get("/a/1"))).isSameAs(table.match(get("/a/2")));
  }

  @Test
  void refuses_a_regex_that_is_none_and_stays_as_it_was() {
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(1);
    change.with(route("a").paths("/a").build());
    assertThatThrownBy(() -> change.with(route("a").paths("/b", "~/(").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("~/(");
    assertThat(taker(change.table(), get("/a"))).isEqualTo("a");
    assertThat(taker(change.table(), get("/b"))).isEqualTo("none");
  }

  private static RouteMatch.Matched matched(RoutingTable table, String path) {
    return (RouteMatch.Matched) table.match(get(path));
  }
}
