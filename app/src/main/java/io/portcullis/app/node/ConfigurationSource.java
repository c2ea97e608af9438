package io.portcullis.app.node;

import io.portcullis.admin.http.DatabaseAccess;
import io.portcullis.admin.http.EntityAccess;
import io.portcullis.admin.http.SnapshotAccess;
import io.portcullis.app.declarative.DeclarativeFile;
import io.portcullis.app.declarative.DeclarativeSource;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.store.Database;
import io.portcullis.store.DatabaseSnapshots;
import io.portcullis.store.EntityStore;
import io.portcullis.store.MigrationStatus;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Where a node's configuration lives, as the Admin API and the proxy see it.
 *
 * @param entities for the Admin API
 * @param snapshots for the proxy
 */
record ConfigurationSource(
    EntityAccess entities, SnapshotSource snapshots, Reload reload, Runnable close) {

  /**
   * Opens what the settings name; an empty database is migrated.
   *
   * @throws SettingsException with one line when it cannot be used
   */
  static ConfigurationSource open(Settings settings, EntitySpecs specs) throws SettingsException {
    return settings.oneOf(Setting.DATABASE, "h2", "postgres", "off").equals("off")
        ? file(settings, specs)
        : database(settings, specs);
  }

  private static ConfigurationSource database(Settings settings, EntitySpecs specs)
      throws SettingsException {
    String engine = settings.text(Setting.DATABASE);
    if (engine.equals("h2") && !settings.text(Setting.ROLE).equals("both")) {
      throw new SettingsException(
          "role = "
              + settings.text(Setting.ROLE)
              + " needs database = postgres: an H2 file belongs to one process");
    }
    Database database = Database.open(DatabaseSettings.of(settings));
    try {
      MigrationStatus status = database.status();
      if (status instanceof MigrationStatus.NeedsBootstrap) {
        status = database.bootstrap();
      }
      refuse(status);
      EntityStore store = new EntityStore(database, specs.all());
      return new ConfigurationSource(
          new DatabaseAccess(store, engine),
          new DatabaseSnapshots(database, specs.all()),
          () -> {},
          database::close);
    } catch (RuntimeException | SettingsException e) {
      database.close();
      throw e;
    }
  }

  private static void refuse(MigrationStatus status) throws SettingsException {
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

  private static ConfigurationSource file(Settings settings, EntitySpecs specs)
      throws SettingsException {
    Path file =
        settings
            .optional(Setting.DECLARATIVE_CONFIG)
            .map(Path::of)
            .orElseThrow(
                () -> new SettingsException("database = off needs declarative_config = FILE"));
    DeclarativeSource source =
        new DeclarativeSource(
            new DeclarativeFile(specs, InstantSource.system(), new SecureRandomValues()));
    load(source, file);
    return new ConfigurationSource(
        new SnapshotAccess(source::current), source, () -> load(source, file), () -> {});
  }

  /** All problems of a file at once; what was served before stays. */
  private static void load(DeclarativeSource source, Path file) throws SettingsException {
    try {
      DeclarativeCheck.refuse(file, source.reload(file));
    } catch (NoSuchFileException e) {
      throw new SettingsException(file + ": no such file");
    } catch (IOException e) {
      throw new SettingsException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** Something that may find its input wanting. */
  interface Reload {
    void run() throws SettingsException;
  }
}
