package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The declarative document as it grows. For one thread. */
final class Document {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ArrayNode services = NODES.arrayNode();
  private final ArrayNode routes = NODES.arrayNode();
  private final ArrayNode upstreams = NODES.arrayNode();
  private final ArrayNode plugins = NODES.arrayNode();
  private final List<Position> places = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** A name that nothing has yet: ids are made of names, so equal files have equal ids. */
  String name(String wanted) {
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }

  /** Adds a route and answers it. */
  ObjectNode route(String name, String path, Position place) {
    places.add(place);
    ObjectNode route = routes.addObject();
    route.put("name", name);
    route.putArray("paths").add(path);
    return route;
  }

  /** Adds a service and answers it. */
  ObjectNode service(String name) {
    return services.addObject().put("name", name);
  }

  /** Adds an upstream with the same share for each target. */
  void upstream(String name, List<String> targets) {
    ObjectNode upstream = upstreams.addObject().put("name", name);
    ArrayNode list = upstream.putArray("targets");
    targets.forEach(target -> list.addObject().put("target", target));
  }

  /** Adds a plugin for every request. */
  void plugin(String name, JsonNode config) {
    plugins.addObject().put("name", name).set("config", config);
  }

  /** Adds a plugin to a route. */
  static void plugin(ObjectNode route, String name, JsonNode config) {
    ArrayNode own =
        route.get("plugins") instanceof ArrayNode array ? array : route.putArray("plugins");
    own.addObject().put("name", name).set("config", config);
  }

  /** Where each route comes from. */
  List<Position> places() {
    return places;
  }

  ObjectNode json() {
    ObjectNode json = NODES.objectNode();
    json.put("_format_version", "3.0");
    put(json, "services", services);
    put(json, "routes", routes);
    put(json, "upstreams", upstreams);
    put(json, "plugins", plugins);
    return json;
  }

  private static void put(ObjectNode json, String name, ArrayNode entries) {
    if (!entries.isEmpty()) {
      json.set(name, entries);
    }
  }
}
