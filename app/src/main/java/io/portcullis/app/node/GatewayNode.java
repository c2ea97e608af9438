package io.portcullis.app.node;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portcullis.admin.http.AdminApi;
import io.portcullis.admin.http.AdminParts;
import io.portcullis.admin.http.AdminServer;
import io.portcullis.admin.http.Listener;
import io.portcullis.admin.http.LiveConfiguration;
import io.portcullis.admin.http.NodeDescription;
import io.portcullis.admin.http.StatusServer;
import io.portcullis.admin.wire.AdminPage;
import io.portcullis.app.declarative.DeclarativeSource;
import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Role;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.core.plugin.AdminEndpoint;
import io.portcullis.core.plugin.MetricsPage;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.plugins.prometheus.PrometheusMetrics;
import io.portcullis.plugins.prometheus.RequestMetrics;
import io.portcullis.proxy.sync.SnapshotPoller;
import io.portcullis.proxy.tls.LiveCertificates;
import io.portcullis.proxy.tls.ShownKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A whole gateway in this process, put together from its settings: store, poller, plugins, proxy,
 * Admin API, status. Everything it opens is closed by {@link #stop}, in the reverse order.
 */
public final class GatewayNode {
  private static final System.Logger LOG = System.getLogger(GatewayNode.class.getName());
  private static final Set<Setting> RELOADED =
      EnumSet.of(
          Setting.LOG_LEVEL,
          Setting.DECLARATIVE_CONFIG,
          Setting.DECLARATIVE_CONFIG_STRING,
          Setting.MAX_CONNECTIONS,
          Setting.SSL_CERT,
          Setting.SSL_CERT_KEY);
  private static final Duration WRITE_PATIENCE = Duration.ofSeconds(5);

  private final Settings settings;
  private final Logs logs;
  private final PidFile pidFile;
  private final Closing closing = new Closing();
  private final List<String> addresses = new ArrayList<>();
  private final LiveCertificates controlKeys = new LiveCertificates();
  private @Nullable NodeReport report;
  private @Nullable ConfigurationSource source;
  private @Nullable DataPlane dataPlane;

  private GatewayNode(Settings settings, Logs logs) {
    this.settings = settings;
    this.logs = logs;
    this.pidFile = new PidFile(settings.prefix());
  }

  /**
   * Starts everything; when a part cannot start, what was started is closed again.
   *
   * @throws Exception with one line that says what is wrong
   */
  public static GatewayNode start(Settings settings) throws Exception {
    prepare(settings.prefix());
    Logs logs = Logs.open(settings);
    GatewayNode node = new GatewayNode(settings, logs);
    node.closing.add(logs::close);
    try {
      node.open();
      return node;
    } catch (Exception | LinkageError e) {
      node.closing.run();
      throw e;
    }
  }

  /** Where it listens, one line each. */
  List<String> addresses() {
    return List.copyOf(addresses);
  }

  PidFile pidFile() {
    return pidFile;
  }

  void reopenLogs() {
    logs.reopen();
  }

  /**
   * Takes over what can change without a restart, or nothing of it: the certificate, the
   * declarative file, the log level and the limit of connections. What else is different is told
   * and stays as it was.
   */
  void reload(Settings changed) throws Exception {
    Logs.check(changed);
    int connections = ProxyConfiguration.maxConnections(changed);
    @Nullable ShownKeys keys = listensWithTls() ? ProxyConfiguration.ownKeys(changed) : null;
    if (source != null) {
      source.reload().run(changed);
    }
    logs.setLevel(changed);
    if (dataPlane != null) {
      dataPlane.server().limitConnections(connections);
    }
    if (keys != null) {
      controlKeys.fallback(keys);
      if (dataPlane != null) {
        dataPlane.show(keys);
      }
    }
    for (Setting setting : Setting.values()) {
      if (!RELOADED.contains(setting) && !changed.text(setting).equals(settings.text(setting))) {
        LOG.log(
            System.Logger.Level.WARNING,
            "reload: {0} has changed, which needs a restart",
            setting.key());
      }
    }
    if (dataPlane != null) {
      dataPlane.poller().wake();
    }
    LOG.log(System.Logger.Level.INFO, "reloaded");
  }

  /** Drains and closes everything. */
  void stop() {
    if (report != null) {
      report.drain();
    }
    LOG.log(System.Logger.Level.INFO, "stopping");
    if (dataPlane != null) {
      // First, so that probes and operators can watch it.
      dataPlane.drain();
    }
    closing.run();
  }

  private void open() throws Exception {
    pidFile.claim();
    closing.add(pidFile::release);
    List<String> warnings = new ArrayList<>(settings.warnings());
    Role role = Role.of(settings);
    Map<String, Plugin<?>> plugins = PluginDirectory.enabled(settings, warnings);
    PluginCatalog catalog = PluginCatalog.of(plugins.values().stream().map(Plugin::spec).toList());
    EntitySpecs specs = new EntitySpecs(catalog);
    NodeInformation node = NodeIdentity.in(settings.prefix());
    ProxyConfiguration configured = ProxyConfiguration.of(settings, warnings);

    ConfigurationSource opened = ConfigurationSource.open(settings, specs);
    source = opened;
    closing.add(opened.close());

    if (opened.away().isPresent() && !role.proxies()) {
      throw new IOException(opened.away().get());
    }
    ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    closing.add(virtualThreads::shutdownNow);
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("scheduler").factory());
    scheduler.setRemoveOnCancelPolicy(true);
    closing.add(scheduler::shutdownNow);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    closing.add(meters::close);
    logs.count(meters);
    SharedObjects shared = new SharedObjects();

    @Nullable DataPlane plane = null;
    if (role.proxies()) {
      plane =
          DataPlane.open(
              settings,
              configured,
              opened,
              new DataPlane.Surroundings(
                  specs,
                  plugins,
                  node,
                  virtualThreads,
                  scheduler,
                  meters,
                  shared,
                  System::getenv,
                  logs.access()),
              closing);
      dataPlane = plane;
    }
    @Nullable DeclarativeSource declarative = opened.declarative();
    NodeReport told =
        new NodeReport(
            plane,
            opened.entities(),
            scheduler,
            declarative == null ? () -> DeclarativeSource.NO_HASH : declarative::hash);
    report = told;
    NodeDescription description =
        new NodeDescription(node, GatewayVersion.OWN, role.word(), NodeConfiguration.of(settings));
    Map<String, AdminPage> pages = pages(plane, meters, shared, told, node, plugins);
    AdminParts parts =
        new AdminParts(
            description,
            specs,
            new EntityEditor(specs, InstantSource.system(), new SecureRandomValues()),
            opened.entities(),
            live(plane),
            WRITE_PATIENCE,
            told,
            logs,
            plane == null ? UpstreamHealth.NONE : plane.upstreams(),
            opened.format(),
            declarative,
            pages);
    if (role.administers()) {
      List<AdminEndpoint> brought = new ArrayList<>();
      plugins.values().forEach(plugin -> brought.addAll(plugin.adminEndpoints(shared::get)));
      openAdmin(parts, brought);
    }
    openStatus(parts, role);
    if (plane != null) {
      addresses.addAll(plane.listen());
    }
    warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
  }

  private static LiveConfiguration live(@Nullable DataPlane plane) {
    return plane == null
        ? LiveConfiguration.elsewhere()
        : (version, timeout) -> await(plane.poller(), version, timeout);
  }

  private void openAdmin(AdminParts parts, List<AdminEndpoint> brought) throws Exception {
    List<ListenAddress> listen = settings.listen(Setting.ADMIN_LISTEN);
    if (listen.isEmpty()) {
      return;
    }
    AdminAccess access = AdminAccess.of(settings);
    access.warnings(listen).forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    AdminApi api = new AdminApi(parts, brought);
    AdminServer server =
        bound(
            Setting.ADMIN_LISTEN,
            () ->
                new AdminServer(
                    listeners(listen, access.clients()),
                    access.protection().withAudit(logs.audit()),
                    parts.description().node().serverToken(),
                    api));
    closing.add(server::close);
    server.addresses().forEach(address -> addresses.add("admin   " + shown(address)));
  }

  private void openStatus(AdminParts parts, Role role) throws Exception {
    List<ListenAddress> listen = settings.listen(Setting.STATUS_LISTEN);
    if (listen.isEmpty()) {
      return;
    }
    Map<String, AdminPage> published = new HashMap<>(parts.pages());
    if (role.administers()) {
      published.keySet().retainAll(List.of("/metrics"));
    }
    if (role.proxies() && (!role.administers() || parts.entities().engine().equals("off"))) {
      published.putAll(AdminApi.healthPages(parts));
    }
    StatusServer server =
        bound(
            Setting.STATUS_LISTEN,
            () ->
                new StatusServer(
                    listeners(listen, null),
                    parts.description(),
                    parts.entities(),
                    parts.status(),
                    published));
    closing.add(server::close);
    server.addresses().forEach(address -> addresses.add("status  " + shown(address)));
  }

  private Map<String, AdminPage> pages(
      @Nullable DataPlane plane,
      PrometheusMeterRegistry meters,
      SharedObjects shared,
      NodeReport told,
      NodeInformation node,
      Map<String, Plugin<?>> plugins) {
    Map<String, AdminPage> pages = new HashMap<>();
    if (plane != null) {
      pages.put("/portcullis/explain", new ExplainEndpoint(plane.table()));
    }
    List<MetricsPage> metrics = new ArrayList<>();
    if (plugins.containsKey("prometheus")) {
      metrics.add(
          new PrometheusMetrics(node, told, shared.get(RequestMetrics.class, RequestMetrics::new)));
    }
    metrics.add(new ProcessMetrics());
    pages.put("/metrics", new MetricsEndpoint(metrics, meters));
    return pages;
  }

  /**
   * @param clients who must be behind a client's certificate; null asks for none
   */
  private List<Listener> listeners(List<ListenAddress> addresses, TrustManager @Nullable [] clients)
      throws Exception {
    List<Listener> listeners = new ArrayList<>();
    for (ListenAddress address : addresses) {
      SSLContext tls =
          address.ssl() ? ProxyConfiguration.tls(settings, controlKeys, clients) : null;
      boolean certificate = tls != null && clients != null;
      listeners.add(new Listener(address.host(), address.port(), tls, certificate));
    }
    return listeners;
  }

  private boolean listensWithTls() throws SettingsException {
    for (Setting setting :
        List.of(Setting.PROXY_LISTEN, Setting.ADMIN_LISTEN, Setting.STATUS_LISTEN)) {
      if (settings.listen(setting).stream().anyMatch(ListenAddress::ssl)) {
        return true;
      }
    }
    return false;
  }

  private static boolean await(SnapshotPoller polling, long version, Duration timeout) {
    try {
      return polling.awaitVersion(version, timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Names the setting whose address cannot be had. */
  private static <T> T bound(Setting setting, java.util.concurrent.Callable<T> opening)
      throws Exception {
    try {
      return opening.call();
    } catch (RuntimeException e) {
      throw new IOException(setting.key() + ": " + OneLine.of(e), e);
    }
  }

  private static String shown(java.net.InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static void prepare(Path prefix) throws SettingsException {
    try {
      Files.createDirectories(prefix);
    } catch (IOException e) {
      throw new SettingsException(
          "prefix: cannot make the directory " + prefix + ": " + e.getMessage());
    }
    if (!Files.isWritable(prefix) || !Files.isReadable(prefix)) {
      throw new SettingsException("prefix: cannot read and write the directory " + prefix);
    }
  }
}
