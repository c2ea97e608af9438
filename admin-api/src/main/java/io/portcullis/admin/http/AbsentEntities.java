package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.schema.EntitySpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Entities of Kong that this gateway does not have, and whose lists decK and others read before
 * they do anything else: a list that is unknown ends them. The lists are empty, which is true, and
 * a write says why nothing can be put there.
 */
final class AbsentEntities {
  private static final List<String> NAMES = List.of("upstreams");

  private AbsentEntities() {}

  /** Endpoints of those that {@code specs} does not have. */
  static List<Endpoint> of(EntitySpecs specs) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String name : NAMES) {
      if (specs.byName(name).isEmpty()) {
        AdminResponse refused =
            AdminResponse.message(501, "this gateway does not have " + name + " yet");
        endpoints.add(
            new Endpoint(
                "/" + name, Map.of("GET", request -> nothing(), "POST", request -> refused)));
        endpoints.add(
            new Endpoint(
                "/" + name + "/{" + name + "}",
                Map.of(
                    "GET",
                    request -> AdminResponse.message(404, "Not found"),
                    "PUT",
                    request -> refused,
                    "PATCH",
                    request -> refused,
                    "DELETE",
                    request -> AdminResponse.noContent())));
      }
    }
    return endpoints;
  }

  private static AdminResponse nothing() {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.putArray("data");
    page.putNull("next");
    return AdminResponse.json(200, page);
  }
}
