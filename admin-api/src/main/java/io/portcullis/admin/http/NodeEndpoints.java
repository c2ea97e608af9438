package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.LuaNumber;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.PluginSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the node is and does: {@code /}, timers, caches, log level, and what Kong has but we lack.
 */
final class NodeEndpoints {
  /** The Admin API level that clients parse; our own version stands under {@code portcullis}. */
  private static final String API_LEVEL = "3.9.1";

  private static final String NO_CONTROL_PLANE =
      "this endpoint is only available when Kong is configured to run as Control Plane for the"
          + " cluster";
  private static final String NO_WASM = "this endpoint is only available when wasm is enabled";
  private static final String[] ROW_METHODS = {"GET", "PUT", "PATCH", "DELETE"};
  private static final List<String> LOG_LEVELS =
      List.of("debug", "info", "notice", "warn", "error", "crit", "alert", "emerg");
  private static final double DEFAULT_LOG_LEVEL_SECONDS = 60;

  private final NodeDescription description;
  private final EntityAccess entities;
  private final Transactions transactions;
  private final PluginCatalog plugins;
  private final LogLevels logLevels;

  NodeEndpoints(
      NodeDescription description,
      EntityAccess entities,
      Transactions transactions,
      PluginCatalog plugins,
      LogLevels logLevels) {
    this.description = description;
    this.entities = entities;
    this.transactions = transactions;
    this.plugins = plugins;
    this.logLevels = logLevels;
  }

  List<Endpoint> all() {
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(Endpoint.get("/", this::root));
    endpoints.add(
        Endpoint.get(
            "/status/dns",
            request -> AdminResponse.message(501, "not implemented with the legacy DNS client")));
    endpoints.add(Endpoint.get("/timers", request -> AdminResponse.json(200, timers())));
    endpoints.add(new Endpoint("/cache", Map.of("DELETE", request -> AdminResponse.noContent())));
    endpoints.add(
        new Endpoint(
            "/cache/{key}",
            Map.of(
                "GET",
                request -> {
                  throw Refusal.notFound();
                },
                "DELETE",
                request -> AdminResponse.noContent())));
    endpoints.add(
        Endpoint.get(
            "/robots.txt",
            request -> AdminResponse.text(200, "text/plain", "User-agent: *\nDisallow: /")));
    endpoints.add(
        Endpoint.get(
            "/debug/node/log-level",
            request -> AdminResponse.message(200, "log level: " + logLevels.current())));
    endpoints.add(
        new Endpoint("/debug/node/log-level/{log_level}", Map.of("PUT", this::changeLogLevel)));
    endpoints.add(
        new Endpoint("/debug/cluster/log-level/{log_level}", Map.of("PUT", this::changeLogLevel)));
    for (String path : List.of("/clustering/data-planes", "/clustering/status")) {
      endpoints.add(unavailable(path, NO_CONTROL_PLANE, "GET"));
    }
    for (String parent : List.of("", "/routes/{routes}", "/services/{services}")) {
      endpoints.add(unavailable(parent + "/filter-chains", NO_WASM, "GET", "POST"));
      endpoints.add(unavailable(parent + "/filter-chains/{filter_chains}", NO_WASM, ROW_METHODS));
    }
    for (String path : List.of("/route", "/service")) {
      endpoints.add(unavailable("/filter-chains/{filter_chains}" + path, NO_WASM, ROW_METHODS));
    }
    for (String path : List.of("/all", "/disabled", "/enabled")) {
      endpoints.add(unavailable("/routes/{routes}/filters" + path, NO_WASM, "GET"));
    }
    return endpoints;
  }

  private static Endpoint unavailable(String path, String message, String... methods) {
    Map<String, AdminPage> pages = new HashMap<>();
    for (String method : methods) {
      pages.put(method, request -> AdminResponse.message(400, message));
    }
    return new Endpoint(path, pages);
  }

  private AdminResponse root(AdminRequest request) {
    return transactions.read(
        reader -> {
          ObjectNode root = JsonNodeFactory.instance.objectNode();
          root.put("tagline", "Welcome to kong");
          root.put("version", API_LEVEL);
          root.put("edition", "community");
          root.put("hostname", description.node().hostname());
          root.put("node_id", description.node().nodeId().toString());
          root.put("lua_version", "none");
          root.putObject("timers").put("running", 0).put("pending", 0);
          long process = description.node().processId();
          ObjectNode processes = root.putObject("pids").put("master", process);
          processes.putArray("workers").add(process);
          ObjectNode known = root.putObject("plugins");
          ObjectNode available = known.putObject("available_on_server");
          for (PluginSpec<?> plugin : plugins.all()) {
            available
                .putObject(plugin.name())
                .put("version", API_LEVEL)
                .put("priority", plugin.priority());
          }
          var inUse = known.putArray("enabled_in_cluster");
          reader.pluginNamesInUse().forEach(inUse::add);
          root.set("configuration", configuration());
          root.putObject("portcullis")
              .put("version", description.productVersion())
              .put("database", entities.engine())
              .put("role", description.role())
              .put("java_version", System.getProperty("java.version"));
          return AdminResponse.json(200, root);
        });
  }

  /** Clients branch on a few of these, whatever our own settings are called. */
  private ObjectNode configuration() {
    ObjectNode configuration = description.configuration().deepCopy();
    configuration.put("database", entities.engine().equals("off") ? "off" : "postgres");
    configuration.put("role", "traditional");
    configuration.put("router_flavor", "traditional_compatible");
    configuration.put("log_level", logLevels.current());
    if (!configuration.path("worker_state_update_frequency").isNumber()) {
      configuration.put("worker_state_update_frequency", 5);
    }
    if (!configuration.path("plugins").isArray()) {
      configuration.putArray("plugins").add("bundled");
    }
    return configuration;
  }

  private static ObjectNode timers() {
    ObjectNode timers = JsonNodeFactory.instance.objectNode();
    timers.putObject("worker").put("id", 0).put("count", 1);
    ObjectNode stats = timers.putObject("stats");
    stats.putObject("sys").put("total", 0).put("runs", 0).put("running", 0).put("pending", 0);
    stats.putObject("timers");
    return timers;
  }

  private AdminResponse changeLogLevel(AdminRequest request) {
    if (entities.engine().equals("off")) {
      return AdminResponse.message(405, "cannot change log level when not using a database");
    }
    String level = request.parameter(0);
    if (!LOG_LEVELS.contains(level)) {
      return AdminResponse.message(400, "unknown log level: " + level);
    }
    Optional<String> timeout = request.query().first("timeout");
    OptionalDouble seconds =
        timeout.map(LuaNumber::parse).orElse(OptionalDouble.of(DEFAULT_LOG_LEVEL_SECONDS));
    if (seconds.isEmpty() || !(seconds.getAsDouble() >= 0)) {
      return AdminResponse.message(400, "timeout must be greater than or equal to 0");
    }
    if (logLevels.current().equals(level)) {
      return AdminResponse.message(200, "log level is already " + level);
    }
    double bounded = Math.min(seconds.getAsDouble(), Integer.MAX_VALUE);
    logLevels.change(level, Duration.ofMillis((long) (bounded * 1000)));
    return AdminResponse.message(200, "log level changed");
  }
}
