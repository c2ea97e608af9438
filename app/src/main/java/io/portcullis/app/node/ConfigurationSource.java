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
import io.portcullis.store.StoreException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Where a node's configuration lives, as the Admin API and the proxy see it.
 *
 * @param entities for the Admin API
 * @param snapshots for the proxy
 * @param away why the database cannot be reached; empty when it can, or when there is none
 * @param notices tells of changes as they are written
 */
record ConfigurationSource(
    EntityAccess entities,
    SnapshotSource snapshots,
    Optional<String> away,
    Notices notices,
    Reload reload,
    Runnable close) {

  /**
   * Opens what the settings name; an empty database is migrated. A PostgreSQL server may be away.
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
    Database database = Database.open(DatabaseSettings.of(settings));
    try {
      Optional<String> away = Optional.empty();
      try {
        SchemaCheck.refuse(database.bootstrap());
      } catch (StoreException.Unavailable unreachable) {
        if (engine.equals("h2")) {
          throw unreachable;
        }
        away = Optional.of(OneLine.of(unreachable));
      }
      DatabaseSnapshots snapshots = new DatabaseSnapshots(database, specs.all());
      return new ConfigurationSource(
          new DatabaseAccess(new EntityStore(database, specs.all()), engine),
          away.isPresent() ? new SchemaCheck(database, snapshots) : snapshots,
          away,
          database::onWrite,
          settingsNow -> {},
          database::close);
    } catch (RuntimeException | SettingsException e) {
      database.close();
      throw e;
    }
  }

  private static ConfigurationSource file(Settings settings, EntitySpecs specs)
      throws SettingsException {
    DeclarativeSource source =
        new DeclarativeSource(
            new DeclarativeFile(specs, InstantSource.system(), new SecureRandomValues()));
    load(source, settings);
    return new ConfigurationSource(
        new SnapshotAccess(source::current),
        source,
        Optional.empty(),
        versions -> () -> {},
        changed -> load(source, changed),
        () -> {});
  }

  /** All problems of a file at once; what was served before stays. */
  private static void load(DeclarativeSource source, Settings settings) throws SettingsException {
    Path file =
        settings
            .optional(Setting.DECLARATIVE_CONFIG)
            .map(Path::of)
            .orElseThrow(
                () -> new SettingsException("database = off needs declarative_config = FILE"));
    try {
      DeclarativeCheck.refuse(file, source.reload(file));
    } catch (NoSuchFileException e) {
      throw new SettingsException(file + ": no such file");
    } catch (IOException e) {
      throw new SettingsException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** Tells the version of each write, by whichever node, until the answer is closed. */
  interface Notices {
    AutoCloseable follow(LongConsumer versions);
  }

  /** Something that may find its input wanting. */
  interface Reload {
    void run(Settings changed) throws SettingsException;
  }
}
