package io.portcullis.app.declarative;

import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What there was before a file is read. Values that the server makes up stay the same when the file
 * says the same about the entity: caches stay warm and only what changed is applied. Entities that
 * nothing names are new each time, as in Kong.
 */
final class PreviousRows {
  private final Map<Key, ObjectNode> byId = new HashMap<>();
  private final Map<String, UUID> byLookupKey = new HashMap<>();
  private final boolean keepsIds;

  private record Key(String entity, UUID id) {}

  /**
   * @param keepsIds whether an entity of the file without an id is the row that has its name, also
   *     when files give entities of that name another id
   */
  PreviousRows(EntitySpecs specs, Iterable<StoredEntity> previous, boolean keepsIds) {
    this.keepsIds = keepsIds;
    for (StoredEntity row : previous) {
      byId.put(new Key(row.entity(), row.id()), row.body());
      specs
          .byName(row.entity())
          .flatMap(spec -> keyOf(spec, row.body()))
          .ifPresent(key -> byLookupKey.put(key, row.id()));
    }
  }

  /** The id of the row with the same name, which goes before one made of the name. */
  Optional<UUID> idToKeep(EntitySpec spec, ObjectNode input) {
    return keepsIds ? idOf(spec, input) : Optional.empty();
  }

  /** The id of the row with the same lookup key. */
  Optional<UUID> idOf(EntitySpec spec, ObjectNode input) {
    return keyOf(spec, input).map(byLookupKey::get);
  }

  /** The old row when nothing but made-up values differs, else the new one. */
  ObjectNode unchanged(ObjectNode input, EntitySpec spec, UUID id, ObjectNode entity) {
    ObjectNode old = byId.get(new Key(spec.name(), id));
    if (old == null) {
      return entity;
    }
    ObjectNode aligned = entity.deepCopy();
    JsonNode updatedAt = aligned.get(FileTimes.UPDATED_AT);
    for (FieldSpec field : spec.fields()) {
      JsonNode given = input.get(field.name());
      JsonNode before = old.get(field.name());
      if (field.isAuto() && (given == null || given.isNull()) && before != null) {
        aligned.set(field.name(), before);
      }
    }
    if (aligned.equals(old)) {
      return old;
    }
    // A changed row keeps its made-up keys and its age, but not the time of its last change.
    if (updatedAt != null) {
      aligned.set(FileTimes.UPDATED_AT, updatedAt);
    }
    return aligned;
  }

  private static Optional<String> keyOf(EntitySpec spec, ObjectNode row) {
    return spec.lookupKey()
        .map(row::get)
        .filter(JsonNode::isString)
        .map(value -> spec.name() + ":" + value.stringValue());
  }
}
