package io.portcullis.admin.http;

import java.time.Duration;

/** The configuration that this process's proxy serves. */
public interface LiveConfiguration {
  /**
   * Waits until a version of the store, or a later one, is served. Blocks.
   *
   * @return false when time ran out, or when this process will not serve it
   */
  boolean awaitVersion(long version, Duration timeout);

  /** For nodes that have no proxy: a write never waits. */
  static LiveConfiguration elsewhere() {
    return (version, timeout) -> true;
  }
}
