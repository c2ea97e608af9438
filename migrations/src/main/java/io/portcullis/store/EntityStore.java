package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The entities as rows, in the shape that the Admin API shows: every field, explicit nulls, the
 * spec's order. Thread-safe. Every call blocks, so call it from a virtual thread.
 *
 * <p>Any call may fail with {@link StoreException.Busy}, {@link StoreException.Unavailable} or
 * {@link StoreException.Unexpected}.
 */
public final class EntityStore {
  /** A reader may fall behind by so many versions before it has to load everything. */
  private static final long VERSIONS_KEPT = 100_000;

  /** A write of so many rows may change what the planner should know of the tables. */
  private static final int LARGE_WRITE = 5_000;

  private final Database database;
  private final EntityTables tables;
  private final ChangeLog log;

  /**
   * @param specs every entity that has a table
   */
  public EntityStore(Database database, Collection<EntitySpec> specs) {
    this(database, specs, VERSIONS_KEPT, InstantSource.system());
  }

  EntityStore(
      Database database, Collection<EntitySpec> specs, long versionsKept, InstantSource clock) {
    this.database = database;
    this.tables = new EntityTables(specs, clock);
    this.log = new ChangeLog(versionsKept);
  }

  /** A piece of the listing of an entity. */
  public StoredPage page(EntitySpec spec, PageQuery query) {
    return now(reading -> reading.page(spec, query));
  }

  /** The row with that id. */
  public Optional<ObjectNode> find(EntitySpec spec, UUID id) {
    return now(reading -> reading.find(spec, id));
  }

  /** The row whose field has that value; see {@link Reading#findBy}. */
  public Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value) {
    return now(reading -> reading.findBy(spec, uniqueField, value));
  }

  /** A piece of the list of tags in use; see {@link Reading#tags}. */
  public TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after) {
    return now(reading -> reading.tags(tag, size, after));
  }

  /** Names of all plugins that are configured anywhere. */
  public Set<String> pluginNamesInUse() {
    return now(Reading::pluginNamesInUse);
  }

  /** Whether the database answers now. */
  public boolean reachable() {
    return database.reachable();
  }

  /** Reads several things as of one moment. */
  public <T> T read(Function<Reading, T> work) {
    return database.snapshot(statements -> work.apply(new Reading(statements, tables)));
  }

  /**
   * Changes several things together, or none of them: an exception out of {@code work} undoes all
   * of it and goes on to the caller. Writers take turns, in this process and on other nodes; what
   * {@code work} reads stays true until it is done.
   */
  public <T> Written<T> write(Function<Writing, T> work) {
    return database.writing(
        statements -> {
          long version = log.begin(statements);
          Writing writing = new Writing(statements, tables);
          T value = work.apply(writing);
          writing.rethrow();
          if (writing.lines().isEmpty()) {
            return Database.Outcome.undo(new Written<>(value, version - 1));
          }
          log.finish(statements, version, writing.author(), writing.lines());
          if (writing.lines().size() >= LARGE_WRITE) {
            analyse(statements);
          }
          return Database.Outcome.keep(new Written<>(value, version));
        });
  }

  /**
   * PostgreSQL would plan with what it knew of small tables until its own daemon comes round, and
   * read the whole change log at each poll. H2 looks after itself.
   */
  private void analyse(DSLContext statements) {
    if (statements.dialect() != SQLDialect.POSTGRES) {
      return;
    }
    statements.execute("analyze {0}", ChangeLog.LOG);
    statements.execute("analyze {0}", TagIndex.TAGS);
    for (EntityTable table : tables.all()) {
      statements.execute("analyze {0}", table.table());
    }
  }

  /** One statement is a transaction already. */
  private <T> T now(Function<Reading, T> work) {
    return database.statement(statements -> work.apply(new Reading(statements, tables)));
  }
}
