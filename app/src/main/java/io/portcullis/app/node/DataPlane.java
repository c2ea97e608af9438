package io.portcullis.app.node;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.counter.LocalCounters;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.queue.InMemoryBatchQueues;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.vault.Environment;
import io.portcullis.core.vault.Vaults;
import io.portcullis.proxy.balancing.HostBalancer;
import io.portcullis.proxy.balancing.ScheduledTimers;
import io.portcullis.proxy.balancing.SocketProber;
import io.portcullis.proxy.balancing.UpstreamBalancers;
import io.portcullis.proxy.routing.RoutingTable;
import io.portcullis.proxy.server.AccessLog;
import io.portcullis.proxy.server.ProxyServer;
import io.portcullis.proxy.server.TrafficCounters;
import io.portcullis.proxy.sync.ConfigurationModel;
import io.portcullis.proxy.sync.CredentialKind;
import io.portcullis.proxy.sync.InstalledPlugins;
import io.portcullis.proxy.sync.LastGoodSnapshot;
import io.portcullis.proxy.sync.LiveRoutingTable;
import io.portcullis.proxy.sync.SnapshotPoller;
import io.portcullis.proxy.tls.ShownKeys;
import io.portcullis.proxy.upstream.DnsResolver;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The part of a node that serves traffic: the proxy, its plugins, and the poller that keeps both up
 * to date.
 */
final class DataPlane {
  private static final System.Logger LOG = System.getLogger(DataPlane.class.getName());
  private static final Duration FIRST_CONFIGURATION = Duration.ofSeconds(60);
  private static final int COUNTERS = 1_000_000;

  private final LiveRoutingTable table;
  private final ProxyServer server;
  private final SnapshotPoller poller;
  private final ProxyConfiguration configured;
  private final UpstreamBalancers upstreams;
  private final Duration patience;

  private DataPlane(
      LiveRoutingTable table,
      ProxyServer server,
      SnapshotPoller poller,
      ProxyConfiguration configured,
      UpstreamBalancers upstreams,
      Duration patience) {
    this.table = table;
    this.server = server;
    this.poller = poller;
    this.configured = configured;
    this.upstreams = upstreams;
    this.patience = patience;
  }

  /** What it has in common with the rest of the node. */
  record Surroundings(
      EntitySpecs specs,
      Map<String, Plugin<?>> plugins,
      NodeInformation node,
      ExecutorService virtualThreads,
      ScheduledThreadPoolExecutor scheduler,
      MeterRegistry meters,
      SharedObjects shared,
      Environment environment,
      @Nullable AccessLog accessLog) {}

