package io.portcullis.store;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertValuesStep3;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds rows by tag. What a row shows as its tags is in the row itself, where null, empty and the
 * order survive; this table only answers questions about tags.
 */
final class TagIndex {
  private static final Table<Record> TAGS = DSL.table(DSL.name("tags"));
  private static final Field<String> TAG = DSL.field(DSL.name("tag"), SQLDataType.VARCHAR);
  private static final Field<String> ENTITY = DSL.field(DSL.name("entity"), SQLDataType.VARCHAR);
  private static final Field<UUID> ENTITY_ID = DSL.field(DSL.name("entity_id"), SQLDataType.UUID);

  private TagIndex() {}

  /** Keeps the rows of {@code entity} that bear the tags. */
  static Condition matches(String entity, Field<Object> id, TagFilter filter) {
    Field<UUID> typed = id.coerce(UUID.class);
    return switch (filter.match()) {
      case ANY ->
          typed.in(
              DSL.select(ENTITY_ID).from(TAGS).where(TAG.in(filter.tags()), ENTITY.eq(entity)));
      case ALL -> {
        Condition all = DSL.noCondition();
        for (String tag : filter.tags()) {
          all =
              all.and(
                  typed.in(DSL.select(ENTITY_ID).from(TAGS).where(TAG.eq(tag), ENTITY.eq(entity))));
        }
        yield all;
      }
    };
  }

  static void add(DSLContext statements, String entity, UUID id, @Nullable JsonNode tags) {
    if (tags == null || !tags.isArray() || tags.isEmpty()) {
      return;
    }
    Set<String> distinct = new LinkedHashSet<>();
    tags.forEach(tag -> distinct.add(tag.stringValue()));
    InsertValuesStep3<Record, String, String, UUID> insert =
        statements.insertInto(TAGS, TAG, ENTITY, ENTITY_ID);
    for (String tag : distinct) {
      insert = insert.values(tag, entity, id);
    }
    insert.execute();
  }

  static void remove(DSLContext statements, String entity, Collection<UUID> ids) {
    statements.deleteFrom(TAGS).where(ENTITY_ID.in(ids), ENTITY.eq(entity)).execute();
  }

  /**
   * @param tag null for all of them
   */
  static TagPage page(
      DSLContext statements, @Nullable String tag, int size, TagPage.@Nullable Row after) {
    Condition wanted = tag == null ? DSL.noCondition() : TAG.eq(tag);
    if (after != null) {
      wanted =
          wanted.and(
              DSL.row(TAG, ENTITY, ENTITY_ID)
                  .gt(after.tag(), after.entityName(), after.entityId()));
    }
    List<TagPage.Row> rows =
        statements
            .select(TAG, ENTITY, ENTITY_ID)
            .from(TAGS)
            .where(wanted)
            .orderBy(TAG, ENTITY, ENTITY_ID)
            .limit(size + 1)
            .fetch(row -> new TagPage.Row(row.value1(), row.value2(), row.value3()));
    return rows.size() > size
        ? new TagPage(rows.subList(0, size), rows.get(size - 1))
        : new TagPage(rows, null);
  }
}
