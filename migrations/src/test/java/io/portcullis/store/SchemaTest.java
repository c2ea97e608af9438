package io.portcullis.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.FieldSpec;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Holds scripts and specs together: a field without a column, or the other way round, fails. */
@EachEngine
class SchemaTest {
  @AutoClose private final StoreFixture fixture;
  private final Set<String> entities = new TreeSet<>();

  SchemaTest(StoreEngine engine) {
    fixture = StoreFixture.on(engine);
    StoreFixture.specs().forEach(spec -> entities.add(spec.name()));
  }

  @Test
  void every_field_has_a_column_of_its_type_and_every_column_a_field() {
    for (EntitySpec spec : StoreFixture.specs()) {
      Map<String, String> expected = new TreeMap<>();
      for (Column column : EntityTable.of(spec).columns()) {
        expected.put(column.inTable().getName(), family(column.kind()));
      }
      if (!spec.uniqueTogether().isEmpty()) {
        expected.put("unique_key", "text");
      }
      assertThat(columns(spec.name())).as(spec.name()).isEqualTo(expected);
    }
  }

  @Test
  void every_unique_field_has_an_index_that_holds_it_alone() {
    for (EntitySpec spec : StoreFixture.specs()) {
      Set<String> expected = new TreeSet<>();
      expected.add("id");
      for (FieldSpec field : spec.fields()) {
        if (field.isUnique()) {
          expected.add(field.name());
        }
      }
      if (!spec.uniqueTogether().isEmpty()) {
        expected.add("unique_key");
      }
      assertThat(indexed(spec.name(), true).keySet()).as(spec.name()).isEqualTo(expected);
    }
  }

  @Test
  void every_foreign_field_refers_to_its_table_and_deletes_or_refuses_as_the_spec_says() {
    for (EntitySpec spec : StoreFixture.specs()) {
      Map<String, String> expected = new TreeMap<>();
      for (FieldSpec field : spec.fields()) {
        field
            .reference()
            .filter(entities::contains)
            .ifPresent(
                target ->
                    expected.put(
                        field.name() + "_id",
                        target + (field.onDelete().cascades() ? " cascade" : "")));
      }
      assertThat(foreignKeys(spec.name())).as(spec.name()).isEqualTo(expected);
    }
  }

  @Test
  void every_foreign_field_has_an_index_for_listings_under_its_target() {
    for (EntitySpec spec : StoreFixture.specs()) {
      for (FieldSpec field : spec.fields()) {
        if (field.reference().filter(entities::contains).isPresent()) {
          assertThat(indexed(spec.name(), false))
              .as(spec.name())
              .containsEntry(field.name() + "_id,id", true);
        }
      }
    }
  }

  private static String family(Column.Kind kind) {
    return switch (kind) {
      case ID, REFERENCE -> "uuid";
      case TEXT, JSON -> "text";
      case INTEGER -> "integer";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
    };
  }

  private static String family(int sqlType, String typeName) {
    if (typeName.equalsIgnoreCase("uuid")) {
      return "uuid";
    }
    return switch (sqlType) {
      case Types.VARCHAR -> "text";
      case Types.BIGINT -> "integer";
      case Types.DOUBLE -> "number";
      case Types.BOOLEAN, Types.BIT -> "boolean";
      default -> typeName;
    };
  }

  private Map<String, String> columns(String table) {
    Map<String, String> columns = new TreeMap<>();
    rows(
        metadata -> metadata.getColumns(null, "public", table, null),
        row ->
            columns.put(
                row.getString("COLUMN_NAME"),
                family(row.getInt("DATA_TYPE"), row.getString("TYPE_NAME"))));
    return columns;
  }

  /** Columns of each index, comma separated. */
  private Map<String, Boolean> indexed(String table, boolean unique) {
    Map<String, String> byIndex = new LinkedHashMap<>();
    rows(
        metadata -> metadata.getIndexInfo(null, "public", table, unique, false),
        row ->
            byIndex.merge(
                row.getString("INDEX_NAME"),
                row.getString("COLUMN_NAME").replace("\"", ""),
                (left, right) -> left + "," + right));
    Map<String, Boolean> indexed = new TreeMap<>();
    byIndex.values().forEach(columns -> indexed.put(columns, true));
    return indexed;
  }

  private Map<String, String> foreignKeys(String table) {
    Map<String, String> keys = new TreeMap<>();
    rows(
        metadata -> metadata.getImportedKeys(null, "public", table),
        row ->
            keys.put(
                row.getString("FKCOLUMN_NAME"),
                row.getString("PKTABLE_NAME")
                    + (row.getShort("DELETE_RULE") == DatabaseMetaData.importedKeyCascade
                        ? " cascade"
                        : "")));
    return keys;
  }

  private interface Query {
    ResultSet of(DatabaseMetaData metadata) throws SQLException;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void rows(Query query, RowReader reader) {
    fixture
        .database()
        .statement(
            statements ->
                statements.connectionResult(
                    (Connection connection) -> {
                      try (ResultSet rows = query.of(connection.getMetaData())) {
                        while (rows.next()) {
                          reader.read(rows);
                        }
                      }
                      return 0;
                    }));
  }
}
