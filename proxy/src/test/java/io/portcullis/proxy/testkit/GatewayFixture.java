package io.portcullis.proxy.testkit;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.entity.Target;
import io.portcullis.core.entity.Upstream;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.proxy.balancing.HostBalancer;
import io.portcullis.proxy.balancing.ScheduledTimers;
import io.portcullis.proxy.balancing.SocketProber;
import io.portcullis.proxy.balancing.UpstreamBalancers;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginScopes;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.routing.RoutingTable;
import io.portcullis.proxy.server.AccessLog;
import io.portcullis.proxy.server.Listen;
import io.portcullis.proxy.server.ProxyServer;
import io.portcullis.proxy.server.ProxySettings;
import io.portcullis.proxy.sync.LiveRoutingTable;
import io.portcullis.proxy.upstream.AddressResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A proxy on free ports of the loopback interface with exactly the routes, services and plugins
 * that a test gives it. Closing it fails the test when a request, a connection or a thread is left
 * over.
 */
public final class GatewayFixture implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ProxyServer server;
  private final LiveRoutingTable table;
  private final NamedAddresses names;
  private final UpstreamBalancers upstreams;
  private final ExecutorService virtualThreads;
  private final ScheduledExecutorService scheduler;
  private final boolean tls;
  private boolean closed;

  private GatewayFixture(
      ProxyServer server,
      LiveRoutingTable table,
      NamedAddresses names,
      UpstreamBalancers upstreams,
      ExecutorService virtualThreads,
      ScheduledExecutorService scheduler,
      boolean tls) {
    this.server = server;
    this.table = table;
    this.names = names;
    this.upstreams = upstreams;
    this.scheduler = scheduler;
    this.virtualThreads = virtualThreads;
    this.tls = tls;
  }

  /** Begins the description of a gateway. */
  public static Builder gateway() {
    return new Builder();
  }

  /** A gateway with one route that takes every path and forwards to a target. */
  public static GatewayFixture forwardingTo(EchoTarget target) {
    return gateway().service("s", target).route("s", "/").start();
  }

  /** Port of the cleartext listener. */
  public int port() {
    return server.addresses().getFirst().getPort();
  }

  /** Port of the TLS listener, if the gateway has one. */
  public int tlsPort() {
    if (!tls) {
      throw new IllegalStateException("this gateway has no TLS listener");
    }
    return server.addresses().getLast().getPort();
  }

  /** A new connection to the cleartext listener. */
  public RawClient connect() {
    return RawClient.connect(port());
  }

  public ProxyServer server() {
    return server;
  }

  public UpstreamCaller caller() {
    return server.caller();
  }

  public LiveRoutingTable table() {
    return table;
  }

  /** Balancers of the upstreams. */
  public UpstreamBalancers upstreams() {
    return upstreams;
  }

  /** The fake name server. */
  public NamedAddresses names() {
    return names;
  }

  /** Stops and looks for what is left. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      await("requests under way", () -> server.counters().writing() == 0);
    } finally {
      server.stop(Duration.ofMillis(500));
      upstreams.close();
      scheduler.shutdownNow();
      virtualThreads.shutdownNow();
    }
    await("client connections", () -> server.counters().active() == 0);
    await("upstream connections", () -> server.upstreamConnections() == 0);
    await(
        "I/O threads",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> server.owns(thread) && thread.isAlive()));
  }

  private static void await(String what, java.util.function.BooleanSupplier gone) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!gone.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("left over: " + what);
      }
      Thread.onSpinWait();
    }
  }

  /** Describes a gateway. */
  public static final class Builder {
    private final List<Service> services = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Upstream> upstreams = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final List<ConfiguredPlugin> plugins = new ArrayList<>();
    private final NamedAddresses names = new NamedAddresses();
    private UnaryOperator<ProxySettings> settings = UnaryOperator.identity();
    private @Nullable SSLContext tls;
    private @Nullable AccessLog accessLog;

    private Builder() {}

    /** A service at a target, over http. */
    public Builder service(String name, EchoTarget target) {
      return service(name, "http://127.0.0.1:" + target.port(), _ -> {});
    }

    /**
     * A service.
     *
     * @param url protocol, host, port and path
     * @param more sets further fields of the stored entity
     */
    public Builder service(String name, String url, Consumer<ObjectNode> more) {
      java.net.URI uri = java.net.URI.create(url);
      ObjectNode stored = JsonNodeFactory.instance.objectNode();
      stored
          .put("id", id("service", name).toString())
          .put("name", name)
          .put("protocol", uri.getScheme())
          .put("host", uri.getHost())
          .put("port", uri.getPort() < 0 ? 80 : uri.getPort())
          .put("enabled", true);
      if (uri.getPath() != null && !uri.getPath().isEmpty()) {
        stored.put("path", uri.getPath());
      }
      more.accept(stored);
      services.add(Service.of(stored));
      return this;
    }

    /**
     * An upstream; services come to it by its name.
     *
     * @param more sets further fields of the stored entity
     */
    public Builder upstream(String name, Consumer<ObjectNode> more) {
      ObjectNode stored = JsonNodeFactory.instance.objectNode();
      stored.put("id", id("upstream", name).toString()).put("name", name);
      more.accept(stored);
      upstreams.add(Upstream.of(stored));
      return this;
    }

    /** A target of an upstream. */
    public Builder target(String upstream, String target, int weight) {
      ObjectNode stored = JsonNodeFactory.instance.objectNode();
      stored.put("id", id("target", upstream + target).toString());
      stored.put("target", target).put("weight", weight);
      stored.putObject("upstream").put("id", id("upstream", upstream).toString());
      targets.add(Target.of(stored));
      return this;
    }

    /** A route by path prefix that strips nothing. */
    public Builder route(String service, String... paths) {
      return route(service, stored -> stored.put("strip_path", false), paths);
    }

    /**
     * A route.
     *
     * @param service its name; null for a route without one
     * @param more sets further fields of the stored entity
     */
    public Builder route(@Nullable String service, Consumer<ObjectNode> more, String... paths) {
      String name = "route-" + routes.size();
      ObjectNode stored = JsonNodeFactory.instance.objectNode();
      stored.put("id", id("route", name).toString()).put("name", name);
      stored.putArray("protocols").add("http").add("https");
      for (String path : paths) {
        stored.withArray("paths").add(path);
      }
      if (service != null) {
        stored.putObject("service").put("id", id("service", service).toString());
      }
      more.accept(stored);
      routes.add(Route.of(stored));
      return this;
    }

    /** A global plugin. */
    public Builder plugin(PluginHandler handler) {
      return plugin(handler, new PluginTraits(1000 - plugins.size(), false, 0, 0));
    }

    /** A global plugin that asks something of the gateway. */
    public Builder plugin(PluginHandler handler, PluginTraits traits) {
      String name = "plugin-" + plugins.size();
      ObjectNode stored = JsonNodeFactory.instance.objectNode();
      stored.put("id", id("plugin", name).toString()).put("name", name).putObject("config");
      plugins.add(
          new ConfiguredPlugin(PluginConfig.of(stored), traits, handler, phases(handler), true));
      return this;
    }

    /** Changes settings. */
    public Builder settings(UnaryOperator<ProxySettings> change) {
      UnaryOperator<ProxySettings> before = settings;
      settings = made -> change.apply(before.apply(made));
      return this;
    }

    /** Adds a TLS listener with this certificate. */
    public Builder tls(SSLContext certificate) {
      tls = certificate;
      return this;
    }

    public Builder accessLog(AccessLog log) {
      accessLog = log;
      return this;
    }

    /** A name that the fake name server knows. */
    public Builder name(String host, String... addresses) {
      names.put(host, addresses);
      return this;
    }

    public GatewayFixture start() {
      ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
      RoutingTable.Change change = RoutingTable.empty(virtualThreads).change(1);
      services.forEach(change::with);
      routes.forEach(change::with);
      ScheduledExecutorService scheduler =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("fixture-timers").factory());
      UpstreamBalancers balancers = balancers(scheduler, virtualThreads);
      for (Upstream upstream : upstreams) {
        List<Target> own =
            targets.stream().filter(target -> target.upstreamId().equals(upstream.id())).toList();
        change.upstream(upstream.name(), balancers.put(upstream, own));
      }
      PluginScopes scopes = change.plugins();
      for (ConfiguredPlugin plugin : plugins) {
        scopes = scopes.with(plugin);
      }
      change.plugins(scopes);
      LiveRoutingTable table = new LiveRoutingTable(change.table());
      List<Listen> listen = new ArrayList<>();
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      listen.add(Listen.cleartext(any));
      if (tls != null) {
        listen.add(Listen.tls(any));
      }
      ProxySettings made = ProxySettings.of(listen, tls).withIoThreads(2);
      try {
        ProxyServer server =
            ProxyServer.start(
                settings.apply(made),
                table,
                service -> new HostBalancer(service.host(), service.port(), names),
                names,
                accessLog);
        return new GatewayFixture(
            server, table, names, balancers, virtualThreads, scheduler, tls != null);
      } catch (IOException problem) {
        scheduler.shutdownNow();
        virtualThreads.shutdownNow();
        throw new UncheckedIOException(problem);
      }
    }

    private UpstreamBalancers balancers(
        ScheduledExecutorService scheduler, ExecutorService virtualThreads) {
      try {
        ScheduledTimers timers = new ScheduledTimers(scheduler);
        SocketProber prober = new SocketProber(timers, SSLContext.getDefault());
        return UpstreamBalancers.of(names, timers, prober, virtualThreads);
      } catch (GeneralSecurityException impossible) {
        throw new AssertionError(impossible);
      }
    }

    /** The id of an entity by its kind and name, as this fixture gives them. */
    public static UUID id(String kind, String name) {
      return UUID.nameUUIDFromBytes(
          (kind + ' ' + name).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** What the handler's class overrides. */
    private static Set<Phase> phases(PluginHandler handler) {
      Set<Phase> phases = EnumSet.noneOf(Phase.class);
      for (var method : PluginHandler.class.getMethods()) {
        try {
          boolean overridden =
              handler
                      .getClass()
                      .getMethod(method.getName(), method.getParameterTypes())
                      .getDeclaringClass()
                  != PluginHandler.class;
          if (overridden) {
            switch (method.getName()) {
              case "rewrite" -> phases.add(Phase.REWRITE);
              case "access" -> phases.add(Phase.ACCESS);
              case "headerFilter" -> phases.add(Phase.HEADER_FILTER);
              case "bodyFilter" -> phases.add(Phase.BODY_FILTER);
              case "log" -> phases.add(Phase.LOG);
              default -> {}
            }
          }
        } catch (NoSuchMethodException impossible) {
          throw new AssertionError(impossible);
        }
      }
      return phases;
    }
  }

  /** A name server that knows what it is told. */
  public static final class NamedAddresses implements AddressResolver {
    private final Map<String, Resolution> known = new ConcurrentHashMap<>();
    private final Map<String, List<ServiceTarget>> services = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    /** Names without an address do not exist. */
    public void put(String host, String... addresses) {
      List<InetAddress> all = new ArrayList<>();
      for (String address : addresses) {
        all.add(InetAddress.ofLiteral(address));
      }
      known.put(host, new Resolution.Addresses(all));
    }

    /** Where a service is offered. */
    public void offer(String service, ServiceTarget... places) {
      services.put(service, List.of(places));
    }

    /** A name about which there is no word at all. */
    public void silence(String host) {
      silent.add(host);
    }

    @Override
    public void services(String name, Consumer<List<ServiceTarget>> answer) {
      List<ServiceTarget> found = services.getOrDefault(name, List.of());
      Thread.ofVirtual().start(() -> answer.accept(found));
    }

    public void fail(String host, String problem) {
      known.put(host, new Resolution.Failed(problem));
    }

    /** Answers come later, as from a real one. */
    @Override
    public @Nullable Resolution known(String host) {
      return null;
    }

    @Override
    public void resolve(String host, Consumer<Resolution> answer) {
      Resolution found = known.getOrDefault(host, new Resolution.NotFound());
      if (!silent.contains(host)) {
        Thread.ofVirtual().start(() -> answer.accept(found));
      }
    }
  }
}
