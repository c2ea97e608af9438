package io.portcullis.proxy.routing;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.entity.Upstream;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.proxy.balancing.HostAndPort;
import io.portcullis.proxy.balancing.UpstreamBalancer;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginChain;
import java.util.ArrayList;
import java.util.Comparator;
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
 * @param nearMisses the routes that came nearest: outranked or failing one condition, or, when
 *     there are none, failing as few as any; first those that would have had precedence
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
            ? taken(matched, winner, query)
            : null;
    PluginChain chain =
        match instanceof RouteMatch.Matched matched ? matched.route().chain() : table.globalChain();
    return new Explanation(
        table.version(),
        query.path(),
        taken,
        nearMisses(table, query, taken == null ? null : winner),
        chain.plugins().stream().map(ExplainedPlugin::of).toList(),
        chain.consumerPlugins());
  }

  private static Taken taken(RouteMatch.Matched matched, RouteEntry winner, RouteQuery query) {
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
                + (matched.route().upstream() == null
                    ? CompiledRoute.hostHeader(service.protocol(), service.host(), service.port())
                    : service.host())
                + matched.upstreamPath(query.path()),
        matched.route().upstream(),
        refusal(matched.route(), query));
  }

  /** Protocols do not choose a route: the wrong one is refused by the route that was chosen. */
  private static @Nullable String refusal(CompiledRoute route, RouteQuery query) {
    if (route.httpsOnly() && !query.secure()) {
      return "protocol http is not in "
          + route.route().protocols()
          + ": the answer is "
          + route.httpsRedirectStatus();
    }
    String type = query.headers().get("content-type");
    return route.grpc() && (type == null || !type.startsWith("application/grpc"))
        ? "the route takes gRPC only: the answer is 415"
        : null;
  }

  private static List<NearMiss> nearMisses(
      RoutingTable table, RouteQuery query, @Nullable RouteEntry winner) {
    // Kept small by dropping the farthest, so that 100,000 routes need no list of them all.
    PriorityQueue<Candidate> nearest = new PriorityQueue<>(Candidate.FARTHEST_FIRST);
    table.forEachEntry(
        entry -> {
          if (!entry.equals(winner)) {
            nearest.add(new Candidate(entry, failures(table, query, entry)));
            if (nearest.size() > MOST_NEAR_MISSES) {
              nearest.remove();
            }
          }
        });
    List<Candidate> candidates = new ArrayList<>(nearest.size());
    while (!nearest.isEmpty()) {
      candidates.addFirst(nearest.remove());
    }
    int most = candidates.isEmpty() ? 0 : Math.max(1, candidates.getFirst().failures.size());
    candidates.removeIf(candidate -> candidate.failures.size() > most);
    candidates.sort(Comparator.comparing(Candidate::entry));
    return candidates.stream().map(Explanation::miss).toList();
  }

  private static NearMiss miss(Candidate candidate) {
    Route route = candidate.entry.route();
    List<Failure> failures =
        candidate.failures.isEmpty()
            ? List.of(new Failure("precedence", "matches, but has lower precedence"))
            : candidate.failures;
    return new NearMiss(route.id(), route.name(), candidate.entry.path(), failures);
  }

  private static List<Failure> failures(RoutingTable table, RouteQuery query, RouteEntry entry) {
    List<Failure> failures = entry.conditions().failures(query);
    if (!entry.pathFits(query.path())) {
      String how = entry.isRegex() ? " does not match " : " does not begin with ";
      failures.add(new Failure("path", "path " + query.path() + how + entry.path()));
    }
    if (!table.serves(entry)) {
      failures.add(new Failure("service", "its service is missing or disabled"));
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
      ObjectNode told = misses.addObject();
      told.put("id", miss.id.toString()).put("name", miss.name).put("path", miss.path);
      ArrayNode failed = told.putArray("failed");
      miss.failures.forEach(failure -> failed.add(failure.condition));
      told.put("reason", miss.reason());
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
   * @param upstream what the service's host is the name of; null when the host is the target
   * @param refused why the route does not let the request through all the same; null when it does
   */
  public record Taken(
      UUID id,
      @Nullable String name,
      @Nullable String path,
      String matched,
      Map<String, String> captures,
      @Nullable UUID serviceId,
      @Nullable String serviceName,
      @Nullable String upstreamUrl,
      @Nullable UpstreamBalancer upstream,
      @Nullable String refused) {
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
      if (upstream != null) {
        write(upstream, json.putObject("upstream"));
      }
      json.put("refused", refused);
    }

    private static void write(UpstreamBalancer upstream, ObjectNode json) {
      Upstream entity = upstream.upstream();
      json.put("id", entity.id().toString()).put("name", entity.name());
      ArrayNode targets = json.putArray("targets");
      for (UpstreamHealth.TargetReport target : upstream.report().targets()) {
        targets
            .addObject()
            .put("target", HostAndPort.text(target.host(), target.port()))
            .put("weight", target.nodeWeight())
            .put("health", target.health().name());
      }
    }
  }

  /**
   * A condition of a route that a request does not meet.
   *
   * @param condition {@code method}, {@code host}, {@code header}, {@code sni}, {@code path},
   *     {@code service}, or {@code precedence} when it meets all of them
   */
  public record Failure(String condition, String reason) {}

  /** A route that nearly took the request, and why it did not. */
  public record NearMiss(
      UUID id, @Nullable String name, @Nullable String path, List<Failure> failures) {
    /** All failures in words. */
    public String reason() {
      return String.join("; ", failures.stream().map(Failure::reason).toList());
    }
  }

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

  private record Candidate(RouteEntry entry, List<Failure> failures) {
    static final Comparator<Candidate> FARTHEST_FIRST =
        Comparator.<Candidate>comparingInt(candidate -> candidate.failures.size())
            .thenComparing(Candidate::entry)
            .reversed();
  }
}
