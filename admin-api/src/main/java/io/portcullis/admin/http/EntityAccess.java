package io.portcullis.admin.http;

import io.portcullis.store.Written;
import java.util.function.Function;

/**
 * The entities behind the Admin API: a database, or a declarative file that cannot be written.
 * Thread-safe. Calls block.
 */
public interface EntityAccess {
  /** Runs work on one consistent view. */
  <T> T read(Function<EntityReader, T> work);

  /** Runs work that changes things together; an exception undoes all of it. */
  <T> Written<T> write(Function<EntityWriter, T> work);

  /** Whether the entities can be read now. */
  boolean reachable();

  /** {@code h2}, {@code postgres}, or {@code off} without a database. */
  String engine();
}
