package io.portcullis.plugins.prometheus;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The request series of this node, filled by all {@code prometheus} configurations and kept when
 * they change. The number of series is bounded; what is over the bound is not counted, and that is
 * counted in {@code kong_nginx_metric_errors_total}.
 */
public final class RequestMetrics {
  static final String REQUESTS = "kong_http_requests_total";
  static final String BANDWIDTH = "kong_bandwidth_bytes";
  private static final String GATEWAY_LATENCY = "kong_kong_latency_ms";
  private static final String UPSTREAM_LATENCY = "kong_upstream_latency_ms";
  private static final String REQUEST_LATENCY = "kong_request_latency_ms";
  private static final int MAXIMUM_SERIES = 200_000;

  private final ConcurrentHashMap<Names, RouteSeries> byNames = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Object, Resolved> byRoute = new ConcurrentHashMap<>();
  private final AtomicInteger series = new AtomicInteger();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger showingHealth = new AtomicInteger();
  private final LongAdder errors = new LongAdder();

  /**
   * The series of a route, found by identity as long as neither route nor service changes.
   *
   * @return null when there are too many series already
   */
  @SuppressWarnings(
      "ReferenceEquality") // another object is a changed entity, and comparing is free
  @Nullable RouteSeries series(Route route, @Nullable Service service) {
    Resolved resolved = byRoute.get(route.id());
    if (resolved != null && resolved.route == route && resolved.service == service) {
      return resolved.series;
    }
    String routeName = route.name() != null ? route.name() : route.id().toString();
    String serviceName =
        service == null ? "" : service.name() != null ? service.name() : service.host();
    Names names = new Names(serviceName, routeName);
    RouteSeries found = byNames.get(names);
    if (found == null) {
      if (!mayAddSeries()) {
        return null;
      }
      found = byNames.computeIfAbsent(names, key -> new RouteSeries(this, key.service, key.route));
    }
    if (byRoute.size() > MAXIMUM_SERIES) {
      byRoute.clear(); // routes that came and went
    }
    byRoute.put(route.id(), new Resolved(route, service, found));
    return found;
  }

  boolean mayAddSeries() {
    if (series.get() >= MAXIMUM_SERIES) {
      errors.increment();
      return false;
    }
    series.incrementAndGet();
    return true;
  }

  void started(boolean health) {
    active.incrementAndGet();
    if (health) {
      showingHealth.incrementAndGet();
    }
  }

  void stopped(boolean health) {
    active.decrementAndGet();
    if (health) {
      showingHealth.decrementAndGet();
    }
  }

  boolean showsHealth() {
    return showingHealth.get() > 0;
  }

  long errors() {
    return errors.sum();
  }

  /** Appends the request series, unless no configuration is enabled. */
  void append(StringBuilder page) {
    if (active.get() == 0) {
      return;
    }
    int start = head(page, BANDWIDTH, "counter", "Octets by service and route, both directions.");
    byNames.values().forEach(route -> route.appendBandwidth(page));
    headOnlyIfFollowed(page, start);
    start = head(page, REQUESTS, "counter", "Requests by service, route and status.");
    byNames.values().forEach(route -> route.appendRequests(page));
    headOnlyIfFollowed(page, start);
    start = head(page, GATEWAY_LATENCY, "histogram", "Time that the gateway itself took, ms.");
    byNames.values().forEach(route -> route.appendGatewayLatency(page, GATEWAY_LATENCY));
    headOnlyIfFollowed(page, start);
    start = head(page, REQUEST_LATENCY, "histogram", "Time from first to last octet, ms.");
    byNames.values().forEach(route -> route.appendRequestLatency(page, REQUEST_LATENCY));
    headOnlyIfFollowed(page, start);
    start = head(page, UPSTREAM_LATENCY, "histogram", "Time until the upstream answered, ms.");
    byNames.values().forEach(route -> route.appendUpstreamLatency(page, UPSTREAM_LATENCY));
    headOnlyIfFollowed(page, start);
  }

  /** Appends HELP and TYPE and answers where they end. */
  static int head(StringBuilder page, String name, String type, String help) {
    page.append("# HELP ").append(name).append(' ').append(help).append('\n');
    page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return page.length();
  }

  private static void headOnlyIfFollowed(StringBuilder page, int headEnd) {
    if (page.length() == headEnd) {
      int help = page.lastIndexOf("# HELP ");
      page.setLength(help);
    }
  }

  private record Names(String service, String route) {}

  private record Resolved(Route route, @Nullable Service service, RouteSeries series) {}
}
