package io.portcullis.proxy.chain;

import static io.portcullis.proxy.chain.ChainFixture.plugin;
import static io.portcullis.proxy.chain.ChainFixture.scopes;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.routing.RouteFixture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PluginScopesTest {
  private static final UUID SERVICE = RouteFixture.serviceId("s");
  private static final UUID ROUTE = RouteFixture.route("r").build().id();
  private static final UUID CONSUMER = UUID.randomUUID();

  private final List<String> ran = new ArrayList<>();

  @Property(tries = 300)
  void the_most_specific_scope_wins_in_the_documented_order(@ForAll long seed) {
    List<ConfiguredPlugin> bySpecificity =
        List.of(
            scope("1", ROUTE, SERVICE, CONSUMER),
            scope("2", ROUTE, null, CONSUMER),
            scope("3", null, SERVICE, CONSUMER),
            scope("4", ROUTE, SERVICE, null),
            scope("5", null, null, CONSUMER),
            scope("6", ROUTE, null, null),
            scope("7", null, SERVICE, null),
            scope("8", null, null, null));
    List<ConfiguredPlugin> others =
        List.of(
            scope("x1", UUID.randomUUID(), null, CONSUMER),
            scope("x2", ROUTE, UUID.randomUUID(), null),
            scope("x3", null, UUID.randomUUID(), CONSUMER),
            scope("x4", null, null, UUID.randomUUID()));
    List<ConfiguredPlugin> all = new ArrayList<>(bySpecificity);
    all.addAll(others);
    Collections.shuffle(all, new Random(seed));
    PluginScopes scopes = scopes(all.toArray(ConfiguredPlugin[]::new));
    for (int i = 0; i < bySpecificity.size(); i++) {
      assertThat(chosen(scopes)).isEqualTo(Integer.toString(i + 1));
      scopes = scopes.without(bySpecificity.get(i));
    }
    assertThat(chosen(scopes)).isEqualTo("none");
  }

  @Test
  void shares_one_chain_between_routes_without_configurations_of_their_own() {
    PluginScopes scopes =
        scopes(scope("global", null, null, null), scope("service", null, SERVICE, null));
    PluginChain plain = scopes.chain(UUID.randomUUID(), null);
    assertThat(scopes.chain(UUID.randomUUID(), UUID.randomUUID())).isSameAs(plain);
    PluginChain ofService = scopes.chain(UUID.randomUUID(), SERVICE);
    assertThat(ofService).isNotSameAs(plain);
    assertThat(scopes.chain(UUID.randomUUID(), SERVICE)).isSameAs(ofService);
  }

  @Test
  void forgets_a_plugin_whose_last_configuration_is_gone() {
    ConfiguredPlugin only = scope("only", ROUTE, null, null);
    assertThat(scopes(only).without(only).chain(ROUTE, null).isEmpty()).isTrue();
    assertThat(scopes(only).chain(UUID.randomUUID(), null).isEmpty()).isTrue();
  }

  private String chosen(PluginScopes scopes) {
    ran.clear();
    TestExchange exchange =
        new TestExchange(
            RouteFixture.route("r").service(SERVICE).build(), RouteFixture.service("s", null));
    exchange.authenticate(TestExchange.consumer(CONSUMER), null);
    scopes.chain(ROUTE, SERVICE).start(exchange).access();
    return ran.isEmpty() ? "none" : String.join(",", ran);
  }

  private ConfiguredPlugin scope(String name, UUID route, UUID service, UUID consumer) {
    return plugin("p", 1)
        .route(route)
        .service(service)
        .consumer(consumer)
        .with(
            new PluginHandler() {
              @Override
              public Reply access(Exchange exchange) {
                ran.add(name);
                return Reply.NEXT;
              }
            });
  }
}
