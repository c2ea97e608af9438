package io.portcullis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertValuesStep6;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The store's version and who changed what in each. A transaction takes the version row before it
 * does anything else and keeps it until it commits, so versions are committed in their order and a
 * reader that has seen one has seen all before it (docs/adr/0003-store.md).
 */
final class ChangeLog {
  private static final Table<Record> VERSION_ROW = DSL.table(DSL.name("config_version"));
  private static final Field<Long> PRUNED_THROUGH =
      DSL.field(DSL.name("pruned_through"), SQLDataType.BIGINT);

  static final Table<Record> LOG = DSL.table(DSL.name("change_log"));
  static final Field<Long> VERSION = DSL.field(DSL.name("version"), SQLDataType.BIGINT);
  static final Field<Integer> ORDINAL = DSL.field(DSL.name("ordinal"), SQLDataType.INTEGER);
  static final Field<String> ENTITY = DSL.field(DSL.name("entity"), SQLDataType.VARCHAR);
  static final Field<UUID> ENTITY_ID = DSL.field(DSL.name("entity_id"), SQLDataType.UUID);
  static final Field<String> OPERATION = DSL.field(DSL.name("operation"), SQLDataType.VARCHAR);
  static final Field<String> ROW_BEFORE = DSL.field(DSL.name("row_before"), SQLDataType.VARCHAR);

  private static final int ROWS_PER_INSERT = 500;

  private final long kept;

  /**
   * @param kept versions that stay in the log, give or take a quarter
   */
  ChangeLog(long kept) {
    this.kept = kept;
  }

  /** What a transaction did to a row. */
  enum Operation {
    INSERT,
    UPDATE,
    DELETE
  }

  /** One line of the log. */
  record Entry(String entity, UUID id, Operation operation) {}

  /** A line of the log as it is written: with the row that was replaced, as JSON. */
  record Line(Entry entry, @Nullable String before) {}

  /** The last change of a row. */
  record Latest(long version, String entity, UUID id) {}

  /** How far the log reaches. */
  record Reach(long version, long prunedThrough) {}

  /** Takes the version row and with it the right to write; answers this transaction's version. */
  long begin(DSLContext statements) {
    Record versionRow =
        statements.update(VERSION_ROW).set(VERSION, VERSION.plus(1)).returning(VERSION).fetchOne();
    if (versionRow == null) {
      throw new StoreException.Unexpected("the table config_version is empty", null);
    }
    return versionRow.get(VERSION);
  }

  /**
   * Writes down what the transaction did, has those who listen told of it when it commits and, now
   * and then, forgets the oldest versions.
   */
  void finish(DSLContext statements, long version, @Nullable Author author, List<Line> lines) {
    int ordinal = 0;
    while (ordinal < lines.size()) {
      int end = Math.min(lines.size(), ordinal + ROWS_PER_INSERT);
      InsertValuesStep6<Record, Long, Integer, String, UUID, String, String> insert =
          statements.insertInto(LOG, VERSION, ORDINAL, ENTITY, ENTITY_ID, OPERATION, ROW_BEFORE);
      for (; ordinal < end; ordinal++) {
        Line line = lines.get(ordinal);
        Entry entry = line.entry();
        insert =
            insert.values(
                version,
                ordinal,
                entry.entity(),
                entry.id(),
                entry.operation().name().toLowerCase(Locale.ROOT),
                line.before());
      }
      insert.execute();
    }
    History history = new History(statements);
    if (author != null) {
      history.sign(version, author);
    }
    if (statements.dialect() == SQLDialect.POSTGRES) {
      ChangeNotices.send(statements, version);
    }
    long pruneEvery = Math.max(1, kept / 4);
    if (version > kept && version % pruneEvery == 0) {
      long through = version - kept;
      statements.deleteFrom(LOG).where(VERSION.le(through)).execute();
      history.forgetThrough(through);
      statements.update(VERSION_ROW).set(PRUNED_THROUGH, through).execute();
    }
  }

  long version(DSLContext statements) {
    return reach(statements).version();
  }

  Reach reach(DSLContext statements) {
    Record2<Long, Long> row =
        statements.select(VERSION, PRUNED_THROUGH).from(VERSION_ROW).fetchOne();
    if (row == null) {
      throw new StoreException.Unexpected("the table config_version is empty", null);
    }
    return new Reach(row.value1(), row.value2());
  }

  /** The rows that changed after {@code version}, each once, in the order of their last change. */
  List<Latest> since(DSLContext statements, long version) {
    Field<Long> newest = DSL.max(VERSION).as("newest");
    Field<Integer> last = DSL.max(ORDINAL).as("last");
    Result<? extends Record> rows =
        statements
            .select(ENTITY, ENTITY_ID, newest, last)
            .from(LOG)
            .where(VERSION.gt(version))
            .groupBy(ENTITY, ENTITY_ID)
            .orderBy(newest, last)
            .fetch();
    List<Latest> changes = new ArrayList<>(rows.size());
    for (Record row : rows) {
      changes.add(new Latest(row.get(newest), row.get(ENTITY), row.get(ENTITY_ID)));
    }
    return changes;
  }

  /** What one version did, in its order. */
  List<Entry> entries(DSLContext statements, long version) {
    return statements
        .select(ENTITY, ENTITY_ID, OPERATION)
        .from(LOG)
        .where(VERSION.eq(version))
        .orderBy(ORDINAL)
        .fetch(
            row ->
                new Entry(
                    row.value1(),
                    row.value2(),
                    Operation.valueOf(row.value3().toUpperCase(Locale.ROOT))));
  }
}
