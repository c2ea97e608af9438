package io.portcullis.store;

import java.util.List;

/** How the database's schema stands to the scripts that this build brings. */
public sealed interface MigrationStatus {
  /** No script has run yet. */
  record NeedsBootstrap() implements MigrationStatus {}

  /**
   * Older than this build.
   *
   * @param version of the newest script that has run
   * @param scripts file names still to run, in order
   */
  record Pending(int version, List<String> scripts) implements MigrationStatus {
    public Pending {
      scripts = List.copyOf(scripts);
    }
  }

  /** As this build needs it. */
  record Current(int version) implements MigrationStatus {}

  /** Written by a newer build, which this one may misread. */
  record NewerThanKnown(int version, int known) implements MigrationStatus {}
}
