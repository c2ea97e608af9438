package io.portcullis.proxy.routing;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Routes and services as tests say them. */
public final class RouteFixture {
  private final String name;
  private UUID id;
  private List<String> protocols = List.of("http", "https");
  private List<String> methods = List.of();
  private List<String> hosts = List.of();
  private List<String> paths = List.of();
  private List<String> snis = List.of();
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private long regexPriority;
  private boolean strip = true;
  private boolean preserveHost;
  private @Nullable UUID service;

  private RouteFixture(String name) {
    this.name = name;
    this.id = UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public static RouteFixture route(String name) {
    return new RouteFixture(name);
  }

  public RouteFixture id(UUID value) {
    id = value;
    return this;
  }

  public RouteFixture protocols(String... values) {
    protocols = List.of(values);
    return this;
  }

  public RouteFixture methods(String... values) {
    methods = List.of(values);
    return this;
  }

  public RouteFixture hosts(String... values) {
    hosts = List.of(values);
    return this;
  }

  public RouteFixture paths(String... values) {
    paths = List.of(values);
    return this;
  }

  public RouteFixture snis(String... values) {
    snis = List.of(values);
    return this;
  }

  public RouteFixture header(String header, String... values) {
    headers.put(header, List.of(values));
    return this;
  }

  public RouteFixture regexPriority(long value) {
    regexPriority = value;
    return this;
  }

  public RouteFixture strip(boolean value) {
    strip = value;
    return this;
  }

  public RouteFixture preserveHost() {
    preserveHost = true;
    return this;
  }

  public RouteFixture service(@Nullable UUID value) {
    service = value;
    return this;
  }

  public Route build() {
    return Route.of(stored());
  }

  /** The row of the store. */
  public ObjectNode stored() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id.toString()).put("name", name);
    put(json, "protocols", protocols);
    put(json, "methods", methods);
    put(json, "hosts", hosts);
    put(json, "paths", paths);
    put(json, "snis", snis);
    if (!headers.isEmpty()) {
      ObjectNode all = json.putObject("headers");
      headers.forEach((header, values) -> put(all, header, values));
    }
    json.put("regex_priority", regexPriority);
    json.put("strip_path", strip);
    json.put("preserve_host", preserveHost);
    if (service != null) {
      json.putObject("service").put("id", service.toString());
    }
    return json;
  }

  public static Service service(String name, @Nullable String path) {
    return Service.of(storedService(name, path, true));
  }

  public static ObjectNode storedService(String name, @Nullable String path, boolean enabled) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", serviceId(name).toString())
        .put("name", name)
        .put("protocol", "http")
        .put("host", name + ".internal")
        .put("port", 80)
        .put("path", path)
        .put("enabled", enabled);
  }

  public static UUID serviceId(String name) {
    return UUID.nameUUIDFromBytes(
        ("service " + name).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void put(ObjectNode json, String field, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(json.withArray(field)::add);
    }
  }
}
