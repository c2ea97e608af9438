package io.portcullis.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Route;
import io.portcullis.core.plugin.Headers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Held against {@link NaiveRouter}, with few words so that routes and requests meet. */
class RouterPropertyTest {
  @Property(tries = 1500)
  void the_table_answers_as_the_sorted_list_does(
      @ForAll("routes") @Size(max = 25) List<Route> routes,
      @ForAll("queries") @Size(min = 10, max = 10) List<Query> queries) {
    List<Route> distinct = distinct(routes);
    NaiveRouter naive = new NaiveRouter(distinct);
    RoutingTable table = Tables.of(distinct);
    for (Query query : queries) {
      assertThat(answer(table, query)).as("%s", query).isEqualTo(naive.match(query));
    }
  }

  @Property(tries = 700)
  void a_table_changed_step_by_step_equals_one_built_whole(
      @ForAll("routes") @Size(max = 40) List<Route> steps,
      @ForAll("queries") @Size(min = 10, max = 10) List<Query> queries) {
    RoutingTable table = RoutingTable.empty(Runnable::run);
    Map<UUID, Route> now = new LinkedHashMap<>();
    for (Route step : steps) {
      // A route that is there already is replaced or removed, by turns.
      if (now.containsKey(step.id()) && step.stripPath()) {
        now.remove(step.id());
        table = table.change(table.version() + 1).without(step.id()).table();
      } else {
        now.put(step.id(), step);
        table = table.change(table.version() + 1).with(step).table();
      }
    }
    RoutingTable whole = Tables.of(new ArrayList<>(now.values()));
    assertThat(table.routeCount()).isEqualTo(now.size());
    for (Query query : queries) {
      assertThat(answer(table, query)).as("%s", query).isEqualTo(answer(whole, query));
    }
    for (Route route : now.values()) {
      table = table.change(table.version() + 1).without(route.id()).table();
    }
    for (Query query : queries) {
      assertThat(answer(table, query)).isEmpty();
    }
  }

  @Provide
  Arbitrary<List<Route>> routes() {
    return route().list();
  }

  @Provide
  Arbitrary<List<Query>> queries() {
    return query().list();
  }

  private static Arbitrary<Route> route() {
    Arbitrary<Integer> id = Arbitraries.integers().between(0, 15);
    Arbitrary<List<String>> paths =
        sometimes(
            "/",
            "/a",
            "/a/",
            "/a/b",
            "/ab",
            "/abc",
            "/b",
            "/a/b/c",
            "~/a/[a-c]",
            "~/a",
            "~/ab?c",
            "~/(a|b)/c",
            "~/a|/b",
            "~/[ab]+/b$",
            "/é");
    Arbitrary<List<String>> hosts =
        sometimes(
            "a.test", "b.test", "*.test", "a.*", "*.a.test", "a.test:81", "*.test:81", "c.test");
    Arbitrary<List<String>> methods = sometimes("GET", "POST", "PURGE");
    Arbitrary<List<String>> snis = sometimes("a.test", "*.a.test", "a.*");
    Arbitrary<Map<String, List<String>>> headers =
        Arbitraries.maps(
                Arbitraries.of("x-a", "x-b"),
                Arbitraries.of("1", "2", "Three").list().ofMinSize(1).ofMaxSize(2))
            .ofMaxSize(2);
    return Combinators.combine(
            id,
            paths,
            hosts,
            methods,
            snis,
            headers,
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(true, false))
        .as(
            (number, path, host, method, sni, header, regexPriority, strip) -> {
              RouteFixture route =
                  RouteFixture.route("route " + number)
                      .paths(path.toArray(String[]::new))
                      .hosts(host.toArray(String[]::new))
                      .methods(method.toArray(String[]::new))
                      .snis(sni.toArray(String[]::new))
                      .regexPriority(regexPriority)
                      .strip(strip);
              header.forEach((name, values) -> route.header(name, values.toArray(String[]::new)));
              return route.build();
            });
  }

  /** Mostly nothing, else up to three of the words, each once. */
  private static Arbitrary<List<String>> sometimes(String... words) {
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(3, Arbitraries.just(List.<String>of())),
        net.jqwik.api.Tuple.of(
            2, Arbitraries.of(words).list().uniqueElements().ofMinSize(1).ofMaxSize(3)));
  }

  private static Arbitrary<Query> query() {
    Arbitrary<String> path =
        Arbitraries.of(
            "/",
            "/a",
            "/a/",
            "/a/b",
            "/a/b/c/d",
            "/ab",
            "/abc",
            "/abcd",
            "/ac",
            "/b",
            "/b/c",
            "/ba/b",
            "/c",
            "/é/x",
            "/a/c");
    Arbitrary<String> host =
        Arbitraries.of("a.test", "b.test", "A.Test", "x.a.test", "c.test", "a.org", "", "test");
    Arbitrary<Integer> port = Arbitraries.of(80, 81);
    Arbitrary<String> method = Arbitraries.of("GET", "POST", "PUT");
    Arbitrary<String> sni = Arbitraries.of("a.test", "b.a.test", "a.org", "z").injectNull(0.2);
    Arbitrary<Map<String, String>> headers =
        Arbitraries.maps(Arbitraries.of("x-a", "x-b", "x-c"), Arbitraries.of("1", "2", "three"))
            .ofMaxSize(3);
    return Combinators.combine(path, host, port, method, sni, headers, Arbitraries.of(true, false))
        .as(
            (where, name, number, verb, server, lines, secure) -> {
              Headers block = new Headers();
              lines.forEach(block::add);
              return new Query(verb, name, number, where, block, server, secure);
            });
  }

  private static List<Route> distinct(List<Route> routes) {
    Map<UUID, Route> byId = new LinkedHashMap<>();
    routes.forEach(route -> byId.put(route.id(), route));
    return new ArrayList<>(byId.values());
  }

  private static Optional<String> answer(RoutingTable table, Query query) {
    return switch (table.match(query)) {
      case RouteMatch.Matched matched ->
          Optional.of(matched.route().route().name() + " " + matched.matched());
      case RouteMatch.NoMatch _ -> Optional.empty();
    };
  }
}
