package io.portcullis.admin.http;

import io.portcullis.store.Author;
import io.portcullis.store.RowChange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who calls what, and what comes of it. Belongs to one call and is handed from the I/O thread to
 * the thread that answers it.
 */
final class AdminCall {
  private static final ScopedValue<AdminCall> CURRENT = ScopedValue.newInstance();

  private final Instant at;
  private final String client;
  private final String who;
  private final String method;
  private @Nullable String template;
  private long version;
  private List<RowChange> changes = List.of();

  /**
   * @param client address
   * @param who as it is recognised
   */
  AdminCall(Instant at, String client, String who, String method) {
    this.at = at;
    this.client = client;
    this.who = who;
    this.method = method;
  }

  /** The call that this thread answers. */
  static Optional<AdminCall> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Answers the call on this thread. */
  <T, X extends Throwable> T answer(ScopedValue.CallableOp<T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  /** Says which endpoint it reached. */
  void reached(String path) {
    template = path;
  }

  /** Says what it changed. */
  void changed(long newVersion, List<RowChange> rows) {
    version = newVersion;
    changes = rows;
  }

  Author author() {
    return new Author(at, who, method + " " + template);
  }

  boolean writes() {
    return !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS");
  }

  AuditEntry ended(int status) {
    return new AuditEntry(at, client, who, method, template, status, version, changes);
  }
}
