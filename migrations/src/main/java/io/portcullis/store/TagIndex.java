package io.portcullis.store;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertValuesStep3;
import org.jooq.Name;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.SelectLimitPercentStep;
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
  static final Table<Record> TAGS = DSL.table(DSL.name("tags"));
  private static final Field<String> TAG = DSL.field(DSL.name("tag"), SQLDataType.VARCHAR);
  private static final Field<String> ENTITY = DSL.field(DSL.name("entity"), SQLDataType.VARCHAR);
  private static final Field<UUID> ENTITY_ID = DSL.field(DSL.name("entity_id"), SQLDataType.UUID);

  private TagIndex() {}

  /**
   * Ids of the rows of {@code entity} that bear the tags, ascending, as a query to put inside
   * another. It is limited in itself: each page of a listing reads on where the page before ended,
   * whatever the planner thinks of the outer query, so a whole listing takes linear time.
   *
   * @param further what else must be true of a row, made from its id
   */
  static Select<Record1<UUID>> ids(
      String entity,
      TagFilter filter,
      @Nullable UUID after,
      int limit,
      Function<Field<UUID>, Condition> further) {
    Condition row = ENTITY.eq(entity).and(further.apply(ENTITY_ID));
    if (after != null) {
      row = row.and(ENTITY_ID.gt(after));
    }
    List<String> tags = filter.tags();
    return switch (filter.match()) {
      case ALL -> {
        for (String other : tags.subList(1, tags.size())) {
          row = row.and(bears(entity, other));
        }
        yield ids(tags.getFirst(), row, limit);
      }
      case ANY -> {
        Select<Record1<UUID>> any = ids(tags.getFirst(), row, limit);
        for (String other : tags.subList(1, tags.size())) {
          any = any.union(ids(other, row, limit));
        }
        yield any;
      }
    };
  }

  private static SelectLimitPercentStep<Record1<UUID>> ids(String tag, Condition row, int limit) {
    return DSL.select(ENTITY_ID)
        .from(TAGS)
        .where(TAG.eq(tag), row)
        .orderBy(TAG, ENTITY, ENTITY_ID)
        .limit(limit);
  }

  private static Condition bears(String entity, String tag) {
    Name other = DSL.name("other");
    Field<String> otherTag = DSL.field(other.append("tag"), SQLDataType.VARCHAR);
    Field<String> otherEntity = DSL.field(other.append("entity"), SQLDataType.VARCHAR);
    Field<UUID> otherId = DSL.field(other.append("entity_id"), SQLDataType.UUID);
    Field<UUID> outerId = DSL.field(DSL.name("tags", "entity_id"), SQLDataType.UUID);
    return DSL.exists(
        DSL.selectOne()
            .from(TAGS.as(other))
            .where(otherTag.eq(tag), otherEntity.eq(entity), otherId.eq(outerId)));
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
