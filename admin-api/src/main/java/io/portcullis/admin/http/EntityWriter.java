package io.portcullis.admin.http;

import io.portcullis.core.schema.EntitySpec;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes what is stored, all of it or nothing. Entities come complete and checked. For one thread.
 */
public interface EntityWriter extends EntityReader {
  /** Adds a row. */
  void insert(EntitySpec spec, ObjectNode entity);

  /**
   * Adds a row or replaces the one with the same id.
   *
   * @param exists whether there is one
   * @param key the lookup field that the caller named it by; null when it was the id
   */
  void put(EntitySpec spec, ObjectNode entity, boolean exists, @Nullable String key);

  /** Replaces a row that exists. */
  void update(EntitySpec spec, ObjectNode entity, @Nullable String key);

  /** Removes a row that exists, and those that go with it. */
  void delete(EntitySpec spec, UUID id, @Nullable String key);
}
