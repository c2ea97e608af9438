package io.portcullis.proxy.routing;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import java.util.List;

/** Routing tables for tests. */
final class Tables {
  private Tables() {}

  static RoutingTable of(Route... routes) {
    return of(List.of(routes));
  }

  static RoutingTable of(List<Route> routes) {
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(1);
    routes.forEach(change::with);
    return change.table();
  }

  static RoutingTable of(Service service, Route... routes) {
    RoutingTable.Change change = RoutingTable.empty(Runnable::run).change(1).with(service);
    for (Route route : routes) {
      change.with(route);
    }
    return change.table();
  }

  /** Name of the route that takes the request, or {@code none}. */
  static String taker(RoutingTable table, RouteQuery query) {
    return switch (table.match(query)) {
      case RouteMatch.Matched matched -> String.valueOf(matched.route().route().name());
      case RouteMatch.NoMatch _ -> "none";
    };
  }
}