  /**
   * Puts it together and loads the first configuration: the source's, or the last good one if the
   * database is away. It does not listen yet.
   *
   * @param closing gets what is to be closed, also when this fails
   */
  static DataPlane open(
      Settings settings,
      ProxyConfiguration configured,
      ConfigurationSource source,
      Surroundings around,
      Closing closing)
      throws Exception {
    ExecutorService virtualThreads = around.virtualThreads;
    LiveRoutingTable table = new LiveRoutingTable(RoutingTable.empty(virtualThreads));
    DnsResolver resolver = new DnsResolver(configured.nameServers(), virtualThreads);
    closing.add(resolver::close);
    ProxyServer server =
        ProxyServer.create(
            configured.proxy(),
            table,
            service -> new HostBalancer(service.host(), service.port(), resolver),
            resolver,
            around.accessLog);
    Gauge.builder("portcullis.websockets.open", server.counters(), TrafficCounters::tunnels)
        .description("WebSockets that are open now.")
        .register(around.meters);
    Gauge.builder("portcullis.upstream.connections.open", server, ProxyServer::upstreamConnections)
        .description("Connections to targets that are open now, idle ones included.")
        .register(around.meters);
    Duration patience = settings.duration(Setting.SHUTDOWN_TIMEOUT);
    LateCredentials credentials = new LateCredentials();
    InMemoryBatchQueues queues =
        new InMemoryBatchQueues(around.scheduler, virtualThreads, InstantSource.system(), patience);
    LocalCounters counters = new LocalCounters(InstantSource.system(), around.scheduler, COUNTERS);
    closing.add(counters::close);
    PluginTables tables = new PluginTables(source.store(), around.specs, InstantSource.system());
    NodePluginContext.Services services =
        new NodePluginContext.Services(
            InstantSource.system(),
            around.scheduler,
            virtualThreads,
            around.meters,
            counters,
            credentials,
            id -> configured.certificates().keys(id),
            server.caller(),
            queues,
            around.node,
            TracingSettings.of(settings),
            around.shared,
            tables);
    ScheduledTimers timers = new ScheduledTimers(around.scheduler);
    UpstreamBalancers upstreams =
        UpstreamBalancers.of(
            resolver,
            timers,
            new SocketProber(timers, configured.proxy().trusted()),
            virtualThreads);
    closing.add(upstreams::close);
    ConfigurationModel model =
        new ConfigurationModel(
            new InstalledPlugins(around.plugins, config -> new NodePluginContext(config, services)),
            credentialKinds(around.specs),
            virtualThreads,
            InstantSource.system(),
            new Vaults(around.environment),
            configured.certificates(),
            upstreams);
    credentials.follow(model.credentials());
    @Nullable LastGoodSnapshot lastGood = lastGood(settings, virtualThreads);
    SnapshotPoller poller =
        new SnapshotPoller(source.snapshots(), model, table, configured.pollInterval(), lastGood);
    tables.follow(poller);
    // Closed in the reverse order: the proxy drains first, then handlers close, then their queues
    // are flushed.
    closing.add(() -> server.stop(Duration.ZERO));
    closing.add(queues::close);
    closing.add(model::close);
    closing.add(poller::close);
    closing.add(() -> server.drain(patience));
    if (source.away().isPresent() && lastGood != null) {
      String reason = source.away().get();
      Snapshot kept = kept(lastGood, reason);
      poller.serve(kept, reason);
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}; version {1} is served from {2} until the database is back",
          reason,
          Long.toString(kept.version()),
          lastGood.file());
    }
    poller.start();
    if (!poller.awaitLoaded(FIRST_CONFIGURATION)) {
      throw new IOException("no configuration could be loaded: " + poller.status().lastFailure());
    }
    AutoCloseable notices = source.notices().follow(poller::written);
    closing.add(() -> close(notices));
    return new DataPlane(table, server, poller, configured, upstreams, patience);
  }

  /** Binds the listeners; one line for each. */
  List<String> listen() throws IOException {
    server.listen();
    return configured.describe(server.addresses());
  }

  /** Takes no more connections and waits, for so long at most, until all requests are answered. */
  void drain() {
    server.drain(patience);
  }

  /** Shows other keys to clients whose server name nothing is live for. */
  void show(ShownKeys keys) {
    configured.certificates().fallback(keys);
  }

  LiveRoutingTable table() {
    return table;
  }

  ProxyServer server() {
    return server;
  }

  SnapshotPoller poller() {
    return poller;
  }

  /** Balancers of all upstreams, with the health of their targets. */
  UpstreamBalancers upstreams() {
    return upstreams;
  }

  /** An embedded database is where the file would be, and so is a declarative one. */
  private static @Nullable LastGoodSnapshot lastGood(Settings settings, ExecutorService writer) {
    return settings.text(Setting.DATABASE).equals("postgres")
        ? new LastGoodSnapshot(settings.prefix().resolve("snapshot"), writer)
        : null;
  }

  private static Snapshot kept(LastGoodSnapshot lastGood, String away) throws SettingsException {
    try {
      return lastGood.read();
    } catch (NoSuchFileException e) {
      throw new SettingsException(away + "; and there is no last good configuration to serve");
    } catch (IOException e) {
      throw new SettingsException(away + "; and the last good configuration: " + OneLine.of(e));
    }
  }

  private static void close(AutoCloseable notices) {
    try {
      notices.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "closing failed", e);
    }
  }

  private static Map<String, CredentialKind> credentialKinds(EntitySpecs specs) {
    Map<String, CredentialKind> kinds = new HashMap<>();
    for (PluginSpec<?> plugin : specs.plugins().all()) {
      for (EntitySpec spec : plugin.credentials()) {
        spec.lookupKey().ifPresent(key -> kinds.put(spec.name(), CredentialKind.byKey(key)));
        spec.keyBelowParent()
            .ifPresent(key -> kinds.put(spec.name(), new CredentialKind(key, true)));
      }
    }
    return kinds;
  }
}
