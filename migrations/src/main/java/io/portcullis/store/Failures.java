package io.portcullis.store;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jooq.exception.DataAccessException;

/** Reads the engines' error codes, where they are not about one row. */
final class Failures {
  /** SQL states of "the server goes away or has no room"; class 08 comes on top. */
  private static final Set<String> UNAVAILABLE =
      Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "53300", "3D000", "28000", "28P01");

  /** H2's codes of a database that is closed, broken or held by another process. */
  private static final Set<Integer> H2_UNAVAILABLE =
      Set.of(8000, 90020, 90028, 90030, 90031, 90048, 90067, 90098, 90121);

  private static final String POSTGRES_LOCK_TIMEOUT = "55P03";
  private static final int H2_LOCK_TIMEOUT = 50200;

  private Failures() {}

  static StoreException of(DataAccessException refused) {
    SQLException cause = refused.getCause(SQLException.class);
    return cause == null
        ? new StoreException.Unexpected(String.valueOf(refused.getMessage()), refused)
        : of(cause);
  }

  static StoreException of(SQLException refused) {
    String state = refused.getSQLState() == null ? "" : refused.getSQLState();
    String message = String.valueOf(refused.getMessage());
    if (state.equals(POSTGRES_LOCK_TIMEOUT) || refused.getErrorCode() == H2_LOCK_TIMEOUT) {
      return new StoreException.Busy("another write transaction takes too long", refused);
    }
    boolean away =
        state.startsWith("08")
            || UNAVAILABLE.contains(state)
            || H2_UNAVAILABLE.contains(refused.getErrorCode())
            || refused instanceof SQLTransientConnectionException
            || refused instanceof SQLNonTransientConnectionException
            || refused instanceof SQLRecoverableException;
    return away
        ? new StoreException.Unavailable(message, refused)
        : new StoreException.Unexpected(message, refused);
  }
}
