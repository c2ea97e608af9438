package io.portcullis.store;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Waits, on a connection and a virtual thread of its own, for PostgreSQL's word that something was
 * written. Connects again whenever the connection is lost. A notice may be missed, never a change:
 * readers poll as well (docs/adr/0003-store.md).
 */
final class ChangeNotices implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ChangeNotices.class.getName());
  private static final String CHANNEL = "portcullis_config";
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** After so much silence the server is asked whether it is still there. */
  private static final int SILENCE_MILLIS = 10_000;

  private static final int VALIDATION_SECONDS = 2;

  private final DataSource dataSource;
  private final LongConsumer listener;
  private final Thread thread;
  private volatile @Nullable Connection connection;
  private volatile boolean closed;
  private boolean lost;

  /**
   * @param listener told the version of each commit, on this object's thread; {@link
   *     Long#MAX_VALUE} when notices may have been missed
   */
  ChangeNotices(DataSource dataSource, LongConsumer listener) {
    this.dataSource = dataSource;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("change-notices").start(this::run);
  }

  /** Tells the listeners of all nodes, once the transaction of {@code statements} commits. */
  static void send(DSLContext statements, long version) {
    statements
        .select(DSL.function("pg_notify", Object.class, DSL.val(CHANNEL), DSL.val(version + "")))
        .execute();
  }

  private void run() {
    Duration pause = SHORTEST_PAUSE;
    while (!closed) {
      try (Connection own = dataSource.getConnection()) {
        connection = own;
        listen(own);
        pause = SHORTEST_PAUSE;
        while (!closed) {
          await(own);
        }
      } catch (SQLException problem) {
        tellOnce(problem);
      }
      if (!closed && !sleep(pause)) {
        return;
      }
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  private void listen(Connection own) throws SQLException {
    try (Statement statement = own.createStatement()) {
      statement.execute("listen " + CHANNEL);
    }
    if (lost) {
      lost = false;
      LOG.log(Level.INFO, "the database tells of changes again");
    }
    listener.accept(Long.MAX_VALUE);
  }

  private void await(Connection own) throws SQLException {
    PGNotification[] notices = own.unwrap(PGConnection.class).getNotifications(SILENCE_MILLIS);
    if (notices == null || notices.length == 0) {
      if (!closed && !own.isValid(VALIDATION_SECONDS)) {
        throw new SQLException("the connection is dead");
      }
      return;
    }
    listener.accept(newest(notices));
  }

  private static long newest(PGNotification[] notices) {
    long newest = 0;
    for (PGNotification notice : notices) {
      try {
        newest = Math.max(newest, Long.parseLong(notice.getParameter()));
      } catch (NumberFormatException foreign) {
        newest = Long.MAX_VALUE;
      }
    }
    return newest;
  }

  private void tellOnce(SQLException problem) {
    if (!closed && !lost) {
      lost = true;
      LOG.log(
          Level.WARNING,
          "the database does not tell of changes, they are found by polling: "
              + problem.getMessage());
    }
  }

  private static boolean sleep(Duration pause) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      return true;
    } catch (InterruptedException closing) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    Connection own = connection;
    if (own != null) {
      try {
        own.abort(Runnable::run);
      } catch (SQLException alreadyGone) {
        LOG.log(Level.DEBUG, "closed before", alreadyGone);
      }
    }
    thread.interrupt();
  }
}
