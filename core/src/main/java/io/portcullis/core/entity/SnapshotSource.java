package io.portcullis.core.entity;

import java.io.IOException;
import java.util.List;

/**
 * Where a proxy node gets its configuration from: the database's change log, or a declarative file.
 * Blocks.
 */
public interface SnapshotSource {
  /** The newest committed version; cheap enough to ask every second. */
  long version() throws IOException;

  /** Everything, as of one version. */
  Snapshot load() throws IOException;

  /** What happened after {@code version}. */
  Changes changesSince(long version) throws IOException;

  /** Answer of {@link #changesSince}. */
  sealed interface Changes {
    /**
     * Every change up to {@code version}, oldest first; at most one per row.
     *
     * @param version the version that applying them leads to
     */
    record Incremental(long version, List<Change> changes) implements Changes {}

    /** The log no longer reaches back that far: load everything. */
    record TooFarBehind() implements Changes {}
  }
}
