package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.proxy.routing.RouteFixture;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Rows of the store as tests say them. */
final class StoredRows {
  private StoredRows() {}

  static UUID id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  static StoredEntity service(String name, boolean enabled) {
    return new StoredEntity(
        "services", RouteFixture.serviceId(name), RouteFixture.storedService(name, null, enabled));
  }

  static StoredEntity route(RouteFixture route) {
    return new StoredEntity("routes", route.build().id(), route.stored());
  }

  /** A row of {@code routes} that need not be a legal route. */
  static StoredEntity rawRoute(UUID id, RouteFixture route) {
    return new StoredEntity("routes", id, route.id(id).stored());
  }

  static StoredEntity plugin(String id, String name, @Nullable UUID route, String setting) {
    return plugin(id, name, route, setting, true);
  }

  static StoredEntity plugin(
      String id, String name, @Nullable UUID route, String setting, boolean enabled) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id(id).toString()).put("name", name).put("enabled", enabled);
    json.putObject("config").put("setting", setting);
    json.putArray("protocols").add("http");
    if (route != null) {
      json.putObject("route").put("id", route.toString());
    }
    return new StoredEntity("plugins", id(id), json);
  }

  static StoredEntity consumer(String id, @Nullable String username) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id(id).toString()).put("username", username);
    return new StoredEntity("consumers", id(id), json);
  }

  static StoredEntity group(String id, String consumer, String group) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id(id).toString()).put("group", group);
    json.putObject("consumer").put("id", id(consumer).toString());
    return new StoredEntity("acls", id(id), json);
  }

  static StoredEntity key(String id, String consumer, String key) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id(id).toString()).put("key", key);
    json.putObject("consumer").put("id", id(consumer).toString());
    return new StoredEntity("keyauth_credentials", id(id), json);
  }

  static Change put(long version, StoredEntity row) {
    return new Change(version, row.entity(), row.id(), row.body());
  }

  static Change delete(long version, StoredEntity row) {
    return new Change(version, row.entity(), row.id(), null);
  }
}
