package io.portcullis.proxy.routing;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.proxy.balancing.UpstreamBalancer;
import io.portcullis.proxy.chain.PluginChain;
import io.portcullis.proxy.chain.PluginScopes;
import io.portcullis.proxy.persistent.PersistentMap;
import io.portcullis.proxy.tls.ServiceTls;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All routes of one version of the configuration, with their services and plugins. Immutable and
 * safe to read from any thread; an exchange keeps the table that it started with. A changed table
 * shares with the old one all that did not change.
 *
 * <p>Semantics are those of Kong's {@code traditional_compatible} router. The cost of a lookup
 * follows the length of host and path and the number of routes that share both, not the number of
 * routes.
 */
public final class RoutingTable {
  private final long version;

  /** Differs between tables whose services or plugins differ, if one was made from the other. */
  private final long stamp;

  private final RouteIndex index;
  private final PersistentMap<UUID, List<RouteEntry>> routes;
  private final PersistentMap<UUID, Service> services;

  /** Of services with wishes of their own. */
  private final PersistentMap<UUID, ServiceTls> tls;

  /** By name, which services use as their host. */
  private final PersistentMap<String, UpstreamBalancer> upstreams;

  private final PluginScopes plugins;

  private RoutingTable(
      long version,
      long stamp,
      RouteIndex index,
      PersistentMap<UUID, List<RouteEntry>> routes,
      PersistentMap<UUID, Service> services,
      PersistentMap<UUID, ServiceTls> tls,
      PersistentMap<String, UpstreamBalancer> upstreams,
      PluginScopes plugins) {
    this.version = version;
    this.stamp = stamp;
    this.index = index;
    this.routes = routes;
    this.services = services;
    this.tls = tls;
    this.upstreams = upstreams;
    this.plugins = plugins;
  }

  /**
   * A table without routes, of version 0.
   *
   * @param virtualThreads runs handlers that may block
   */
  public static RoutingTable empty(Executor virtualThreads) {
    return new RoutingTable(
        0,
        0,
        RouteIndex.empty(),
        PersistentMap.empty(),
        PersistentMap.empty(),
        PersistentMap.empty(),
        PersistentMap.empty(),
        PluginScopes.empty(virtualThreads));
  }

  /** Version of the configuration that this table is. */
  public long version() {
    return version;
  }

  /** The route that takes the request. Allocates nothing for a prefix match or a miss. */
  public RouteMatch match(RouteQuery query) {
    RouteEntry entry = index.find(query, this);
    if (entry == null) {
      return RouteMatch.NoMatch.INSTANCE;
    }
    RouteEntry.Resolution resolution = resolve(entry);
    RouteMatch.Matched match = resolution.match();
    if (match != null) {
      return match;
    }
    CompiledRoute route = resolution.route();
    return route == null ? RouteMatch.NoMatch.INSTANCE : entry.match(route, query.path());
  }

  /** Global plugin configurations: for {@code rewrite}, and for requests that no route takes. */
  public PluginChain globalChain() {
    return plugins.global();
  }

  /** The balancer of the upstream of that name; null when there is none. */
  public @Nullable UpstreamBalancer upstream(String name) {
    return upstreams.get(name);
  }

  /** How many routes there are, those of disabled services included. */
  public int routeCount() {
    return routes.size();
  }

  public boolean hasRoute(UUID id) {
    return routes.get(id) != null;
  }

  /** The service of that id, enabled or not; null when there is none. */
  public @Nullable Service service(UUID id) {
    return services.get(id);
  }

  /** The live plugin configurations. */
  public PluginScopes plugins() {
    return plugins;
  }

  /**
   * Begins a changed table.
   *
   * @param newVersion version of the configuration that the changes lead to
   */
  public Change change(long newVersion) {
    return new Change(this, newVersion);
  }

  /** Whether the entry's service is there and enabled. */
  boolean serves(RouteEntry entry) {
    return resolve(entry).route() != null;
  }

  void forEachEntry(Consumer<RouteEntry> visitor) {
    routes.forEach((id, entries) -> entries.forEach(visitor));
  }

  @Nullable RouteEntry find(RouteQuery query) {
    return index.find(query, this);
  }

