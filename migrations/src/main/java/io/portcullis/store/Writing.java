package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.ChangeLog.Entry;
import io.portcullis.store.ChangeLog.Line;
import io.portcullis.store.ChangeLog.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the store inside one transaction, which no other writer's overlaps. Entities come in the
 * Admin API's shape, complete and checked; a field that is absent is stored as null.
 *
 * <p>A failure ends the transaction: nothing of it is kept, even if the caller catches it.
 */
public final class Writing extends Reading {
  /** Changes that are undone together, at most; they are all in memory. */
  private static final int UNDONE_TOGETHER = 500;

  private final List<Line> lines = new ArrayList<>();
  private final List<RowChange> changes = new ArrayList<>();
  private @Nullable Author author;
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
    forgetExpired(table);
    insert(table, entity);
  }

  private void insert(EntityTable table, ObjectNode entity) {
    UUID id = EntityTable.id(entity);
    try {
      statements().insertInto(table.table()).set(table.row(entity)).execute();
      TagIndex.add(statements(), table.name(), id, entity.get("tags"));
    } catch (DataAccessException refused) {
      throw failed(tables().refusedWrite(refused, table, entity));
    }
    note(table, id, null, entity);
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
    forgetExpired(table);
    return update(table, entity);
  }

  private boolean update(EntityTable table, ObjectNode entity) {
    UUID id = EntityTable.id(entity);
    ObjectNode before;
    try {
      Optional<ObjectNode> stored = kept(table, id);
      if (stored.isEmpty()) {
        return false;
      }
      before = stored.get();
      statements().update(table.table()).set(table.row(entity)).where(table.id().eq(id)).execute();
      TagIndex.remove(statements(), table.name(), Set.of(id));
      TagIndex.add(statements(), table.name(), id, entity.get("tags"));
    } catch (DataAccessException refused) {
      throw failed(tables().refusedWrite(refused, table, entity));
    }
    note(table, id, before, entity);
    return true;
  }

  /**
   * Removes a row and those that go with it.
   *
   * @return whether there was such a row
   * @throws StoreException.StillReferenced if a row that does not go with it refers to it
   */
  public boolean delete(EntitySpec spec, UUID id) {
    return delete(tables().of(spec.name()), id);
  }

  private boolean delete(EntityTable table, UUID id) {
    ObjectNode before;
    try {
      Optional<ObjectNode> stored = kept(table, id);
      if (stored.isEmpty()) {
        return false;
      }
      before = stored.get();
      // The database deletes what hangs on the row; nobody else writes meanwhile, so what is found
      // here is what it will delete.
      List<Gone> gone = new ArrayList<>();
      forgetDependents(table, Set.of(id), new LinkedHashSet<>(), gone);
      statements().deleteFrom(table.table()).where(table.id().eq(id)).execute();
      TagIndex.remove(statements(), table.name(), Set.of(id));
      gone.forEach(row -> note(row.table(), EntityTable.id(row.row()), row.row(), null));
    } catch (DataAccessException refused) {
      throw failed(tables().refusedDelete(refused, table));
    }
    note(table, id, before, null);
    return true;
  }

  /** Rows that are over go before another is written, so that their unique values are free. */
  private void forgetExpired(EntityTable table) {
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
    expired.forEach(id -> delete(table, id));
  }

  /** A row that goes with another. */
  private record Gone(EntityTable table, ObjectNode row) {}

  /** The row, be it over or not. */
  private Optional<ObjectNode> kept(EntityTable table, UUID id) {
    return statements()
        .select(table.selected())
        .from(table.table())
        .where(table.id().eq(id))
        .fetchOptional(table::entity);
  }

  /** Notes the rows that go with those of {@code table}, deepest first, and drops their tags. */
  private void forgetDependents(
      EntityTable table, Collection<UUID> ids, Set<UUID> seen, List<Gone> gone) {
    for (EntityTables.Referrer referrer : tables().referrersOf(table.name())) {
      if (!referrer.reference().cascades()) {
        continue;
      }
      List<ObjectNode> rows = new ArrayList<>();
      List<UUID> all = List.copyOf(ids);
      for (int from = 0; from < all.size(); from += IDS_PER_QUERY) {
        List<UUID> some = all.subList(from, Math.min(all.size(), from + IDS_PER_QUERY));
        rows.addAll(
            statements()
                .select(referrer.table().selected())
                .from(referrer.table().table())
                .where(referrer.reference().column().in(some))
                .orderBy(referrer.table().id())
                .fetch(referrer.table()::entity));
      }
      // One row may hang on several that go: a plugin on a route and on its consumer.
      rows.removeIf(row -> !seen.add(EntityTable.id(row)));
      if (rows.isEmpty()) {
        continue;
      }
      List<UUID> dependents = rows.stream().map(EntityTable::id).toList();
      forgetDependents(referrer.table(), dependents, seen, gone);
      for (int from = 0; from < dependents.size(); from += IDS_PER_QUERY) {
        TagIndex.remove(
            statements(),
            referrer.table().name(),
            dependents.subList(from, Math.min(dependents.size(), from + IDS_PER_QUERY)));
      }
      rows.forEach(row -> gone.add(new Gone(referrer.table(), row)));
    }
  }

  /** Says whose work this is; without it the history does not know. */
  public void sign(Author whose) {
    author = whose;
  }

  /** What has been done so far, in order. */
  public List<RowChange> changes() {
    return List.copyOf(changes);
  }

  /**
   * Undoes every change after a version, the latest first. Each step leads to a state that was
   * stored before, so that no constraint can stand in the way.
   *
   * @return how many changes were undone
   * @throws StoreException.HistoryLost if the log does not reach back so far, or an older release
   *     wrote part of it
   */
  public int rollBackTo(long version) {
    long prunedThrough = new ChangeLog(Long.MAX_VALUE).reach(statements()).prunedThrough();
    if (version < prunedThrough) {
      throw failed(
          new StoreException.HistoryLost(
              "version " + version + " is forgotten: the history begins with " + prunedThrough));
    }
    History history = new History(statements());
    int undone = 0;
    History.Place from = new History.Place(version(), 0);
    while (true) {
      List<History.Done> some = history.latestFirst(version, from, UNDONE_TOGETHER);
      if (some.isEmpty()) {
        return undone;
      }
      some.forEach(this::undo);
      undone += some.size();
      from = some.getLast().place();
    }
  }

  private void undo(History.Done change) {
    if (!tables().has(change.entity())) {
      throw failed(
          new StoreException.HistoryLost(
              "version "
                  + change.place().version()
                  + " changed a row of "
                  + change.entity()
                  + ", which no plugin of this node keeps"));
    }
    EntityTable table = tables().of(change.entity());
    ObjectNode before = change.before();
    switch (change.operation()) {
      case INSERT -> delete(table, change.id());
      case UPDATE -> update(table, before(change, before));
      case DELETE -> insert(table, before(change, before));
    }
  }

  private ObjectNode before(History.Done change, @Nullable ObjectNode before) {
    if (before == null) {
      throw failed(
          new StoreException.HistoryLost(
              "version "
                  + change.place().version()
                  + " was written by an older release, which kept nothing of what it replaced"));
    }
    return before;
  }

  private void note(
      EntityTable table, UUID id, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    Operation operation =
        before == null ? Operation.INSERT : after == null ? Operation.DELETE : Operation.UPDATE;
    lines.add(
        new Line(
            new Entry(table.name(), id, operation),
            before == null ? null : JsonMapper.shared().writeValueAsString(before)));
    changes.add(
        new RowChange(
            table.name(),
            id,
            before == null ? null : Fingerprint.of(before),
            after == null ? null : Fingerprint.of(table.kept(after))));
  }

  List<Line> lines() {
    return lines;
  }

  @Nullable Author author() {
    return author;
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
