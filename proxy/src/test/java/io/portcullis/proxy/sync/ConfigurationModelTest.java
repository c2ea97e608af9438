package io.portcullis.proxy.sync;

import static io.portcullis.proxy.routing.RouteFixture.route;
import static io.portcullis.proxy.sync.StoredRows.consumer;
import static io.portcullis.proxy.sync.StoredRows.delete;
import static io.portcullis.proxy.sync.StoredRows.group;
import static io.portcullis.proxy.sync.StoredRows.id;
import static io.portcullis.proxy.sync.StoredRows.key;
import static io.portcullis.proxy.sync.StoredRows.plugin;
import static io.portcullis.proxy.sync.StoredRows.put;
import static io.portcullis.proxy.sync.StoredRows.rawRoute;
import static io.portcullis.proxy.sync.StoredRows.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.chain.PluginRun;
import io.portcullis.proxy.chain.TestExchange;
import io.portcullis.proxy.routing.Query;
import io.portcullis.proxy.routing.RouteFixture;
import io.portcullis.proxy.routing.RouteMatch;
import io.portcullis.proxy.routing.RoutingTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConfigurationModelTest {
  private final TestPlugins plugins = new TestPlugins();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private final ConfigurationModel model =
      new ConfigurationModel(
          plugins,
          Map.of(
              "keyauth_credentials",
              CredentialKind.byKey("key"),
              "acls",
              new CredentialKind("group", true)),
          Runnable::run,
          () -> now);

  @Test
  void serves_what_a_snapshot_holds_and_what_changes_make_of_it() {
    StoredEntity row =
        StoredRows.route(route("r").paths("/a").service(RouteFixture.serviceId("s")));
    model.load(new Snapshot(7, List.of(row, service("s", true))));
    assertThat(model.table().version()).isEqualTo(7);
    assertThat(answer(model.table(), "/a")).isEqualTo("r");
    model.apply(8, List.of(delete(8, row)));
    assertThat(model.table().version()).isEqualTo(8);
    assertThat(answer(model.table(), "/a")).isEqualTo("none");
  }

  @Test
  void leaves_old_tables_as_they_were() {
    StoredEntity limit = plugin("p", "limit", null, "one");
    RoutingTable first =
        model.load(new Snapshot(1, List.of(StoredRows.route(route("r").paths("/a")), limit)));
    assertThat(answer(first, "/a")).isEqualTo("one");
    RoutingTable second = model.apply(2, List.of(put(2, plugin("p", "limit", null, "two"))));
    assertThat(answer(second, "/a")).isEqualTo("two");
    assertThat(answer(first, "/a")).isEqualTo("one");
  }

  @Test
  void starts_handlers_only_for_configurations_that_are_new_or_changed() {
    StoredEntity row = StoredRows.route(route("r").paths("/a"));
    StoredEntity limit = plugin("p", "limit", null, "one");
    model.load(new Snapshot(1, List.of(row, limit)));
    model.load(new Snapshot(2, List.of(row, limit, plugin("q", "other", null, "two"))));
    model.apply(3, List.of(put(3, limit)));
    assertThat(plugins.started).containsExactly("one", "two");
    model.load(new Snapshot(4, List.of(row)));
    assertThat(answer(model.table(), "/a")).isEqualTo("r");
  }

  @Test
  void closes_a_replaced_handler_once_no_exchange_uses_it() {
    RoutingTable first =
        model.load(
            new Snapshot(
                1,
                List.of(
                    StoredRows.route(route("r").paths("/a")), plugin("p", "limit", null, "one"))));
    PluginRun early = start(first, "/a");
    early.access();
    PluginRun undecided = start(first, "/a");
    model.apply(2, List.of(put(2, plugin("p", "limit", null, "two"))));
    now = now.plus(Duration.ofMinutes(1));
    model.closeUnused();
    assertThat(plugins.closed).isEmpty();
    undecided.access();
    undecided.close();
    model.closeUnused();
    assertThat(plugins.closed).isEmpty();
    early.close();
    model.closeUnused();
    model.closeUnused();
    assertThat(plugins.closed).containsExactly("one");
    model.close();
    assertThat(plugins.closed).containsExactly("one", "two");
  }

  @Test
  void waits_a_moment_before_it_closes_for_those_who_have_just_read_the_old_table() {
    model.load(new Snapshot(1, List.of(plugin("p", "limit", null, "one"))));
    model.apply(2, List.of(delete(2, plugin("p", "limit", null, "one"))));
    model.closeUnused();
    assertThat(plugins.closed).isEmpty();
    now = now.plus(Duration.ofMinutes(1));
    model.closeUnused();
    assertThat(plugins.closed).containsExactly("one");
  }

  @Test
  void quarantines_what_is_broken_and_serves_the_rest() {
    UUID regex = id("regex");
    StoredEntity lost = StoredRows.route(route("lost").paths("/lost").service(id("nobody")));
    model.load(
        new Snapshot(
            1,
            List.of(
                rawRoute(regex, route("regex").paths("~/(")),
                lost,
                StoredRows.route(route("fine").paths("/")))));
    assertThat(model.quarantined())
        .extracting(Quarantined::id)
        .containsExactlyInAnyOrder(regex, lost.id());
    assertThat(model.quarantined())
        .extracting(Quarantined::reason)
        .anyMatch(reason -> reason.contains("~/("))
        .anyMatch(reason -> reason.contains(id("nobody").toString()));
    assertThat(answer(model.table(), "/lost")).isEqualTo("fine");
    model.apply(2, List.of(put(2, rawRoute(regex, route("regex").paths("~/x"))), delete(2, lost)));
    assertThat(model.quarantined()).isEmpty();
    assertThat(answer(model.table(), "/x")).isEqualTo("regex");
  }

  @Test
  void finds_a_route_whole_again_when_its_service_comes() {
    StoredEntity lost =
        StoredRows.route(route("lost").paths("/lost").service(RouteFixture.serviceId("s")));
    model.load(new Snapshot(1, List.of(lost)));
    assertThat(model.quarantined()).hasSize(1);
    model.apply(2, List.of(put(2, service("s", true))));
    assertThat(model.quarantined()).isEmpty();
    assertThat(answer(model.table(), "/lost")).isEqualTo("lost");
    model.apply(3, List.of(delete(3, service("s", true))));
    assertThat(model.quarantined()).hasSize(1);
    assertThat(answer(model.table(), "/lost")).isEqualTo("none");
  }

  @Test
  void takes_routes_of_a_disabled_service_out_and_back_in() {
    StoredEntity row =
        StoredRows.route(route("r").paths("/a").service(RouteFixture.serviceId("s")));
    model.load(new Snapshot(1, List.of(row, service("s", false))));
    assertThat(answer(model.table(), "/a")).isEqualTo("none");
    assertThat(model.quarantined()).isEmpty();
    model.apply(2, List.of(put(2, service("s", true))));
    assertThat(answer(model.table(), "/a")).isEqualTo("r");
  }

  @Test
  void refuses_requests_in_the_scope_of_a_plugin_that_does_not_start() {
    StoredEntity guarded = StoredRows.route(route("guarded").paths("/guarded"));
    StoredEntity odd = StoredRows.route(route("odd").paths("/odd"));
    model.load(
        new Snapshot(
            1,
            List.of(
                guarded,
                odd,
                StoredRows.route(route("free").paths("/free")),
                plugin("p", "limit", guarded.id(), "broken"),
                plugin("q", "unknown", odd.id(), "any"))));
    assertThat(answer(model.table(), "/guarded")).isEqualTo("500");
    assertThat(answer(model.table(), "/odd")).isEqualTo("500");
    assertThat(answer(model.table(), "/free")).isEqualTo("free");
    assertThat(model.quarantined())
        .extracting(Quarantined::reason)
        .containsExactlyInAnyOrder("limit: cannot start", "unknown: no such plugin");
    model.apply(2, List.of(put(2, plugin("p", "limit", guarded.id(), "fine"))));
    assertThat(answer(model.table(), "/guarded")).isEqualTo("fine");
    assertThat(model.quarantined()).hasSize(1);
  }

  @Test
  void lets_the_less_specific_configuration_run_when_one_is_disabled() {
    StoredEntity row = StoredRows.route(route("r").paths("/a"));
    model.load(
        new Snapshot(
            1,
            List.of(
                row,
                plugin("global", "limit", null, "global"),
                plugin("own", "limit", row.id(), "own"))));
    assertThat(answer(model.table(), "/a")).isEqualTo("own");
    model.apply(2, List.of(put(2, plugin("own", "limit", row.id(), "own", false))));
    assertThat(answer(model.table(), "/a")).isEqualTo("global");
  }

  @Test
  void keeps_consumers_and_credentials_up_to_date() {
    model.load(
        new Snapshot(
            1, List.of(consumer("c", "alice"), key("k", "c", "one"), consumer("d", null))));
    var live = model.credentials();
    assertThat(live.credential("keyauth_credentials", "one").consumerId()).isEqualTo(id("c"));
    assertThat(live.credential("jwt_secrets", "one")).isNull();
    assertThat(live.consumer(id("c")).username()).isEqualTo("alice");
    assertThat(live.consumerByIdOrUsername("alice").id()).isEqualTo(id("c"));
    assertThat(live.consumerByIdOrUsername(id("d").toString()).id()).isEqualTo(id("d"));
    assertThat(live.consumerByIdOrUsername("this-is-just-as-long-as-any-uuid-is!")).isNull();

    model.apply(2, List.of(put(2, key("k", "c", "two")), put(2, consumer("c", "bob"))));
    assertThat(live.credential("keyauth_credentials", "one")).isNull();
    assertThat(live.credential("keyauth_credentials", "two")).isNotNull();
    assertThat(live.consumerByIdOrUsername("alice")).isNull();
    assertThat(live.consumerByIdOrUsername("bob")).isNotNull();

    model.apply(3, List.of(delete(3, key("k", "c", "two")), delete(3, consumer("c", "bob"))));
    assertThat(live.credential("keyauth_credentials", "two")).isNull();
    assertThat(live.consumerByIdOrUsername("bob")).isNull();
    assertThat(live.consumer(id("c"))).isNull();
  }

  @Test
  void credentials_end_by_the_clock_alone() {
    now = Instant.ofEpochMilli(1000);
    StoredEntity key = key("k", "c", "one");
    key.body().put("expires_at", 1001);
    model.load(new Snapshot(1, List.of(consumer("c", "alice"), key)));
    var live = model.credentials();

    assertThat(live.credential("keyauth_credentials", "one")).isNotNull();
    now = Instant.ofEpochMilli(1001);
    assertThat(live.credential("keyauth_credentials", "one")).isNull();
  }

  @Test
  void credentials_without_a_key_are_nobodys_way_in() {
    StoredEntity key = key("k", "c", "one");
    model.load(new Snapshot(1, List.of(consumer("c", "alice"), key)));
    StoredEntity keyless = key("k", "c", "one");
    keyless.body().putNull("key");
    model.apply(2, List.of(put(2, keyless)));

    assertThat(model.credentials().credential("keyauth_credentials", "one")).isNull();
    assertThat(model.quarantined()).isEmpty();
  }

  @Test
  void what_is_looked_up_by_its_consumer_stays_the_same_object_until_it_changes() {
    model.load(
        new Snapshot(
            1, List.of(consumer("c", "alice"), group("1", "c", "a"), group("2", "c", "b"))));
    var live = model.credentials();
    var before = live.credentialsOf("acls", id("c"));
    assertThat(before).extracting(Credential::key).containsExactlyInAnyOrder("a", "b");
    assertThat(live.credentialsOf("acls", id("d"))).isEmpty();
    assertThat(live.credentialsOf("keyauth_credentials", id("c"))).isEmpty();

    model.apply(2, List.of(put(2, key("k", "c", "one"))));
    assertThat(live.credentialsOf("acls", id("c"))).isSameAs(before);
    model.apply(3, List.of(put(3, group("1", "d", "a"))));
    assertThat(live.credentialsOf("acls", id("c")))
        .extracting(Credential::key)
        .containsExactly("b");
    assertThat(live.credentialsOf("acls", id("d")))
        .extracting(Credential::key)
        .containsExactly("a");
    model.apply(4, List.of(delete(4, group("2", "c", "b"))));
    assertThat(live.credentialsOf("acls", id("c"))).isEmpty();
  }

  @Test
  void survives_two_consumers_that_swap_their_names() {
    model.load(new Snapshot(1, List.of(consumer("c", "a"), consumer("d", "b"))));
    model.apply(2, List.of(put(2, consumer("c", "b")), put(2, consumer("d", "a"))));
    assertThat(model.credentials().consumerByIdOrUsername("a").id()).isEqualTo(id("d"));
    assertThat(model.credentials().consumerByIdOrUsername("b").id()).isEqualTo(id("c"));
  }

  @Property(tries = 300)
  void a_model_changed_step_by_step_equals_one_loaded_whole(
      @ForAll("steps") @Size(max = 40) List<Change> steps) {
    ConfigurationModel changed = fresh();
    Map<UUID, StoredEntity> rows = new LinkedHashMap<>();
    long version = 0;
    for (Change step : steps) {
      if (step.body() == null) {
        rows.remove(step.id());
      } else {
        rows.put(step.id(), new StoredEntity(step.entity(), step.id(), step.body()));
      }
      changed.apply(++version, List.of(step));
      // What is cached between two changes must not outlive them.
      answer(changed.table(), "/a");
    }
    ConfigurationModel whole = fresh();
    whole.load(new Snapshot(version, new ArrayList<>(rows.values())));
    for (String path : List.of("/", "/a", "/a/b", "/b", "/c")) {
      assertThat(answer(changed.table(), path)).isEqualTo(answer(whole.table(), path));
    }
    assertThat(changed.quarantined()).hasSameElementsAs(whole.quarantined());
  }

  @Provide
  Arbitrary<List<Change>> steps() {
    Arbitrary<String> number = Arbitraries.of("1", "2", "3");
    Arbitrary<StoredEntity> services =
        Combinators.combine(number, Arbitraries.of(true, false)).as(StoredRows::service);
    Arbitrary<StoredEntity> routes =
        Combinators.combine(
                number, Arbitraries.of("/", "/a", "/a/b", "~/b", "~/("), number.injectNull(0.3))
            .as(
                (name, path, owner) ->
                    rawRoute(
                        id("route " + name),
                        route(name)
                            .paths(path)
                            .service(owner == null ? null : RouteFixture.serviceId(owner))));
    Arbitrary<StoredEntity> configurations =
        Combinators.combine(
                number,
                number.injectNull(0.5),
                Arbitraries.of("x", "y", "broken"),
                Arbitraries.of(true, true, false))
            .as(
                (name, owner, setting, enabled) ->
                    plugin(
                        "plugin " + name,
                        "limit " + name,
                        owner == null ? null : id("route " + owner),
                        setting,
                        enabled));
    return Combinators.combine(
            Arbitraries.oneOf(services, routes, configurations), Arbitraries.of(true, true, false))
        .as((row, stays) -> stays ? put(1, row) : delete(1, row))
        .list();
  }

  private static ConfigurationModel fresh() {
    return new ConfigurationModel(new TestPlugins(), Map.of(), Runnable::run, () -> Instant.EPOCH);
  }

  private static PluginRun start(RoutingTable table, String path) {
    RouteMatch.Matched matched = (RouteMatch.Matched) table.match(Query.get(path));
    return matched
        .route()
        .chain()
        .start(new TestExchange(matched.route().route(), matched.route().service()));
  }

  /** The body of a plugin's exit, the status of its refusal, else the route's name or none. */
  private static String answer(RoutingTable table, String path) {
    return switch (table.match(Query.get(path))) {
      case RouteMatch.NoMatch _ -> "none";
      case RouteMatch.Matched matched -> {
        PluginRun run = start(table, path);
        Reply reply = run.access();
        run.close();
        yield switch (reply) {
          case Reply.Exit exit -> new String(exit.body(), StandardCharsets.UTF_8);
          case Reply.Refusal refusal -> Integer.toString(refusal.status());
          case Reply.Next _, Reply.Later _, Reply.Flow _ ->
              String.valueOf(matched.route().route().name());
        };
      }
    };
  }
}
