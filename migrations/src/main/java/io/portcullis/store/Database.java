package io.portcullis.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/**
 * A database, its schema's state and its connections. Thread-safe; every call may block.
 *
 * <p>Opening one does not need the database to be there: a PostgreSQL server may come later.
 */
public final class Database implements AutoCloseable {
  private final EngineAccess access;
  private final HikariDataSource pool;
  private final Migrations migrations;
  private final StoreSettings settings;

  /**
   * The one that writes and, on a server, the next one, which waits there without a gap. In H2 a
   * waiter that gets the version row from a transaction that rolls back can lose the version
   * before: two versions then have one number, and no write succeeds any more.
   */
  private final Semaphore writers;

  private Database(StoreSettings settings, EngineAccess access, HikariDataSource pool) {
    this.settings = settings;
    this.access = access;
    this.pool = pool;
    this.migrations = new Migrations(access, settings.engine());
    this.writers = new Semaphore(settings.engine() instanceof StoreSettings.Postgres ? 2 : 1, true);
  }

  /**
   * Opens the pool.
   *
   * @throws StoreException.Unavailable if H2's files cannot be opened: another process has them, or
   *     the directory cannot be made or written
   */
  public static Database open(StoreSettings settings) {
    // Read by jOOQ when it is loaded: without them it logs a banner and a tip of the day.
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    EngineAccess access = EngineAccess.to(settings);
    return new Database(settings, access, pool(settings, access.dataSource()));
  }

  /** How the schema stands to this build. */
  public MigrationStatus status() {
    return migrations.status();
  }

  /**
   * Makes the schema in an empty database; any other is left as it is. When several nodes start at
   * once, one does it and the others wait for it.
   *
   * @return the status afterwards; anything but {@link MigrationStatus.Current} means that this
   *     build cannot work with the database
   */
  public MigrationStatus bootstrap() {
    return migrations.bootstrap();
  }

  /** Runs the scripts that have not run yet, on an empty database or an older one. */
  public MigrationStatus up() {
    return migrations.up();
  }

  /** The contracting scripts that have not run yet, in order. */
  public List<String> unfinished() {
    return migrations.unfinished();
  }

  /**
   * Takes away what only an older release uses; to be run when none of its nodes is left. Does
   * nothing to a schema that is not current.
   */
  public MigrationStatus finish() {
    return migrations.finish();
  }

  /**
   * Tells of writes, those of other nodes too, until the answer is closed. Only a server does so;
   * an embedded database belongs to one process, which knows of its own writes.
   *
   * @param versions gets the version of each commit, {@link Long#MAX_VALUE} when one may have been
   *     missed; must not block
   */
  public AutoCloseable onWrite(LongConsumer versions) {
    return settings.engine() instanceof StoreSettings.Postgres
        ? new ChangeNotices(access.dataSource(), versions)
        : () -> {};
  }

  /** Whether the database answers now. */
  public boolean reachable() {
    try (Connection connection = connection()) {
      return connection.isValid((int) Math.max(1, settings.busyAfter().toSeconds()));
    } catch (StoreException | SQLException unreachable) {
      return false;
    }
  }

  /** Runs {@code work}, which is a single statement that only reads. */
  <T> T statement(Function<DSLContext, T> work) {
    try (Connection connection = connection()) {
      return work.apply(access.statements(connection));
    } catch (DataAccessException refused) {
      throw Failures.of(refused);
    } catch (SQLException refused) {
      throw Failures.of(refused);
    }
  }

  /** Runs {@code work}, which only reads, on one consistent view of the whole database. */
  <T> T snapshot(Function<DSLContext, T> work) {
    return transaction(
        connection -> {
          access.beginSnapshot(connection);
          return Outcome.undo(work.apply(access.statements(connection)));
        });
  }

  /**
   * Runs {@code work}, which must take the version row before it does anything else. All but one of
   * the writers would only wait for that row: they wait here, where they take no connection from
   * those who read.
   */
  <T> T writing(Function<DSLContext, Outcome<T>> work) {
    boolean mayWrite = false;
    try {
      mayWrite = writers.tryAcquire(settings.busyAfter().toNanos(), TimeUnit.NANOSECONDS);
      if (!mayWrite) {
        throw new StoreException.Busy(
            "other write transactions took longer than " + settings.busyAfter(), null);
      }
      return transaction(connection -> work.apply(access.statements(connection)));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new StoreException.Busy("interrupted while waiting to write", stopped);
    } finally {
      if (mayWrite) {
        writers.release();
      }
    }
  }

  /** What a transaction answers, and whether it is to be kept. */
  record Outcome<T>(T value, boolean keep) {
    static <T> Outcome<T> keep(T value) {
      return new Outcome<>(value, true);
    }

    static <T> Outcome<T> undo(T value) {
      return new Outcome<>(value, false);
    }
  }

  private interface Work<T> {
    Outcome<T> on(Connection connection) throws SQLException;
  }

  private <T> T transaction(Work<T> work) {
    try (Connection connection = connection()) {
      connection.setAutoCommit(false);
      boolean committed = false;
      try {
        Outcome<T> outcome = work.on(connection);
        if (outcome.keep()) {
          connection.commit();
          committed = true;
          access.committed(connection);
        }
        return outcome.value();
      } finally {
        if (!committed) {
          rollBack(connection);
        }
      }
    } catch (DataAccessException refused) {
      throw Failures.of(refused);
    } catch (SQLException refused) {
      throw Failures.of(refused);
    }
  }

  /** A connection too broken for it is thrown away by the pool, and the server rolls back. */
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException alreadyGone) {
      // What made it so is on its way to the caller.
    }
  }

  private Connection connection() {
    try {
      return pool.getConnection();
    } catch (SQLTransientConnectionException none) {
      HikariPoolMXBean state = pool.getHikariPoolMXBean();
      if (none.getCause() == null && state.getTotalConnections() >= settings.poolSize()) {
        throw new StoreException.Busy(
            "all " + settings.poolSize() + " connections were in use for " + settings.busyAfter(),
            none);
      }
      throw new StoreException.Unavailable(
          "no connection to " + settings.engine(),
          none.getCause() == null ? none : none.getCause());
    } catch (SQLException refused) {
      throw Failures.of(refused);
    }
  }

  private static HikariDataSource pool(StoreSettings settings, DataSource dataSource) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("store");
    config.setDataSource(dataSource);
    config.setMaximumPoolSize(settings.poolSize());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(settings.busyAfter().toMillis());
    config.setValidationTimeout(settings.busyAfter().toMillis());
    // A server that is down must not keep the node from starting.
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Closes all connections. In memory, the last database of a name takes its rows with it. */
  @Override
  public void close() {
    pool.close();
    access.close();
  }
}
