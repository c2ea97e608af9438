package io.portcullis.proxy.chain;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.proxy.persistent.PersistentMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All live configurations of one plugin, by scope. Immutable.
 *
 * <p>The order of precedence is Kong's: route, service and consumer; route and consumer; service
 * and consumer; route and service; consumer; route; service; global.
 */
final class ScopedPlugin {
  /** Priority descending, then name in reverse alphabetical order. */
  static final Comparator<ScopedPlugin> RUN_ORDER =
      Comparator.comparingInt((ScopedPlugin plugin) -> plugin.traits.priority())
          .reversed()
          .thenComparing(plugin -> plugin.name, Comparator.reverseOrder());

  private static final int ROUTE_AND_SERVICE = 4;
  private static final int CONSUMER = 5;
  private static final int OTHER_SCOPE = Integer.MAX_VALUE;

  final String name;
  final PluginTraits traits;
  private final @Nullable ConfiguredPlugin global;

  /** Configurations with a route and no consumer, by route. */
  private final PersistentMap<UUID, ConfiguredPlugin[]> byRoute;

  /** Configurations with a service alone, by service. */
  private final PersistentMap<UUID, ConfiguredPlugin[]> byService;

  /** Configurations with a consumer, whatever else they have, by consumer. */
  private final PersistentMap<UUID, ConfiguredPlugin[]> byConsumer;

  /** How many of those want the body of requests. */
  private final int consumerReaders;

  private ScopedPlugin(
      String name,
      PluginTraits traits,
      @Nullable ConfiguredPlugin global,
      PersistentMap<UUID, ConfiguredPlugin[]> byRoute,
      PersistentMap<UUID, ConfiguredPlugin[]> byService,
      PersistentMap<UUID, ConfiguredPlugin[]> byConsumer,
      int consumerReaders) {
    this.name = name;
    this.traits = traits;
    this.global = global;
    this.byRoute = byRoute;
    this.byService = byService;
    this.byConsumer = byConsumer;
    this.consumerReaders = consumerReaders;
  }

  static ScopedPlugin none(String name, PluginTraits traits) {
    return new ScopedPlugin(
        name, traits, null, PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty(), 0);
  }

  boolean isEmpty() {
    return global == null && byRoute.isEmpty() && byService.isEmpty() && byConsumer.isEmpty();
  }

  boolean hasConsumers() {
    return !byConsumer.isEmpty();
  }

  /** Whether some consumer's configuration wants the body of requests. */
  boolean readsBodiesOfConsumers() {
    return consumerReaders > 0;
  }

  private static int bodies(ConfiguredPlugin plugin) {
    return plugin.traits().requestBodyLimit() > 0 && plugin.handler().wantsRequestBody() ? 1 : 0;
  }

  @Nullable ConfiguredPlugin global() {
    return global;
  }

  ScopedPlugin with(ConfiguredPlugin added) {
    PluginConfig scope = added.configuration();
    if (scope.consumerId() != null) {
      return new ScopedPlugin(
          name,
          added.traits(),
          global,
          byRoute,
          byService,
          add(byConsumer, scope.consumerId(), added),
          consumerReaders + bodies(added));
    }
    if (scope.routeId() != null) {
      return new ScopedPlugin(
          name,
          added.traits(),
          global,
          add(byRoute, scope.routeId(), added),
          byService,
          byConsumer,
          consumerReaders);
    }
    if (scope.serviceId() != null) {
      return new ScopedPlugin(
          name,
          added.traits(),
          global,
          byRoute,
          add(byService, scope.serviceId(), added),
          byConsumer,
          consumerReaders);
    }
    return new ScopedPlugin(
        name, added.traits(), added, byRoute, byService, byConsumer, consumerReaders);
  }

