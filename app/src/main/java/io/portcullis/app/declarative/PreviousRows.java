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
 * What the file said before. Values that the server makes up stay the same over a reload when the
 * file says the same about the entity: caches stay warm and only what changed is applied. Entities
 * that nothing names are new each time, as in Kong.
 */
final class PreviousRows {
  private final Map<UUID, ObjectNode> byId = new HashMap<>();
  private final Map<String, UUID> byLookupKey = new HashMap<>();

  PreviousRows(EntitySpecs specs, Iterable<StoredEntity> previous) {
    for (StoredEntity row : previous) {
      byId.put(row.id(), row.body());
      specs
          .byName(row.entity())
          .flatMap(spec -> keyOf(spec, row.body()))
          .ifPresent(key -> byLookupKey.put(key, row.id()));
    }
  }

  /** The id of the row with the same lookup key. */
  Optional<UUID> idOf(EntitySpec spec, ObjectNode input) {
    return keyOf(spec, input).map(byLookupKey::get);
  }

  /** The old row when nothing but made-up values differs, else the new one. */
  ObjectNode unchanged(ObjectNode input, EntitySpec spec, ObjectNode entity) {
    ObjectNode old = byId.get(UUID.fromString(entity.get("id").stringValue()));
    if (old == null) {
      return entity;
    }
    ObjectNode aligned = entity.deepCopy();
    for (FieldSpec field : spec.fields()) {
      JsonNode given = input.get(field.name());
      JsonNode before = old.get(field.name());
      boolean madeUp = field.isAuto() && (given == null || given.isNull() || isUpdatedAt(field));
      if (madeUp && before != null) {
        aligned.set(field.name(), before);
      }
    }
    return aligned.equals(old) ? old : restored(input, spec, entity, old);
  }

  /** A changed row keeps its made-up keys and its age, but not the time of its last change. */
  private static ObjectNode restored(
      ObjectNode input, EntitySpec spec, ObjectNode entity, ObjectNode old) {
    ObjectNode restored = entity.deepCopy();
    for (FieldSpec field : spec.fields()) {
      JsonNode given = input.get(field.name());
      JsonNode before = old.get(field.name());
      if (field.isAuto()
          && !isUpdatedAt(field)
          && (given == null || given.isNull())
          && before != null) {
        restored.set(field.name(), before);
      }
    }
    return restored;
  }

  private static boolean isUpdatedAt(FieldSpec field) {
    return field.name().equals("updated_at");
  }

  private static Optional<String> keyOf(EntitySpec spec, ObjectNode row) {
    return spec.lookupKey()
        .map(row::get)
        .filter(JsonNode::isString)
        .map(value -> spec.name() + ":" + value.stringValue());
  }
}
