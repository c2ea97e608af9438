package io.portcullis.proxy.routing;

import io.portcullis.core.entity.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a route asks of a request but its path. Compiled once per route and shared by its
 * entries. Immutable.
 */
final class RouteConditions {
  private final String[] methods;
  private final NamePattern[] hosts;
  private final HeaderCondition[] headers;
  private final NamePattern[] snis;
  private final boolean ported;

  /**
   * @throws IllegalArgumentException if a value cannot be understood
   */
  RouteConditions(Route route) {
    this.methods = route.methods().toArray(String[]::new);
    this.hosts = route.hosts().stream().map(NamePattern::host).toArray(NamePattern[]::new);
    this.snis = route.snis().stream().map(NamePattern::sni).toArray(NamePattern[]::new);
    List<HeaderCondition> conditions = new ArrayList<>();
    route.headers().forEach((name, values) -> conditions.add(new HeaderCondition(name, values)));
    this.headers = conditions.toArray(HeaderCondition[]::new);
    boolean anyPort = false;
    for (NamePattern host : hosts) {
      anyPort |= host.port() != 0;
    }
    this.ported = anyPort;
  }

  NamePattern[] hosts() {
    return hosts;
  }

  /** How many kinds of conditions there are, the path not counted. */
  int kinds() {
    return (methods.length > 0 ? 1 : 0)
        + (hosts.length > 0 ? 1 : 0)
        + (headers.length > 0 ? 1 : 0)
        + (snis.length > 0 ? 1 : 0);
  }

  int headerCount() {
    return headers.length;
  }

  /** Whether there are hosts and none of them is a wildcard. */
  boolean plainHosts() {
    for (NamePattern host : hosts) {
      if (host.kind() != NamePattern.Kind.PLAIN) {
        return false;
      }
    }
    return hosts.length > 0;
  }

  /**
   * Whether a request passes whose host, without port, is known to fit.
   *
   * @param host in lower case
   */
  boolean passes(RouteQuery query, String host) {
    return methodFits(query)
        && (!ported || hostFits(host, query.port()))
        && headersFit(query)
        && sniFits(query);
  }

  /** The conditions that a request fails; empty when it passes. */
  List<Explanation.Failure> failures(RouteQuery query) {
    List<Explanation.Failure> failures = new ArrayList<>(2);
    if (!methodFits(query)) {
      failures.add(
          new Explanation.Failure(
              "method", "method " + query.method() + " is not in " + List.of(methods)));
    }
    if (hosts.length > 0 && !hostFits(NamePattern.fold(query.host()), query.port())) {
      failures.add(
          new Explanation.Failure(
              "host",
              "host " + query.host() + " at port " + query.port() + " is none of the hosts"));
    }
    for (HeaderCondition header : headers) {
      if (!header.fits(query.headers())) {
        List<String> sent = query.headers().all(header.name());
        failures.add(
            new Explanation.Failure(
                "header",
                "header " + header.name() + " is " + (sent.isEmpty() ? "missing" : sent)));
      }
    }
    if (!sniFits(query)) {
      failures.add(
          new Explanation.Failure("sni", "server name " + query.sni() + " is none of the snis"));
    }
    return failures;
  }

  private boolean methodFits(RouteQuery query) {
    if (methods.length == 0) {
      return true;
    }
    for (String method : methods) {
      if (method.equals(query.method())) {
        return true;
      }
    }
    return false;
  }

  private boolean hostFits(String host, int port) {
    for (NamePattern pattern : hosts) {
      if (pattern.fits(host, port)) {
        return true;
      }
    }
    return false;
  }

  private boolean headersFit(RouteQuery query) {
    for (HeaderCondition header : headers) {
      if (!header.fits(query.headers())) {
        return false;
      }
    }
    return true;
  }

  private boolean sniFits(RouteQuery query) {
    return snis.length == 0 || !query.secure() || sniFits(query.sni());
  }

  private boolean sniFits(@Nullable String sent) {
    if (sent == null) {
      return false;
    }
    String folded = NamePattern.fold(sent);
    String name = folded.endsWith(".") ? folded.substring(0, folded.length() - 1) : folded;
    for (NamePattern sni : snis) {
      if (sni.fits(name)) {
        return true;
      }
    }
    return false;
  }
}