  private RouteEntry.Resolution resolve(RouteEntry entry) {
    RouteEntry.Resolution known = entry.resolution();
    if (known != null && known.stamp() == stamp) {
      return known;
    }
    RouteEntry.Resolution fresh = compile(entry);
    entry.resolution(fresh);
    return fresh;
  }

  private RouteEntry.Resolution compile(RouteEntry entry) {
    Route route = entry.route();
    Service service = route.serviceId() == null ? null : services.get(route.serviceId());
    if (route.serviceId() != null && (service == null || !service.enabled())) {
      return new RouteEntry.Resolution(stamp, null, null);
    }
    CompiledRoute compiled =
        new CompiledRoute(
            route,
            service,
            service == null ? null : tls.get(service.id()),
            service == null ? null : upstreams.get(service.host()),
            plugins.chain(route.id(), route.serviceId()));
    return new RouteEntry.Resolution(
        stamp, compiled, entry.isRegex() ? null : entry.match(compiled, ""));
  }

  /** A table in the making. Belongs to one thread. */
  public static final class Change {
    private final RoutingTable before;
    private final long version;
    private RouteIndex index;
    private PersistentMap<UUID, List<RouteEntry>> routes;
    private PersistentMap<UUID, Service> services;
    private PersistentMap<UUID, ServiceTls> tls;
    private PersistentMap<String, UpstreamBalancer> upstreams;
    private PluginScopes plugins;

    private Change(RoutingTable before, long version) {
      this.before = before;
      this.version = version;
      this.index = before.index;
      this.routes = before.routes;
      this.services = before.services;
      this.tls = before.tls;
      this.upstreams = before.upstreams;
      this.plugins = before.plugins;
    }

    /**
     * Adds or replaces a route.
     *
     * @throws IllegalArgumentException if it cannot be compiled; it is then as it was
     */
    public Change with(Route route) {
      List<RouteEntry> entries = RouteEntry.of(route);
      without(route.id());
      index = index.with(entries);
      routes = routes.with(route.id(), entries);
      return this;
    }

    /** Removes a route, if it is there. */
    public Change without(UUID route) {
      List<RouteEntry> entries = routes.get(route);
      if (entries != null) {
        index = index.without(entries);
        routes = routes.without(route);
      }
      return this;
    }

    /** Adds or replaces a service. */
    public Change with(Service service) {
      services = services.with(service.id(), service);
      return this;
    }

    /** Removes a service, if it is there; its routes take no requests then. */
    public Change withoutService(UUID service) {
      services = services.without(service);
      return this;
    }

    /** Sets what a service wants of TLS; null for nothing of its own. */
    public Change tls(UUID service, @Nullable ServiceTls wanted) {
      if (wanted != null) {
        tls = tls.with(service, wanted);
      } else if (tls.get(service) != null) {
        tls = tls.without(service);
      }
      return this;
    }

    /** What a service wants of TLS; null for nothing of its own. */
    public @Nullable ServiceTls tls(UUID service) {
      return tls.get(service);
    }

    /** The service of that id, or null. */
    public @Nullable Service service(UUID id) {
      return services.get(id);
    }

    /** Makes an upstream serve the services whose host is this name. */
    public Change upstream(String name, UpstreamBalancer balancer) {
      if (!balancer.equals(upstreams.get(name))) {
        upstreams = upstreams.with(name, balancer);
      }
      return this;
    }

    /** Makes a name stand for itself again, if it is still this upstream's. */
    public Change withoutUpstream(String name, UpstreamBalancer balancer) {
      if (balancer.equals(upstreams.get(name))) {
        upstreams = upstreams.without(name);
      }
      return this;
    }

    public Change plugins(PluginScopes changed) {
      plugins = changed;
      return this;
    }

    public PluginScopes plugins() {
      return plugins;
    }

    /** The finished table. */
    public RoutingTable table() {
      boolean same =
          services == before.services
              && tls == before.tls
              && upstreams == before.upstreams
              && plugins == before.plugins;
      return new RoutingTable(
          version,
          same ? before.stamp : before.stamp + 1,
          index,
          routes,
          services,
          tls,
          upstreams,
          plugins);
    }
  }
}