  ScopedPlugin without(ConfiguredPlugin gone) {
    PluginConfig scope = gone.configuration();
    if (scope.consumerId() != null) {
      return new ScopedPlugin(
          name,
          traits,
          global,
          byRoute,
          byService,
          remove(byConsumer, scope.consumerId(), gone),
          consumerReaders - bodies(gone));
    }
    if (scope.routeId() != null) {
      return new ScopedPlugin(
          name,
          traits,
          global,
          remove(byRoute, scope.routeId(), gone),
          byService,
          byConsumer,
          consumerReaders);
    }
    if (scope.serviceId() != null) {
      return new ScopedPlugin(
          name,
          traits,
          global,
          byRoute,
          remove(byService, scope.serviceId(), gone),
          byConsumer,
          consumerReaders);
    }
    return new ScopedPlugin(
        name,
        traits,
        global == gone ? null : global,
        byRoute,
        byService,
        byConsumer,
        consumerReaders);
  }

  /** The configuration for that route and service when nobody is authenticated. */
  @Nullable ConfiguredPlugin choose(@Nullable UUID route, @Nullable UUID service) {
    ConfiguredPlugin found = route == null ? null : best(byRoute.get(route), route, service);
    if (found == null && service != null) {
      found = best(byService.get(service), route, service);
    }
    return found == null ? global : found;
  }

  /**
   * The configuration for that consumer.
   *
   * @param others what {@link #choose(UUID, UUID)} answered
   */
  @Nullable ConfiguredPlugin choose(
      @Nullable UUID route,
      @Nullable UUID service,
      UUID consumer,
      @Nullable ConfiguredPlugin others) {
    ConfiguredPlugin own = best(byConsumer.get(consumer), route, service);
    if (own == null) {
      return others;
    }
    if (others == null) {
      return own;
    }
    return rank(own, route, service) < rank(others, route, service) ? own : others;
  }

  private static @Nullable ConfiguredPlugin best(
      ConfiguredPlugin @Nullable [] candidates, @Nullable UUID route, @Nullable UUID service) {
    if (candidates == null) {
      return null;
    }
    ConfiguredPlugin best = null;
    int bestRank = OTHER_SCOPE;
    for (ConfiguredPlugin candidate : candidates) {
      int rank = rank(candidate, route, service);
      if (rank < bestRank) {
        best = candidate;
        bestRank = rank;
      }
    }
    return best;
  }

  /** Place in the order of precedence, from 1, of a configuration whose consumer fits. */
  private static int rank(ConfiguredPlugin plugin, @Nullable UUID route, @Nullable UUID service) {
    PluginConfig scope = plugin.configuration();
    UUID wantedRoute = scope.routeId();
    UUID wantedService = scope.serviceId();
    boolean ofRoute = wantedRoute != null;
    boolean ofService = wantedService != null;
    if (wantedRoute != null && !wantedRoute.equals(route)
        || wantedService != null && !wantedService.equals(service)) {
      return OTHER_SCOPE;
    }
    if (scope.consumerId() != null) {
      return ofRoute ? (ofService ? 1 : 2) : ofService ? 3 : CONSUMER;
    }
    return ofRoute ? (ofService ? ROUTE_AND_SERVICE : 6) : ofService ? 7 : 8;
  }

  private static PersistentMap<UUID, ConfiguredPlugin[]> add(
      PersistentMap<UUID, ConfiguredPlugin[]> map, UUID key, ConfiguredPlugin added) {
    ConfiguredPlugin[] known = map.get(key);
    if (known == null) {
      return map.with(key, new ConfiguredPlugin[] {added});
    }
    ConfiguredPlugin[] more = Arrays.copyOf(known, known.length + 1);
    more[known.length] = added;
    return map.with(key, more);
  }

  private static PersistentMap<UUID, ConfiguredPlugin[]> remove(
      PersistentMap<UUID, ConfiguredPlugin[]> map, UUID key, ConfiguredPlugin gone) {
    ConfiguredPlugin[] known = map.get(key);
    if (known == null) {
      return map;
    }
    ConfiguredPlugin[] rest =
        Arrays.stream(known).filter(plugin -> plugin != gone).toArray(ConfiguredPlugin[]::new);
    return rest.length == 0 ? map.without(key) : map.with(key, rest);
  }
}
