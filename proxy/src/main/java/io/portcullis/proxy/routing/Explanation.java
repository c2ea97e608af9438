package io.portcullis.proxy.routing;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a request goes where it goes, told from the table and the chain that serve. Made for people:
 * it looks at every route.
 *
 * @param version of the configuration
 * @param path in normal form
 * @param taken the route that takes the request; null when none does
 * @param nearMisses routes that fail exactly one condition or are outranked, first those that would
 *     have had precedence
 * @param plugins of the chain, in run order, as for a request without a consumer
 * @param consumerPlugins names of plugins that may have another configuration for a consumer
 */
public record Explanation(
    long version,
    String path,
    @Nullable Taken taken,
    List<NearMiss> nearMisses,
    List<ExplainedPlugin> plugins,
    List<String> consumerPlugins) {
  private static final int MOST_NEAR_MISSES = 10;

  /** Explains one request. */
  public static Explanation of(RoutingTable table, RouteQuery query) {
    RouteEntry winner = table.find(query);
    RouteMatch match = table.match(query);
    Taken taken =
        match instanceof RouteMatch.Matched matched && winner != null
            ? taken(matched, winner, query.path())
            : null;
    PluginChain chain =
        match instanceof RouteMatch.Matched matched ? matched.route().chain() : table.globalChain();
    return new Explanation(
        table.version(),
        query.path(),
        taken,
        nearMisses(table, query, winner),
        chain.plugins().stream().map(ExplainedPlugin::of).toList(),
        chain.consumerPlugins());
  }

  private static Taken taken(RouteMatch.Matched matched, RouteEntry winner, String path) {
    Route route = matched.route().route();
    Service service = matched.route().service();
    return new Taken(
        route.id(),
        route.name(),
        winner.path(),
        matched.matched(),
        matched.captures(),
        service == null ? null : service.id(),
        service == null ? null : service.name(),
        service == null
            ? null
            : service.protocol()
                + "://"
                + CompiledRoute.hostHeader(service.protocol(), service.host(), service.port())
                + matched.upstreamPath(path));
  }

  private static List<NearMiss> nearMisses(
      RoutingTable table, RouteQuery query, @Nullable RouteEntry winner) {
    // Kept small by dropping the least entry, so that 100,000 routes need no list of them all.
    PriorityQueue<Candidate> best = new PriorityQueue<>((a, b) -> b.entry.compareTo(a.entry));
    table.forEachEntry(
        entry -> {
          if (entry.equals(winner)) {
            return;
          }
          List<String> failures = failures(table, query, entry);
          if (failures.size() > 1) {
            return;
          }
          String reason =
              failures.isEmpty() ? "matches, but has lower precedence" : failures.getFirst();
          best.add(new Candidate(entry, reason));
          if (best.size() > MOST_NEAR_MISSES) {
            best.remove();
          }
        });
    List<NearMiss> misses = new ArrayList<>(best.size());
    while (!best.isEmpty()) {
      Candidate candidate = best.remove();
      Route route = candidate.entry.route();
      misses.addFirst(
          new NearMiss(route.id(), route.name(), candidate.entry.path(), candidate.reason));
    }
    return List.copyOf(misses);
  }

  private static List<String> failures(RoutingTable table, RouteQuery query, RouteEntry entry) {
    List<String> failures = entry.conditions().failures(query);
    if (!entry.pathFits(query.path())) {
      failures.add("path " + query.path() + " does not begin with " + entry.path());
    }
    if (!table.serves(entry)) {
      failures.add("its service is missing or disabled");
    }
    return failures;
  }

  /** The explanation as the Admin API tells it. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", version);
    json.put("path", path);
    if (taken == null) {
      json.putNull("route");
    } else {
      taken.write(json.putObject("route"));
    }
    ArrayNode misses = json.putArray("near_misses");
    for (NearMiss miss : nearMisses) {
      misses
          .addObject()
          .put("id", miss.id.toString())
          .put("name", miss.name)
          .put("path", miss.path)
          .put("reason", miss.reason);
    }
    ArrayNode chain = json.putArray("plugins");
    for (ExplainedPlugin plugin : plugins) {
      chain
          .addObject()
          .put("name", plugin.name)
          .put("priority", plugin.priority)
          .put("scope", plugin.scope)
          .put("id", plugin.id.toString());
    }
    ArrayNode byConsumer = json.putArray("consumer_plugins");
    consumerPlugins.forEach(byConsumer::add);
    return json;
  }

  /**
   * The route that takes the request.
   *
   * @param path as configured; null for a route without paths
   * @param matched the part of the request's path that it took
   * @param upstreamUrl what the service would be asked for, without query; null without a service
   */
  public record Taken(
      UUID id,
      @Nullable String name,
      @Nullable String path,
      String matched,
      Map<String, String> captures,
      @Nullable UUID serviceId,
      @Nullable String serviceName,
      @Nullable String upstreamUrl) {
    private void write(ObjectNode json) {
      json.put("id", id.toString()).put("name", name).put("path", path).put("matched", matched);
      ObjectNode groups = json.putObject("captures");
      captures.forEach(groups::put);
      if (serviceId == null) {
        json.putNull("service");
      } else {
        json.putObject("service").put("id", serviceId.toString()).put("name", serviceName);
      }
      json.put("upstream_url", upstreamUrl);
    }
  }

  /** A route that nearly took the request, and why it did not. */
  public record NearMiss(UUID id, @Nullable String name, @Nullable String path, String reason) {}

  /**
   * A plugin of the chain.
   *
   * @param scope {@code global}, or what the configuration is bound to: {@code route and service}
   * @param id of the configuration
   */
  public record ExplainedPlugin(String name, int priority, String scope, UUID id) {
    private static ExplainedPlugin of(ConfiguredPlugin plugin) {
      PluginConfig configuration = plugin.configuration();
      boolean ofRoute = configuration.routeId() != null;
      boolean ofService = configuration.serviceId() != null;
      String scope =
          ofRoute ? (ofService ? "route and service" : "route") : ofService ? "service" : "global";
      return new ExplainedPlugin(
          plugin.name(), plugin.traits().priority(), scope, configuration.id());
    }
  }

  private record Candidate(RouteEntry entry, String reason) {}
}
