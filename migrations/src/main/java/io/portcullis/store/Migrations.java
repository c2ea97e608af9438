package io.portcullis.store;

import io.portcullis.store.MigrationStatus.Current;
import io.portcullis.store.MigrationStatus.NeedsBootstrap;
import io.portcullis.store.MigrationStatus.NewerThanKnown;
import io.portcullis.store.MigrationStatus.Pending;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings a database's schema up to this build's scripts. Asks the database how far it is with plain
 * JDBC: neither Flyway nor jOOQ is loaded when there is nothing to do, which halves a warm start.
 */
final class Migrations {
  private static final String HISTORY = "flyway_schema_history";
  private static final String CONTRACTION_HISTORY = "flyway_contraction_history";
  private static final int OLDEST_POSTGRES = 15;

  /** Any number will do that no other program's advisory lock has: "portcull" in ASCII. */
  private static final long LOCK = 0x706f727463756c6cL;

  /** SQL states of a missing table: PostgreSQL's, then H2's. */
  private static final Set<String> NO_SUCH_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

  private final DataSource dataSource;

  /** A script may take long, and so may another node's, for which this one waits. */
  private final DataSource patient;

  private final StoreSettings.Engine engine;
  private final SortedMap<Integer, String> scripts;
  private final String contracting;
  private final SortedMap<Integer, String> contractions;

  Migrations(EngineAccess access, StoreSettings.Engine engine) {
    this(access, engine, MigrationScripts.CONTRACTING);
  }

  /**
   * @param contracting folder of the scripts that {@link #finish} runs
   */
  Migrations(EngineAccess access, StoreSettings.Engine engine, String contracting) {
    this.dataSource = access.dataSource();
    this.patient = access.patient();
    this.engine = engine;
    this.scripts = MigrationScripts.byVersion();
    this.contracting = contracting;
    this.contractions = MigrationScripts.byVersion(contracting);
  }

  MigrationStatus status() {
    try (Connection connection = dataSource.getConnection()) {
      OptionalInt applied = newestApplied(connection, HISTORY);
      int known = scripts.lastKey();
      if (applied.isEmpty()) {
        return new NeedsBootstrap();
      }
      int version = applied.getAsInt();
      if (version > known) {
        return new NewerThanKnown(version, known);
      }
      int finished = newestApplied(connection, CONTRACTION_HISTORY).orElse(0);
      int finishable = contractions.isEmpty() ? 0 : contractions.lastKey();
      if (finished > finishable) {
        return new NewerThanKnown(finished, finishable);
      }
      return version == known
          ? new Current(version)
          : new Pending(version, List.copyOf(scripts.tailMap(version + 1).values()));
    } catch (SQLException refused) {
      throw Failures.of(refused);
    }
  }

  /** Migrates an empty database; any other is left as it is. One of several nodes does it. */
  MigrationStatus bootstrap() {
    MigrationStatus before = status();
    if (!(before instanceof NeedsBootstrap)) {
      return before;
    }
    return alone(
        () -> {
          // Another node may have been faster while this one waited for its turn.
          if (status() instanceof NeedsBootstrap) {
            migrate();
          }
          return status();
        });
  }

  /** Runs what has not run yet. Does nothing to a database that is newer than this build. */
  MigrationStatus up() {
    return alone(
        () -> {
          MigrationStatus before = status();
          if (before instanceof NewerThanKnown) {
            return before;
          }
          migrate();
          return status();
        });
  }

  /** The contracting scripts that have not run yet, in order. */
  List<String> unfinished() {
    if (contractions.isEmpty()) {
      return List.of();
    }
    try (Connection connection = dataSource.getConnection()) {
      int finished = newestApplied(connection, CONTRACTION_HISTORY).orElse(0);
      return List.copyOf(contractions.tailMap(finished + 1).values());
    } catch (SQLException refused) {
      throw Failures.of(refused);
    }
  }

  /** Runs the contracting scripts, if all others have run. */
  MigrationStatus finish() {
    return alone(
        () -> {
          if (status() instanceof Current && !unfinished().isEmpty()) {
            migrate(contracting, CONTRACTION_HISTORY);
          }
          return status();
        });
  }

  private void migrate() {
    migrate(MigrationScripts.FOLDER, HISTORY);
  }

  private void migrate(String folder, String history) {
    try {
      Flyway.configure()
          .dataSource(patient)
          .locations("classpath:" + folder)
          .table(history)
          .validateMigrationNaming(true)
          // The schema is not empty when the second history begins.
          .baselineOnMigrate(history.equals(CONTRACTION_HISTORY))
          .baselineVersion("0")
          .cleanDisabled(true)
          .load()
          .migrate();
    } catch (FlywayException refused) {
      throw new StoreException.Unexpected(
          "the database's schema could not be migrated: " + refused.getMessage(), refused);
    }
  }

  private static OptionalInt newestApplied(Connection connection, String history)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select version from " + history + " where version is not null and success")) {
      OptionalInt newest = OptionalInt.empty();
      while (rows.next()) {
        int version = Integer.parseInt(rows.getString(1));
        newest = OptionalInt.of(Math.max(version, newest.orElse(version)));
      }
      return newest;
    } catch (SQLException refused) {
      if (NO_SUCH_TABLE.contains(refused.getSQLState())) {
        return OptionalInt.empty();
      }
      throw refused;
    }
  }

  private MigrationStatus alone(Callable<MigrationStatus> work) {
    try {
      return switch (engine) {
        case StoreSettings.Postgres server -> aloneOnServer(work);
        case StoreSettings.H2File file -> aloneInProcess(file, work);
        case StoreSettings.H2Memory memory -> aloneInProcess(memory, work);
      };
    } catch (SQLException refused) {
      throw Failures.of(refused);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The lock ends with its transaction, also when this process does. */
  private MigrationStatus aloneOnServer(Callable<MigrationStatus> work) throws Exception {
    try (Connection connection = patient.getConnection()) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      if (version < OLDEST_POSTGRES) {
        throw new StoreException.Unexpected(
            "PostgreSQL is version " + version + ", expected " + OLDEST_POSTGRES + " or newer",
            null);
      }
      connection.setAutoCommit(false);
      try (PreparedStatement lock =
          connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
        lock.setLong(1, LOCK);
        lock.execute();
        return work.call();
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * An embedded database belongs to one process, so a lock of this process is enough. An interned
   * string is the same object for every {@link Database} on these files.
   */
  private static MigrationStatus aloneInProcess(
      StoreSettings.Engine engine, Callable<MigrationStatus> work) throws Exception {
    synchronized (("migrations of " + engine).intern()) {
      return work.call();
    }
  }
}
