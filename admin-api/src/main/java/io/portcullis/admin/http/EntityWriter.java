package io.portcullis.admin.http;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.Author;
import io.portcullis.store.RowChange;
import java.util.List;
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

  /** Says whose work this is. */
  void sign(Author author);

  /** What has been done so far, in order. */
  List<RowChange> changes();

  /**
   * Undoes every change after a version; answers how many.
   *
   * @throws io.portcullis.store.StoreException.HistoryLost if not all of them are known
   */
  int rollBackTo(long version);

  /** Removes a row that exists, and those that go with it. */
  void delete(EntitySpec spec, UUID id, @Nullable String key);
}
