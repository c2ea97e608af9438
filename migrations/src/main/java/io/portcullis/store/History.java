package io.portcullis.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads who changed what in each version, for as long as the change log reaches back. */
final class History {
  private static final Table<Record> AUTHORS = DSL.table(DSL.name("config_authors"));
  private static final Field<Long> MADE_AT = DSL.field(DSL.name("made_at"), SQLDataType.BIGINT);
  private static final Field<String> WHO = DSL.field(DSL.name("who"), SQLDataType.VARCHAR);
  private static final Field<String> REQUEST = DSL.field(DSL.name("request"), SQLDataType.VARCHAR);

  private final DSLContext statements;

  History(DSLContext statements) {
    this.statements = statements;
  }

  /** Where in the log a change stands. */
  record Place(long version, int ordinal) {}

  /** A change that is to be undone. */
  record Done(
      Place place,
      ChangeLog.Operation operation,
      String entity,
      UUID id,
      @Nullable ObjectNode before) {}

  void sign(long version, Author author) {
    statements
        .insertInto(AUTHORS, ChangeLog.VERSION, MADE_AT, WHO, REQUEST)
        .values(version, author.at().toEpochMilli(), author.who(), author.request())
        .execute();
  }

  void forgetThrough(long version) {
    statements.deleteFrom(AUTHORS).where(ChangeLog.VERSION.le(version)).execute();
  }

  /** Versions from {@code newest} downwards; they have no gaps. */
  List<PastVersion> versions(long newest, int size) {
    Map<Long, Integer> changes = new LinkedHashMap<>();
    statements
        .select(ChangeLog.VERSION, DSL.count())
        .from(ChangeLog.LOG)
        .where(ChangeLog.VERSION.le(newest), ChangeLog.VERSION.gt(newest - size))
        .groupBy(ChangeLog.VERSION)
        .orderBy(ChangeLog.VERSION.desc())
        .forEach(row -> changes.put(row.value1(), row.value2()));
    Map<Long, Author> authors = new LinkedHashMap<>();
    statements
        .select(ChangeLog.VERSION, MADE_AT, WHO, REQUEST)
        .from(AUTHORS)
        .where(ChangeLog.VERSION.le(newest), ChangeLog.VERSION.gt(newest - size))
        .forEach(
            row ->
                authors.put(
                    row.value1(),
                    new Author(Instant.ofEpochMilli(row.value2()), row.value3(), row.value4())));
    List<PastVersion> versions = new ArrayList<>(changes.size());
    changes.forEach(
        (version, count) ->
            versions.add(
                new PastVersion(version, Optional.ofNullable(authors.get(version)), count)));
    return versions;
  }

  /** The first changes of a version, in its order. */
  List<PastChange> changes(long version, int size) {
    return statements
        .select(ChangeLog.ENTITY, ChangeLog.ENTITY_ID, ChangeLog.OPERATION, ChangeLog.ROW_BEFORE)
        .from(ChangeLog.LOG)
        .where(ChangeLog.VERSION.eq(version))
        .orderBy(ChangeLog.ORDINAL)
        .limit(size)
        .fetch(
            row ->
                new PastChange(
                    row.value1(),
                    row.value2(),
                    row.value3(),
                    Optional.ofNullable(row.value4()).map(History::row)));
  }

  /** Changes after a version, the latest first: a piece of them, from before {@code from} on. */
  List<Done> latestFirst(long after, Place from, int size) {
    return statements
        .select(
            ChangeLog.VERSION,
            ChangeLog.ORDINAL,
            ChangeLog.OPERATION,
            ChangeLog.ENTITY,
            ChangeLog.ENTITY_ID,
            ChangeLog.ROW_BEFORE)
        .from(ChangeLog.LOG)
        .where(
            ChangeLog.VERSION.gt(after),
            ChangeLog.VERSION
                .lt(from.version())
                .or(ChangeLog.VERSION.eq(from.version()).and(ChangeLog.ORDINAL.lt(from.ordinal()))))
        .orderBy(ChangeLog.VERSION.desc(), ChangeLog.ORDINAL.desc())
        .limit(size)
        .fetch(
            row -> {
              String before = row.value6();
              return new Done(
                  new Place(row.value1(), row.value2()),
                  ChangeLog.Operation.valueOf(row.value3().toUpperCase(Locale.ROOT)),
                  row.value4(),
                  row.value5(),
                  before == null ? null : row(before));
            });
  }

  private static ObjectNode row(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text);
  }
}
