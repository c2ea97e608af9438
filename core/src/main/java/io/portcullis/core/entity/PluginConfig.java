package io.portcullis.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plugin's stored configuration and its scope.
 *
 * @param config the {@code config} record with all defaults filled in
 * @param stored the entity as the Admin API shows it; never changed
 */
public record PluginConfig(
    UUID id,
    String name,
    @Nullable String instanceName,
    @Nullable UUID routeId,
    @Nullable UUID serviceId,
    @Nullable UUID consumerId,
    boolean enabled,
    List<String> protocols,
    ObjectNode config,
    ObjectNode stored) {

  /** Decodes a stored row. */
  public static PluginConfig of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new PluginConfig(
        document.id(),
        document.string("name"),
        document.optionalString("instance_name"),
        document.reference("route"),
        document.reference("service"),
        document.reference("consumer"),
        document.bool("enabled", true),
        document.strings("protocols"),
        (ObjectNode) stored.get("config"),
        stored);
  }

  /** Whether it is bound to nothing, and so for all requests. */
  public boolean isGlobal() {
    return routeId == null && serviceId == null && consumerId == null;
  }

  /** The same with another configuration: that with secrets in the place of references. */
  public PluginConfig withConfig(ObjectNode other) {
    return new PluginConfig(
        id, name, instanceName, routeId, serviceId, consumerId, enabled, protocols, other, stored);
  }

  /** Without the configuration, which may hold secrets. */
  @Override
  public String toString() {
    return "plugin " + name + " " + id;
  }
}
