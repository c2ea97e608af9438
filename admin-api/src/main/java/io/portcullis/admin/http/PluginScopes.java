package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.store.PageQuery;
import io.portcullis.store.StoredPage;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A plugin must share a protocol with its route, or with some route of its service. */
final class PluginScopes {
  private static final int PAGE = 1000;

  private final EntitySpecs specs;

  PluginScopes(EntitySpecs specs) {
    this.specs = specs;
  }

  /** For POST and PUT, where Kong looks only at protocols that were sent. */
  void checkGiven(EntityReader reader, EntitySpec spec, ObjectNode input, ObjectNode entity) {
    JsonNode given = input.get("protocols");
    if (given != null && given.isArray()) {
      check(reader, spec, entity);
    }
  }

  /** For PATCH. */
  void check(EntityReader reader, EntitySpec spec, ObjectNode entity) {
    Optional<EntitySpec> routes = specs.byName("routes");
    if (!spec.name().equals("plugins") || routes.isEmpty()) {
      return;
    }
    Set<String> protocols = protocols(entity);
    Optional<UUID> route = EntityRows.reference(entity, "route");
    if (route.isPresent()) {
      Optional<ObjectNode> row = reader.find(routes.get(), route.get());
      if (row.isPresent() && !shares(protocols, row.get())) {
        throw refusal("must match the associated route's protocols");
      }
      return;
    }
    Optional<UUID> service = EntityRows.reference(entity, "service");
    if (service.isPresent() && !someRouteShares(reader, routes.get(), service.get(), protocols)) {
      throw refusal(
          "must match the protocols of at least one route pointing to this Plugin's service");
    }
  }

  /** Also true for a service without routes. */
  private static boolean someRouteShares(
      EntityReader reader, EntitySpec routes, UUID service, Set<String> protocols) {
    PageQuery query = PageQuery.first(PAGE).under("service", service);
    boolean any = false;
    while (true) {
      StoredPage page = reader.page(routes, query);
      for (ObjectNode route : page.rows()) {
        any = true;
        if (shares(protocols, route)) {
          return true;
        }
      }
      if (page.next() == null) {
        return !any;
      }
      query = query.after(page.next());
    }
  }

  private static boolean shares(Set<String> protocols, ObjectNode route) {
    for (String protocol : protocols(route)) {
      if (protocols.contains(protocol)) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> protocols(ObjectNode row) {
    Set<String> protocols = new HashSet<>();
    JsonNode list = row.get("protocols");
    if (list != null) {
      list.forEach(protocol -> protocols.add(protocol.stringValue()));
    }
    return protocols;
  }

  private static Refusal refusal(String message) {
    ApiError error = ApiError.schemaViolation("protocols", message);
    return new Refusal(error.status(), error.toJson());
  }
}
