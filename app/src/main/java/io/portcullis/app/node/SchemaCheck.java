package io.portcullis.app.node;

import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.store.Database;
import io.portcullis.store.MigrationStatus;
import io.portcullis.store.StoreException;
import java.io.IOException;

/**
 * A database that was away when the node started: its schema is looked at before anything is read
 * from it, as a start would have done. Nothing is migrated under a node that already serves.
 */
final class SchemaCheck implements SnapshotSource {
  private final Database database;
  private final SnapshotSource snapshots;
  private volatile boolean passed;

  SchemaCheck(Database database, SnapshotSource snapshots) {
    this.database = database;
    this.snapshots = snapshots;
  }

  /**
   * Lets only a schema pass that this release was made for.
   *
   * @throws SettingsException with one line that says what to do
   */
  static void refuse(MigrationStatus status) throws SettingsException {
    switch (status) {
      case MigrationStatus.Current current -> {}
      case MigrationStatus.NeedsBootstrap needed ->
          throw new SettingsException(
              "the database has no schema: run 'portcullis migrations bootstrap'");
      case MigrationStatus.Pending pending ->
          throw new SettingsException(
              "the database's schema is older (version "
                  + pending.version()
                  + "): run 'portcullis migrations up'");
      case MigrationStatus.NewerThanKnown newer ->
          throw new SettingsException(
              "the database was written by a newer release: its version is "
                  + newer.version()
                  + ", this one knows "
                  + newer.known());
    }
  }

  @Override
  public long version() throws IOException {
    check();
    return snapshots.version();
  }

  @Override
  public Snapshot load() throws IOException {
    check();
    return snapshots.load();
  }

  @Override
  public Changes changesSince(long version) throws IOException {
    check();
    return snapshots.changesSince(version);
  }

  private void check() throws IOException {
    if (passed) {
      return;
    }
    try {
      refuse(database.status());
      passed = true;
    } catch (StoreException | SettingsException unusable) {
      throw new IOException(unusable.getMessage(), unusable);
    }
  }
}
