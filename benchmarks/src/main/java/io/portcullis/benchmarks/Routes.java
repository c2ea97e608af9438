package io.portcullis.benchmarks;

import io.portcullis.core.entity.Route;
import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.routing.RouteQuery;
import io.portcullis.proxy.routing.RoutingTable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Configurations of any size, and requests that meet them. */
final class Routes {
  private Routes() {}

  /** A route for {@code /teams/<a>/services/<b>}; every other one for a host of its own. */
  static Route numbered(int number) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", new UUID(0x1234_5678L * number, number).toString());
    json.put("name", "route-" + number);
    json.putArray("protocols").add("http").add("https");
    json.putArray("paths").add(path(number));
    if (number % 2 == 1) {
      json.putArray("hosts").add(host(number));
    }
    return Route.of(json);
  }

  static String path(int number) {
    return "/teams/" + number / 100 + "/services/" + number;
  }

  static String host(int number) {
    return "api-" + number + ".example.com";
  }

  static RoutingTable table(int routes) {
    RoutingTable.Change change = RoutingTable.empty(Thread::startVirtualThread).change(1);
    for (int i = 0; i < routes; i++) {
      change.with(numbered(i));
    }
    return change.table();
  }

  /** A request of a client. */
  record Query(
      String method,
      String host,
      int port,
      String path,
      Headers headers,
      @Nullable String sni,
      boolean secure)
      implements RouteQuery {
    static Query get(String host, String path) {
      return new Query("GET", host, 8000, path, new Headers(), null, false);
    }
  }
}
