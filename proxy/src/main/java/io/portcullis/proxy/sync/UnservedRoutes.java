package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Route;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Routes for protocols below HTTP, which are stored for the sake of files and clients that hold
 * them, and which nothing serves. One thread.
 */
final class UnservedRoutes {
  private static final System.Logger LOG = System.getLogger(UnservedRoutes.class.getName());
  private static final int NAMED = 5;

  private final Set<String> served;
  private final Map<UUID, String> routes = new LinkedHashMap<>();
  private boolean more;

  /**
   * @param served protocols, one of which is enough
   */
  UnservedRoutes(Set<String> served) {
    this.served = served;
  }

  void changed(Route route) {
    if (route.protocols().stream().noneMatch(served::contains)) {
      String name = route.name();
      routes.put(route.id(), name == null ? route.id().toString() : name);
      more = true;
    }
  }

  void gone(UUID route) {
    routes.remove(route);
  }

  /** Warns once of those that came since the last time, however many there are. */
  void tell() {
    if (!more || routes.isEmpty()) {
      return;
    }
    more = false;
    String names =
        routes.values().stream().limit(NAMED).collect(Collectors.joining(", "))
            + (routes.size() > NAMED ? " …" : "");
    LOG.log(
        Level.WARNING,
        "routes for tcp, tls, tls_passthrough and udp are stored, and nothing serves them: "
            + routes.size()
            + " ("
            + names
            + ")");
  }
}
