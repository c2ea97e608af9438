package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.ChangeLog.Entry;
import io.portcullis.store.ChangeLog.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the store inside one transaction, which no other writer's overlaps. Entities come in the
 * Admin API's shape, complete and checked; a field that is absent is stored as null.
 *
 * <p>A failure ends the transaction: nothing of it is kept, even if the caller catches it.
 */
public final class Writing extends Reading {
  private final List<Entry> entries = new ArrayList<>();
  private @Nullable StoreException failure;

  Writing(DSLContext statements, EntityTables tables) {
    super(statements, tables);
  }

  /**
   * Adds a row.
   *
   * @throws StoreException.PrimaryKeyViolation if its id is taken
   * @throws StoreException.UniqueViolation if another row has one of its unique values
   * @throws StoreException.ForeignKeyViolation if it refers to a row that is not there
   */
  public void insert(EntitySpec spec, ObjectNode entity) {
    EntityTable table = tables().of(spec.name());
    UUID id = EntityTable.id(entity);
    try {
      forgetExpired(spec, table);
      statements().insertInto(table.table()).set(table.row(entity)).execute();
      TagIndex.add(statements(), table.name(), id, entity.get("tags"));
    } catch (DataAccessException refused) {
      throw failed(tables().refusedWrite(refused, table, entity));
    }
    entries.add(new Entry(table.name(), id, Operation.INSERT));
  }

  /**
   * Replaces the row with the entity's id.
   *
   * @return whether there is such a row
   * @throws StoreException.UniqueViolation if another row has one of its unique values
   * @throws StoreException.ForeignKeyViolation if it refers to a row that is not there
   */
  public boolean update(EntitySpec spec, ObjectNode entity) {
    EntityTable table = tables().of(spec.name());
    UUID id = EntityTable.id(entity);
    try {
      forgetExpired(spec, table);
      int rows =
          statements()
              .update(table.table())
              .set(table.row(entity))
              .where(table.id().eq(id))
              .execute();
      if (rows == 0) {
        return false;
      }
      TagIndex.remove(statements(), table.name(), Set.of(id));
      TagIndex.add(statements(), table.name(), id, entity.get("tags"));
    } catch (DataAccessException refused) {
      throw failed(tables().refusedWrite(refused, table, entity));
    }
    entries.add(new Entry(table.name(), id, Operation.UPDATE));
    return true;
  }

  /**
   * Removes a row and those that go with it.
   *
   * @return whether there was such a row
   * @throws StoreException.StillReferenced if a row that does not go with it refers to it
   */
  public boolean delete(EntitySpec spec, UUID id) {
    EntityTable table = tables().of(spec.name());
    try {
      // The database deletes what hangs on the row; nobody else writes meanwhile, so what is found
      // here is what it will delete.
      List<Entry> gone = new ArrayList<>();
      forgetDependents(table, Set.of(id), new LinkedHashSet<>(), gone);
      int rows = statements().deleteFrom(table.table()).where(table.id().eq(id)).execute();
      if (rows == 0) {
        return false;
      }
      TagIndex.remove(statements(), table.name(), Set.of(id));
      entries.addAll(gone);
    } catch (DataAccessException refused) {
      throw failed(tables().refusedDelete(refused, table));
    }
    entries.add(new Entry(table.name(), id, Operation.DELETE));
    return true;
  }

  /** Rows that are over go before another is written, so that their unique values are free. */
  private void forgetExpired(EntitySpec spec, EntityTable table) {
    if (!table.isExpiring()) {
      return;
    }
    List<UUID> expired =
        statements()
            .select(table.id())
            .from(table.table())
            .where(table.over(tables().now()))
            .limit(IDS_PER_QUERY)
            .fetch(row -> (UUID) row.value1());
    expired.forEach(id -> delete(spec, id));
  }

  /** Notes the rows that go with those of {@code table}, deepest first, and drops their tags. */
  private void forgetDependents(
      EntityTable table, Collection<UUID> ids, Set<UUID> seen, List<Entry> gone) {
    for (EntityTables.Referrer referrer : tables().referrersOf(table.name())) {
      if (!referrer.reference().cascades()) {
        continue;
      }
      List<UUID> dependents = new ArrayList<>();
      List<UUID> all = List.copyOf(ids);
      for (int from = 0; from < all.size(); from += IDS_PER_QUERY) {
        List<UUID> some = all.subList(from, Math.min(all.size(), from + IDS_PER_QUERY));
        dependents.addAll(
            statements()
                .select(referrer.table().id())
                .from(referrer.table().table())
                .where(referrer.reference().column().in(some))
                .orderBy(referrer.table().id())
                .fetch(row -> (UUID) row.value1()));
      }
      // One row may hang on several that go: a plugin on a route and on its consumer.
      dependents.removeIf(dependent -> !seen.add(dependent));
      if (dependents.isEmpty()) {
        continue;
      }
      forgetDependents(referrer.table(), dependents, seen, gone);
      for (int from = 0; from < dependents.size(); from += IDS_PER_QUERY) {
        TagIndex.remove(
            statements(),
            referrer.table().name(),
            dependents.subList(from, Math.min(dependents.size(), from + IDS_PER_QUERY)));
      }
      for (UUID dependent : dependents) {
        gone.add(new Entry(referrer.table().name(), dependent, Operation.DELETE));
      }
    }
  }

  List<Entry> entries() {
    return entries;
  }

  /** Throws the failure that ended the transaction, if there was one. */
  void rethrow() {
    if (failure != null) {
      throw failure;
    }
  }

  private StoreException failed(StoreException why) {
    failure = why;
    return why;
  }
}
