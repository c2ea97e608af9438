package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.Fields;
import io.portcullis.core.schema.JwtCredentials;
import io.portcullis.core.schema.OnDelete;
import io.portcullis.core.schema.PluginCatalog;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Entities to store. */
final class Samples {
  static final EntitySpec JWT_SECRETS = JwtCredentials.spec();

  /** As the plugin key-auth describes it. */
  static final EntitySpec KEYS =
      EntitySpec.named("keyauth_credentials")
          .lookupKey("key")
          .expiring()
          .id()
          .createdAt()
          .field(Fields.foreign("consumer", "consumers").required().onDelete(OnDelete.CASCADE))
          .field(Fields.string("key").optional().unique().auto())
          .tags()
          .build();

  static final List<EntitySpec> SPECS =
      Stream.concat(
              new EntitySpecs(PluginCatalog.of(List.of())).all().stream(),
              Stream.of(JWT_SECRETS, KEYS))
          .toList();

  static final EntitySpec SERVICES = spec("services");
  static final EntitySpec ROUTES = spec("routes");
  static final EntitySpec CONSUMERS = spec("consumers");
  static final EntitySpec PLUGINS = spec("plugins");
  static final EntitySpec UPSTREAMS = spec("upstreams");
  static final EntitySpec TARGETS = spec("targets");

  private Samples() {}

  private static EntitySpec spec(String name) {
    return SPECS.stream().filter(spec -> spec.name().equals(name)).findFirst().orElseThrow();
  }

  /** An entity of {@code spec} in the Admin API's shape; what {@code json} leaves out is null. */
  static ObjectNode entity(EntitySpec spec, String json) {
    ObjectNode given = (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
    ObjectNode entity = JsonNodeFactory.instance.objectNode();
    for (FieldSpec field : spec.fields()) {
      JsonNode value = given.remove(field.name());
      entity.set(field.name(), value == null ? entity.nullNode() : value);
    }
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(spec.name() + " has no fields " + given);
    }
    if (entity.get("id").isNull()) {
      entity.put("id", UUID.randomUUID().toString());
    }
    return entity;
  }

  static ObjectNode service(@Nullable String name) {
    ObjectNode service =
        entity(SERVICES, "{'host':'h','protocol':'http','port':80,'enabled':true}");
    service.put("name", name);
    return service;
  }

  static ObjectNode route(@Nullable ObjectNode service) {
    ObjectNode route = entity(ROUTES, "{'protocols':['http'],'paths':['/a']}");
    return service == null ? route : refer(route, "service", service);
  }

  static ObjectNode consumer(String username) {
    return entity(CONSUMERS, "{}").put("username", username);
  }

  static ObjectNode plugin(String name) {
    return entity(PLUGINS, "{'config':{},'protocols':['http'],'enabled':true}").put("name", name);
  }

  static ObjectNode secret(ObjectNode consumer, String key) {
    return refer(entity(JWT_SECRETS, "{}"), "consumer", consumer).put("key", key);
  }

  static ObjectNode upstream(String name) {
    return entity(UPSTREAMS, "{'healthchecks':{}}").put("name", name);
  }

  static ObjectNode target(ObjectNode upstream, String hostAndPort) {
    return refer(entity(TARGETS, "{'weight':100}"), "upstream", upstream)
        .put("target", hostAndPort);
  }

  /** {@code entity} with its foreign field set to {@code target}. */
  static ObjectNode refer(ObjectNode entity, String field, ObjectNode target) {
    entity.putObject(field).set("id", target.get("id"));
    return entity;
  }

  static ObjectNode tagged(ObjectNode entity, String... tags) {
    var array = entity.putArray("tags");
    for (String tag : tags) {
      array.add(tag);
    }
    return entity;
  }

  static UUID id(ObjectNode entity) {
    return UUID.fromString(entity.get("id").stringValue());
  }
}
