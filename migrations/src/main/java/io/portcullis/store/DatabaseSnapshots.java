package io.portcullis.store;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.ChangeLog.Latest;
import io.portcullis.store.ChangeLog.Reach;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What is stored and what changed, for proxy nodes. Thread-safe; every call blocks. */
public final class DatabaseSnapshots implements SnapshotSource {
  private static final int ROWS_PER_QUERY = 2000;
  private static final int IDS_PER_QUERY = 512;

  private final Database database;
  private final EntityTables tables;
  private final ChangeLog log = new ChangeLog(Long.MAX_VALUE);

  /**
   * @param specs every entity that has a table, in the order in which they are to be loaded
   */
  public DatabaseSnapshots(Database database, Collection<EntitySpec> specs) {
    this.database = database;
    this.tables = new EntityTables(specs, InstantSource.system());
  }

  @Override
  public long version() throws IOException {
    return reported(() -> database.statement(log::version));
  }

  @Override
  public Snapshot load() throws IOException {
    return reported(
        () ->
            database.snapshot(
                statements -> {
                  long version = log.version(statements);
                  List<StoredEntity> entities = new ArrayList<>();
                  for (EntityTable table : tables.all()) {
                    loadAll(statements, table, entities);
                  }
                  return new Snapshot(version, entities);
                }));
  }

  @Override
  public Changes changesSince(long version) throws IOException {
    return reported(() -> database.snapshot(statements -> changes(statements, version)));
  }

  private Changes changes(DSLContext statements, long version) {
    Reach reach = log.reach(statements);
    // A version from the future was seen in a database that has since been replaced.
    if (version < reach.prunedThrough() || version > reach.version()) {
      return new Changes.TooFarBehind();
    }
    List<Latest> latest = new ArrayList<>(log.since(statements, version));
    // Another node may run a plugin whose credentials this one has no use for.
    latest.removeIf(change -> !tables.has(change.entity()));
    Map<String, List<UUID>> idsByEntity = new LinkedHashMap<>();
    for (Latest change : latest) {
      idsByEntity.computeIfAbsent(change.entity(), entity -> new ArrayList<>()).add(change.id());
    }
    List<Change> changes = new ArrayList<>(latest.size());
    Map<String, Map<UUID, ObjectNode>> bodiesByEntity = new HashMap<>();
    idsByEntity.forEach(
        (entity, ids) -> bodiesByEntity.put(entity, bodies(statements, entity, ids)));
    for (Latest change : latest) {
      Map<UUID, ObjectNode> ofEntity = bodiesByEntity.getOrDefault(change.entity(), Map.of());
      changes.add(
          new Change(change.version(), change.entity(), change.id(), ofEntity.get(change.id())));
    }
    return new Changes.Incremental(reach.version(), changes);
  }

  private Map<UUID, ObjectNode> bodies(DSLContext statements, String entity, List<UUID> ids) {
    Map<UUID, ObjectNode> bodies = HashMap.newHashMap(ids.size());
    EntityTable table = tables.of(entity);
    for (int from = 0; from < ids.size(); from += IDS_PER_QUERY) {
      List<UUID> some = ids.subList(from, Math.min(ids.size(), from + IDS_PER_QUERY));
      statements
          .select(table.selected())
          .from(table.table())
          .where(table.id().in(some))
          .forEach(
              row -> {
                ObjectNode body = table.entity(row);
                bodies.put(EntityTable.id(body), body);
              });
    }
    return bodies;
  }

  /** By keyset, so that neither engine has to hold a whole table's result. */
  private static void loadAll(
      DSLContext statements, EntityTable table, List<StoredEntity> entities) {
    Field<Object> id = table.id();
    @Nullable UUID last = null;
    int rows;
    do {
      rows = 0;
      for (Record row :
          statements
              .select(table.selected())
              .from(table.table())
              .where(last == null ? DSL.noCondition() : id.gt(last))
              .orderBy(id)
              .limit(ROWS_PER_QUERY)
              .fetch()) {
        ObjectNode body = table.entity(row);
        last = EntityTable.id(body);
        entities.add(new StoredEntity(table.name(), last, body));
        rows++;
      }
    } while (rows == ROWS_PER_QUERY);
  }

  private static <T> T reported(Supplier<T> work) throws IOException {
    try {
      return work.get();
    } catch (StoreException failure) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
