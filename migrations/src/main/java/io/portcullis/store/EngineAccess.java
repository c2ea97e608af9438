package io.portcullis.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** What differs between the engines: how to connect, and how to ask for one consistent view. */
final class EngineAccess implements AutoCloseable {
  private static final String H2_OPTIONS =
      // Unquoted names in scripts become lower case, as in PostgreSQL.
      ";DATABASE_TO_LOWER=TRUE"
          // A writer waits for the version row, in milliseconds.
          + ";LOCK_TIMEOUT=10000"
          // Whoever opened it closes it, after the last request.
          + ";DB_CLOSE_ON_EXIT=FALSE"
          + ";QUERY_CACHE_SIZE=64";

  private static final String H2_FILE_OPTIONS =
      // Milliseconds until the place of outdated rows is used again. H2's 45 s let the file grow by
      // 25 KB with each write; they are for disks that are flushed less often than this one.
      ";RETENTION_TIME=10000"
          // No second file for errors, which are thrown anyway.
          + ";TRACE_LEVEL_FILE=0";

  private static final long NANOS_BETWEEN_FLUSHES = Duration.ofSeconds(1).toNanos();

  /**
   * A server that stays silent for so long in the middle of an answer is taken for dead; longer
   * than it may wait for a lock.
   */
  private static final int SOCKET_SECONDS = 20;

  /** A node that hangs with the version row in hand must not stop the others for good. */
  private static final String POSTGRES_OPTIONS =
      "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s";

  private final DataSource dataSource;
  private final DataSource patient;
  private final SQLDialect dialect;

  /** Keeps an embedded database open while the pool is empty. */
  private final @Nullable Connection anchor;

  /** Whether this process writes the database's file itself. */
  private final boolean writesFile;

  private final AtomicLong lastFlush = new AtomicLong(System.nanoTime());

  private final Settings rendering =
      new Settings()
          .withExecuteLogging(false)
          .withRenderSchema(false)
          .withRenderCatalog(false)
          .withInListPadding(true)
          .withReturnIdentityOnUpdatableRecord(false);

  private EngineAccess(
      DataSource dataSource,
      DataSource patient,
      SQLDialect dialect,
      boolean writesFile,
      @Nullable Connection anchor) {
    this.dataSource = dataSource;
    this.patient = patient;
    this.dialect = dialect;
    this.writesFile = writesFile;
    this.anchor = anchor;
  }

  static EngineAccess to(StoreSettings settings) {
    return switch (settings.engine()) {
      case StoreSettings.H2File file -> embedded(fileUrl(file.file()), true);
      case StoreSettings.H2Memory memory ->
          embedded("jdbc:h2:mem:" + memory.name() + H2_OPTIONS, false);
      case StoreSettings.Postgres server ->
          new EngineAccess(
              hasty(server, settings.connectWithin()),
              server(server, settings.connectWithin()),
              SQLDialect.POSTGRES,
              false,
              null);
    };
  }

  /** Opens a new connection on each call; the pool stands before it. */
  DataSource dataSource() {
    return dataSource;
  }

  /** The same, with no limit on how long a statement or a lock may take: for migrations. */
  DataSource patient() {
    return patient;
  }

  /**
   * Writes what has just been committed to the file: H2 by itself would do so up to half a second
   * later, and a killed process would lose what was answered. Once a second the disk is told to
   * flush, too; to do so each time would cost milliseconds.
   */
  void committed(Connection connection) throws SQLException {
    if (!writesFile) {
      return;
    }
    long now = System.nanoTime();
    long last = lastFlush.get();
    boolean flush = now - last >= NANOS_BETWEEN_FLUSHES && lastFlush.compareAndSet(last, now);
    try (Statement statement = connection.createStatement()) {
      statement.execute(flush ? "checkpoint sync" : "checkpoint");
    }
  }

  /** Makes the transaction that has just begun see all tables as of one moment, and only read. */
  void beginSnapshot(Connection connection) throws SQLException {
    if (dialect == SQLDialect.H2) {
      // H2's "repeatable read" takes its view of a table when the table is first read.
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    } else {
      // In the transaction itself: two round trips less than setting and resetting the session.
      try (Statement statement = connection.createStatement()) {
        statement.execute("set transaction isolation level repeatable read, read only");
      }
    }
  }

  DSLContext statements(Connection connection) {
    return DSL.using(connection, dialect, rendering);
  }

  private static EngineAccess embedded(String url, boolean writesFile) {
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL(url);
    dataSource.setUser("portcullis");
    dataSource.setPassword("");
    try {
      return new EngineAccess(
          dataSource, dataSource, SQLDialect.H2, writesFile, dataSource.getConnection());
    } catch (SQLException refused) {
      throw Failures.of(refused);
    }
  }

  private static String fileUrl(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      try {
        // Keys and secrets are in these files.
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (IOException refused) {
        throw new StoreException.Unavailable("cannot make the directory " + directory, refused);
      }
    }
    return "jdbc:h2:file:" + absolute + H2_OPTIONS + H2_FILE_OPTIONS;
  }

  private static DataSource hasty(StoreSettings.Postgres server, Duration connectWithin) {
    PGSimpleDataSource dataSource = server(server, connectWithin);
    dataSource.setSocketTimeout(SOCKET_SECONDS);
    dataSource.setOptions(POSTGRES_OPTIONS);
    return dataSource;
  }

  private static PGSimpleDataSource server(StoreSettings.Postgres server, Duration connectWithin) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {server.host()});
    dataSource.setPortNumbers(new int[] {server.port()});
    dataSource.setUser(server.user());
    dataSource.setPassword(server.password());
    dataSource.setDatabaseName(server.database());
    if (server.schema() != null) {
      dataSource.setCurrentSchema(server.schema());
    }
    switch (server.tls()) {
      case StoreSettings.Postgres.Plain plain -> dataSource.setSslMode("disable");
      case StoreSettings.Postgres.Encrypted encrypted -> dataSource.setSslMode("require");
      case StoreSettings.Postgres.Verified verified -> {
        dataSource.setSslMode("verify-full");
        if (verified.rootCertificate() != null) {
          dataSource.setSslRootCert(verified.rootCertificate().toString());
        }
      }
    }
    dataSource.setApplicationName("portcullis");
    int seconds = (int) Math.max(1, connectWithin.plusMillis(999).toSeconds());
    dataSource.setConnectTimeout(seconds);
    dataSource.setLoginTimeout(seconds);
    dataSource.setTcpKeepAlive(true);
    dataSource.setReWriteBatchedInserts(true);
    return dataSource;
  }

  @Override
  public void close() {
    if (anchor != null) {
      try {
        anchor.close();
      } catch (SQLException refused) {
        throw Failures.of(refused);
      }
    }
  }
}
