package io.portcullis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EachEngine
class MigrationsTest {
  private static final int NEWEST = MigrationScripts.byVersion().lastKey();

  private final StoreSettings settings;
  @AutoClose private final Database database;

  MigrationsTest(StoreEngine engine) {
    settings = engine.emptyDatabase();
    database = Database.open(settings);
  }

  @Test
  void an_empty_database_needs_bootstrap() {
    assertThat(database.status()).isEqualTo(new MigrationStatus.NeedsBootstrap());
  }

  @Test
  void bootstrap_makes_an_empty_database_current() {
    assertThat(database.bootstrap()).isEqualTo(new MigrationStatus.Current(NEWEST));
    assertThat(database.status()).isEqualTo(new MigrationStatus.Current(NEWEST));
  }

  @Test
  void up_makes_an_empty_database_current() {
    assertThat(database.up()).isEqualTo(new MigrationStatus.Current(NEWEST));
    assertThat(database.up()).isEqualTo(new MigrationStatus.Current(NEWEST));
  }

  @Test
  void bootstrap_leaves_an_older_database_as_it_is() {
    database.bootstrap();
    execute("delete from flyway_schema_history where version > '001'");
    execute("update flyway_schema_history set version = '0' where version = '001'");

    MigrationStatus pending =
        new MigrationStatus.Pending(0, List.copyOf(MigrationScripts.byVersion().values()));
    assertThat(database.bootstrap()).isEqualTo(pending);
    assertThat(database.status()).isEqualTo(pending);
  }

  @Test
  void a_newer_database_is_told_apart_and_left_as_it_is() {
    database.bootstrap();
    execute("update flyway_schema_history set version = '999' where version = '001'");

    MigrationStatus newer = new MigrationStatus.NewerThanKnown(999, NEWEST);
    assertThat(database.status()).isEqualTo(newer);
    assertThat(database.bootstrap()).isEqualTo(newer);
    assertThat(database.up()).isEqualTo(newer);
  }

  @Test
  void contracting_scripts_wait_until_they_are_asked_for() {
    Migrations migrations = contracting();
    assertThat(migrations.finish()).isEqualTo(new MigrationStatus.NeedsBootstrap());
    assertThat(migrations.bootstrap()).isEqualTo(new MigrationStatus.Current(NEWEST));
    assertThat(migrations.unfinished()).containsExactly("V001__drop_what_nobody_uses.sql");

    assertThat(migrations.finish()).isEqualTo(new MigrationStatus.Current(NEWEST));
    assertThat(migrations.unfinished()).isEmpty();
    assertThat(migrations.finish()).isEqualTo(new MigrationStatus.Current(NEWEST));
    assertThat(database.<Integer>statement(s -> s.fetchCount(DSL.table("after_contraction"))))
        .isZero();
  }

  @Test
  void a_database_that_a_newer_release_has_finished_is_newer() {
    contracting().bootstrap();
    contracting().finish();
    assertThat(database.status()).isEqualTo(new MigrationStatus.NewerThanKnown(1, 0));
  }

  @Test
  void there_is_nothing_to_finish_without_contracting_scripts() {
    database.bootstrap();
    assertThat(database.unfinished()).isEmpty();
    assertThat(database.finish()).isEqualTo(new MigrationStatus.Current(NEWEST));
  }

  private Migrations contracting() {
    return new Migrations(EngineAccess.to(settings), settings.engine(), "db/test_contraction");
  }

  @Test
  void nodes_that_start_at_once_migrate_an_empty_database_once() throws Exception {
    int nodes = 4;
    CountDownLatch ready = new CountDownLatch(nodes);
    List<Future<MigrationStatus>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int node = 0; node < nodes; node++) {
        answers.add(
            threads.submit(
                () -> {
                  try (Database own = Database.open(settings)) {
                    ready.countDown();
                    ready.await();
                    return own.bootstrap();
                  }
                }));
      }
      for (Future<MigrationStatus> answer : answers) {
        assertThat(answer.get()).isEqualTo(new MigrationStatus.Current(NEWEST));
      }
    }
    int applied =
        database.statement(
            statements ->
                statements.fetchCount(
                    DSL.table(DSL.name("flyway_schema_history")),
                    DSL.field(DSL.name("version")).isNotNull()));
    assertThat(applied).isEqualTo(MigrationScripts.byVersion().size());
  }

  @Test
  void a_node_waits_for_another_one_that_migrates_for_longer_than_for_a_write() throws Exception {
    if (!(settings.engine() instanceof StoreSettings.Postgres)) {
      return;
    }
    try (Connection patient = EngineAccess.to(settings).patient().getConnection();
        Statement statement = patient.createStatement();
        var limit = statement.executeQuery("show lock_timeout")) {
      assertThat(limit.next()).isTrue();
      assertThat(limit.getString(1)).isEqualTo("0");
      assertThat(patient.getNetworkTimeout()).isZero();
    }
  }

  @Test
  void a_bootstrap_that_was_killed_half_way_runs_again() {
    database.bootstrap();
    execute("drop table jwt_secrets");
    execute("delete from flyway_schema_history");

    assertThat(database.bootstrap()).isEqualTo(new MigrationStatus.Current(NEWEST));
    assertThat(database.<Long>statement(statements -> new ChangeLog(1).version(statements)))
        .isZero();
  }

  private void execute(String sql) {
    database.statement(
        statements ->
            statements.connectionResult(
                connection -> {
                  run(connection, sql);
                  return 0;
                }));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
