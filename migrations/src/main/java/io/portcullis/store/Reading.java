package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Looks at the store inside one transaction. For the thread that runs the transaction, and no
 * longer than it runs.
 */
public sealed class Reading permits Writing {
  /** More parameters than this make statements that engines plan badly. */
  static final int IDS_PER_QUERY = 500;

  private final DSLContext statements;
  private final EntityTables tables;

  Reading(DSLContext statements, EntityTables tables) {
    this.statements = statements;
    this.tables = tables;
  }

  final DSLContext statements() {
    return statements;
  }

  final EntityTables tables() {
    return tables;
  }

  /** The version that everything read here belongs to; a write transaction's own one. */
  public final long version() {
    return new ChangeLog(Long.MAX_VALUE).version(statements);
  }

  /** A piece of the listing of an entity. */
  public final StoredPage page(EntitySpec spec, PageQuery query) {
    EntityTable table = tables.of(spec.name());
    Field<Object> id = table.id();
    Condition wanted = table.alive(tables.now());
    List<Field<Object>> order = new ArrayList<>();
    PageQuery.Parent parent = query.parent();
    if (parent != null) {
      Field<Object> reference = table.column(parent.field()).inTable();
      wanted = wanted.and(reference.eq(parent.id()));
      // It is the same in all rows, but only so does H2 see that the index has this order already.
      order.add(reference);
    }
    order.add(id);
    if (query.after() != null) {
      wanted = wanted.and(id.gt(query.after()));
    }
    if (query.tags() != null) {
      wanted = wanted.and(id.coerce(UUID.class).in(tagged(table, query, query.tags())));
    }
    List<ObjectNode> rows =
        statements
            .select(table.selected())
            .from(table.table())
            .where(wanted)
            .orderBy(order)
            .limit(query.size() + 1)
            .fetch(table::entity);
    if (rows.size() <= query.size()) {
      return new StoredPage(rows, null);
    }
    List<ObjectNode> shown = rows.subList(0, query.size());
    return new StoredPage(shown, EntityTable.id(shown.getLast()));
  }

  /**
   * All rows that refer to one of several others, in no particular order.
   *
   * @param field the foreign field
   */
  public final List<ObjectNode> under(EntitySpec spec, String field, Collection<UUID> parents) {
    EntityTable table = tables.of(spec.name());
    Field<Object> reference = table.column(field).inTable();
    List<UUID> all = List.copyOf(parents);
    List<ObjectNode> rows = new ArrayList<>();
    for (int from = 0; from < all.size(); from += IDS_PER_QUERY) {
      List<UUID> some = all.subList(from, Math.min(all.size(), from + IDS_PER_QUERY));
      rows.addAll(
          statements
              .select(table.selected())
              .from(table.table())
              .where(reference.in(some))
              .and(table.alive(tables.now()))
              .fetch(table::entity));
    }
    return rows;
  }

  private static Select<Record1<UUID>> tagged(
      EntityTable table, PageQuery query, TagFilter filter) {
    return TagIndex.ids(
        table.name(),
        filter,
        query.after(),
        query.size() + 1,
        id -> {
          PageQuery.Parent parent = query.parent();
          return parent == null
              ? DSL.noCondition()
              : id.in(
                  DSL.select(table.id().coerce(UUID.class))
                      .from(table.table())
                      .where(table.column(parent.field()).inTable().eq(parent.id())));
        });
  }

  /** The row with that id. */
  public final Optional<ObjectNode> find(EntitySpec spec, UUID id) {
    EntityTable table = tables.of(spec.name());
    return one(table, table.id().eq(id));
  }

  /**
   * The row whose field has that value.
   *
   * @param uniqueField a string field that no two rows share a value of
   */
  public final Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value) {
    EntityTable table = tables.of(spec.name());
    Column column = table.column(uniqueField);
    if (column.kind() != Column.Kind.TEXT) {
      throw new IllegalArgumentException(uniqueField + " of " + spec.name() + " is not a string");
    }
    return one(table, column.inTable().eq(value));
  }

  /**
   * A piece of the list of tags in use.
   *
   * @param tag only this one; null for all
   * @param after the row that the page before ended with
   */
  public final TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after) {
    return TagIndex.page(statements, tag, size, after);
  }

  /** Names of all plugins that are configured anywhere. */
  public final Set<String> pluginNamesInUse() {
    EntityTable plugins = tables.of("plugins");
    Field<Object> name = plugins.column("name").inTable();
    return new LinkedHashSet<>(
        statements
            .selectDistinct(name)
            .from(plugins.table())
            .orderBy(name)
            .fetch(name, String.class));
  }

  /** Versions of the configuration from {@code newest} downwards, as far as they are known. */
  public final List<PastVersion> versions(long newest, int size) {
    return new History(statements).versions(newest, size);
  }

  /** What a version did, in its order; the first {@code size} changes of it. */
  public final List<PastChange> changesOf(long version, int size) {
    return new History(statements).changes(version, size);
  }

  private Optional<ObjectNode> one(EntityTable table, Condition wanted) {
    Record row =
        statements
            .select(table.selected())
            .from(table.table())
            .where(wanted)
            .and(table.alive(tables.now()))
            .fetchOne();
    return row == null ? Optional.empty() : Optional.of(table.entity(row));
  }
}
