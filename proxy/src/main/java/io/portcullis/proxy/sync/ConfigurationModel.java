package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.vault.Environment;
import io.portcullis.core.vault.Vaults;
import io.portcullis.proxy.balancing.UpstreamBalancers;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginScopes;
import io.portcullis.proxy.routing.RoutingTable;
import io.portcullis.proxy.tls.LiveCertificates;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration as this node knows it, and how a change of it becomes a change of the routing
 * table. Belongs to one thread, that of {@link SnapshotPoller}; {@link #quarantined} and {@link
 * #credentials} may be read by any.
 *
 * <p>The cost of applying changes follows the changes. An entity that cannot serve is quarantined;
 * the rest goes live.
 */
public final class ConfigurationModel implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ConfigurationModel.class.getName());
  private static final Set<String> HTTP_PROTOCOLS =
      Set.of("http", "https", "grpc", "grpcs", "ws", "wss");

  private static final String VAULTS = "vaults";

  private final PluginStarter starter;
  private final LiveCredentials credentials;
  private final CertificateModel certificates;
  private final @Nullable UpstreamModel upstreams;
  private final RetiredHandlers retired;
  private final Map<Key, ObjectNode> bodies = new HashMap<>();
  private final Map<UUID, ConfiguredPlugin> plugins = new HashMap<>();
  private final Map<UUID, UUID> serviceOfRoute = new HashMap<>();
  private final Map<UUID, Set<UUID>> routesOfService = new HashMap<>();
  private final SecretModel secrets;
  private final Map<Key, Quarantined> broken = new LinkedHashMap<>();
  private final UnservedRoutes unserved = new UnservedRoutes(HTTP_PROTOCOLS);
  private volatile List<Quarantined> quarantined = List.of();
  private RoutingTable table;

  /**
   * @param credentialKinds entities that are credentials, and how each is looked up
   * @param virtualThreads runs handlers that may block, and closes handlers
   */
  public ConfigurationModel(
      PluginStarter starter,
      Map<String, CredentialKind> credentialKinds,
      Executor virtualThreads,
      InstantSource clock) {
    this(
        starter,
        credentialKinds,
        virtualThreads,
        clock,
        new Vaults(Environment.EMPTY),
        new LiveCertificates(),
        null);
  }

  /**
   * @param vaults resolve references to secrets, and follow the stored vaults
   * @param shown gets the certificates that clients are shown
   * @param balancers gets the upstreams; null leaves them alone
   */
  public ConfigurationModel(
      PluginStarter starter,
      Map<String, CredentialKind> credentialKinds,
      Executor virtualThreads,
      InstantSource clock,
      Vaults vaults,
      LiveCertificates shown,
      @Nullable UpstreamBalancers balancers) {
    this.starter = starter;
    this.secrets = new SecretModel(vaults);
    UpstreamModel model = balancers == null ? null : new UpstreamModel(balancers);
    this.upstreams = model;
    this.certificates =
        new CertificateModel(shown, host -> model == null ? null : model.certificate(host));
    this.credentials = new LiveCredentials(credentialKinds, clock);
    this.retired = new RetiredHandlers(clock, virtualThreads);
    this.table = RoutingTable.empty(virtualThreads);
  }

  /** The table of the last version that was applied; empty before. */
  public RoutingTable table() {
    return table;
  }

  /** Consumers and credentials, which follow the changes as they are applied. */
  public CredentialStore credentials() {
    return credentials;
  }

  /** What cannot serve, and why. */
  public List<Quarantined> quarantined() {
    return quarantined;
  }

  /** What the last version that was applied consists of, quarantined entities included. */
  Snapshot snapshot() {
    List<StoredEntity> entities = new ArrayList<>(bodies.size());
    bodies.forEach((key, body) -> entities.add(new StoredEntity(key.entity, key.id, body)));
    return new Snapshot(table.version(), entities);
  }

  /** Makes the configuration equal to a snapshot; handlers of what is in both stay. */
  public RoutingTable load(Snapshot snapshot) {
    Set<Key> gone = new HashSet<>(bodies.keySet());
    List<Change> changes = new ArrayList<>();
    for (StoredEntity entity : snapshot.entities()) {
      gone.remove(new Key(entity.entity(), entity.id()));
      changes.add(new Change(snapshot.version(), entity.entity(), entity.id(), entity.body()));
    }
    List<Change> all = new ArrayList<>(gone.size() + changes.size());
    for (Key key : gone) {
      all.add(new Change(snapshot.version(), key.entity, key.id, null));
    }
    all.addAll(changes);
    return apply(snapshot.version(), all);
  }

  /**
   * Applies changes in their order.
   *
   * @param version of the configuration that they lead to
   * @return the table of that version, to be published by the caller
   */
  public RoutingTable apply(long version, List<Change> changes) {
    Batch batch = new Batch(version);
    // First, so that nothing is started with a vault that is about to change.
    for (Change change : changes) {
      if (change.entity().equals(VAULTS)) {
        batch.take(change);
      }
    }
    for (Change change : changes) {
      if (!change.entity().equals(VAULTS)) {
        batch.take(change);
      }
    }
    return batch.finish();
  }

  /** Closes handlers that were replaced and are used by no exchange any more. */
  public void closeUnused() {
    retired.closeUnused();
  }

  /** Closes all handlers; the table must not serve any more. */
  @Override
  public void close() {
    retired.closeAll();
    plugins.values().forEach(RetiredHandlers::close);
    plugins.clear();
  }

  private void quarantine(Key key, String reason) {
    Quarantined entity = new Quarantined(key.entity, key.id, reason);
    if (!entity.equals(broken.put(key, entity))) {
      LOG.log(Level.ERROR, key.entity + " " + key.id + " is quarantined: " + reason);
    }
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  record Key(String entity, UUID id) {}

  /** One run of {@link #apply}. */
  private final class Batch {
    private final RoutingTable.Change next;
    private final PluginScopes before;
    private final List<ConfiguredPlugin> replaced = new ArrayList<>();
    private final Set<UUID> touchedRoutes = new HashSet<>();
    private final Set<UUID> comeOrGone = new HashSet<>();

    Batch(long version) {
      this.next = table.change(version);
      this.before = table.plugins();
    }

    void take(Change change) {
      Key key = new Key(change.entity(), change.id());
      ObjectNode body = change.body();
      ObjectNode known = body == null ? bodies.remove(key) : bodies.put(key, body);
      if (body == null ? known == null : body.equals(known)) {
        return;
      }
      change(key, body);
    }

    private void change(Key key, @Nullable ObjectNode body) {
      broken.remove(key);
      switch (key.entity) {
        case VAULTS -> secrets.changeVault(key.id, body);
        case "services" -> changeService(key, body);
        case "routes" -> changeRoute(key, body);
        case "plugins" -> changePlugin(key, body);
        case "consumers" -> changeCredentials(key, body);
        case "certificates" -> changeCertificate(key, body);
        case "snis" -> tried(key, () -> certificates.changeSni(key.id, body));
        case "upstreams" -> changed(key, model -> model.changeUpstream(key.id, body));
        case "targets" -> changed(key, model -> model.changeTarget(key.id, body));
        case "ca_certificates" -> tried(key, () -> certificates.changeAuthority(key.id, body));
        default -> {
          if (credentials.keeps(key.entity)) {
            changeCredentials(key, body);
          }
        }
      }
    }

    private void changeCertificate(Key key, @Nullable ObjectNode body) {
      secrets.follow(key, body);
      tried(key, () -> certificates.changeCertificate(key.id, secrets.certificate(key, body)));
    }

    private void changed(Key key, Consumer<UpstreamModel> change) {
      UpstreamModel model = upstreams;
      if (model != null) {
        tried(key, () -> change.accept(model));
      }
    }

    RoutingTable finish() {
      secrets.finish(key -> change(key, bodies.get(key)));
      if (upstreams != null) {
        Set<String> hosts = upstreams.publish(next);
        if (!hosts.isEmpty()) {
          showOtherCertificates(hosts);
        }
      }
      certificates.touchedServices().forEach(this::secure);
      comeOrGone.forEach(
          service -> touchedRoutes.addAll(routesOfService.getOrDefault(service, Set.of())));
      touchedRoutes.forEach(this::checkService);
      quarantined = List.copyOf(broken.values());
      table = next.table();
      certificates.publish();
      unserved.tell();
      if (next.plugins() != before) {
        retired.retire(before, replaced);
      }
      return table;
    }

    /** Rare enough that looking at every service does not matter. */
    private void showOtherCertificates(Set<String> hosts) {
      bodies.forEach(
          (key, body) -> {
            if (key.entity.equals("services") && hosts.contains(body.path("host").asString(""))) {
              tried(key, () -> certificates.changeService(key.id, Service.of(body)));
            }
          });
    }

    private void tried(Key key, Runnable change) {
      try {
        change.run();
      } catch (RuntimeException failure) {
        quarantine(key, reason(failure));
      }
    }

    private void changeService(Key key, @Nullable ObjectNode body) {
      Service service = null;
      try {
        if (body != null) {
          service = Service.of(body);
        }
      } catch (RuntimeException failure) {
        quarantine(key, reason(failure));
      }
      certificates.changeService(key.id, service);
      put(key, service);
    }

    /** Gives a service what it wants of TLS, once all certificates are known. */
    private void secure(UUID id) {
      Key key = new Key("services", id);
      ObjectNode body = bodies.get(key);
      if (body == null) {
        next.tls(id, null);
        return;
      }
      try {
        Service service = Service.of(body);
        next.tls(id, certificates.tls(service, next.tls(id)));
        if (next.service(id) == null) {
          broken.remove(key);
          put(key, service);
        }
      } catch (RuntimeException failure) {
        next.tls(id, null);
        put(key, null);
        quarantine(key, reason(failure));
      }
    }

    private void put(Key key, @Nullable Service service) {
      boolean before = next.service(key.id) != null;
      boolean now = service != null;
      if (service != null) {
        next.with(service);
      } else {
        next.withoutService(key.id);
      }
      if (now != before) {
        // Only then must its routes, which may be many, be looked at.
        comeOrGone.add(key.id);
      }
    }

    private void changeRoute(Key key, @Nullable ObjectNode body) {
      touchedRoutes.add(key.id);
      belongsTo(key.id, null);
      unserved.gone(key.id);
      try {
        if (body != null) {
          Route route = Route.of(body);
          unserved.changed(route);
          next.with(route);
          belongsTo(key.id, route.serviceId());
          return;
        }
      } catch (RuntimeException failure) {
        quarantine(key, reason(failure));
      }
      next.without(key.id);
    }

    private void belongsTo(UUID route, @Nullable UUID service) {
      UUID former = serviceOfRoute.remove(route);
      if (former != null) {
        routesOfService.computeIfPresent(
            former, (id, routes) -> routes.remove(route) && routes.isEmpty() ? null : routes);
      }
      if (service != null) {
        serviceOfRoute.put(route, service);
        routesOfService.computeIfAbsent(service, id -> new HashSet<>()).add(route);
      }
    }

    private void checkService(UUID route) {
      Key key = new Key("routes", route);
      UUID service = serviceOfRoute.get(route);
      if (service == null) {
        return;
      }
      if (next.service(service) == null) {
        quarantine(key, "its service " + service + " is missing");
      } else {
        broken.remove(key);
      }
    }

    private void changePlugin(Key key, @Nullable ObjectNode body) {
      ConfiguredPlugin former = plugins.remove(key.id);
      if (former != null) {
        next.plugins(next.plugins().without(former));
        replaced.add(former);
      }
      secrets.follow(key, body);
      if (body == null) {
        return;
      }
      try {
        PluginConfig stored = PluginConfig.of(body);
        PluginConfig configuration = secrets.plugin(key, stored, starter.config(stored.name()));
        if (configuration.enabled() && servesHttp(configuration)) {
          ConfiguredPlugin started = start(key, configuration);
          plugins.put(key.id, started);
          next.plugins(next.plugins().with(started));
        }
      } catch (RuntimeException failure) {
        quarantine(key, reason(failure));
      }
    }

    private ConfiguredPlugin start(Key key, PluginConfig configuration) {
      try {
        return starter.start(configuration);
      } catch (RuntimeException | LinkageError failure) {
        quarantine(key, configuration.name() + ": " + reason(failure));
        return QuarantinedPlugin.of(configuration, starter.traits(configuration.name()));
      }
    }

    private boolean servesHttp(PluginConfig configuration) {
      return configuration.protocols().isEmpty()
          || configuration.protocols().stream().anyMatch(HTTP_PROTOCOLS::contains);
    }

    private void changeCredentials(Key key, @Nullable ObjectNode body) {
      try {
        changeLive(key, body);
      } catch (RuntimeException failure) {
        changeLive(key, null);
        quarantine(key, reason(failure));
      }
    }

    private void changeLive(Key key, @Nullable ObjectNode body) {
      if (key.entity.equals("consumers")) {
        credentials.changeConsumer(key.id, body);
      } else {
        credentials.changeCredential(key.entity, key.id, body);
      }
    }
  }
}
