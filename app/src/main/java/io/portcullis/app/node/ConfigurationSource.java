package io.portcullis.app.node;

import io.portcullis.admin.http.DatabaseAccess;
import io.portcullis.admin.http.DeclarativeFormat;
import io.portcullis.admin.http.EntityAccess;
import io.portcullis.admin.http.SnapshotAccess;
import io.portcullis.app.declarative.DeclarativeFile;
import io.portcullis.app.declarative.DeclarativeSource;
import io.portcullis.app.declarative.KeptConfiguration;
import io.portcullis.app.declarative.Problem;
import io.portcullis.app.declarative.StoredConfiguration;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's configuration lives, as the Admin API and the proxy see it.
 *
 * @param entities for the Admin API
 * @param snapshots for the proxy
 * @param away why the database cannot be reached; empty when it can, or when there is none
 * @param notices tells of changes as they are written
 * @param format the configuration as text
 * @param store rows of plugins, which write them as requests come; null without a database
 * @param declarative what is served without a database; null with one
 */
record ConfigurationSource(
    EntityAccess entities,
    SnapshotSource snapshots,
    Optional<String> away,
    Notices notices,
    Reload reload,
    DeclarativeFormat format,
    @Nullable EntityStore store,
    @Nullable DeclarativeSource declarative,
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
      EntityStore store = new EntityStore(database, specs.all());
      return new ConfigurationSource(
          new DatabaseAccess(store, engine),
          away.isPresent() ? new SchemaCheck(database, snapshots) : snapshots,
          away,
          database::onWrite,
          settingsNow -> {},
          new StoredConfiguration(declarativeFile(specs)),
          store,
          null,
          database::close);
    } catch (RuntimeException | SettingsException e) {
      database.close();
      throw e;
    }
  }

  private static ConfigurationSource file(Settings settings, EntitySpecs specs)
      throws SettingsException {
    DeclarativeFile format = declarativeFile(specs);
    KeptConfiguration kept =
        new KeptConfiguration(settings.prefix().resolve("declarative"), format);
    DeclarativeSource source = new DeclarativeSource(format, kept::keep);
    if (!load(source, settings)) {
      restore(source, kept);
    }
    return new ConfigurationSource(
        new SnapshotAccess(source::current),
        source,
        Optional.empty(),
        versions -> () -> {},
        changed -> load(source, changed),
        new StoredConfiguration(format),
        null,
        source,
        () -> {});
  }

  private static DeclarativeFile declarativeFile(EntitySpecs specs) {
    return new DeclarativeFile(specs, InstantSource.system(), new SecureRandomValues());
  }

  /**
   * Loads what the settings name. All problems of a file at once; what was served before stays.
   *
   * @return false when they name nothing
   */
  private static boolean load(DeclarativeSource source, Settings settings)
      throws SettingsException {
    Optional<DeclarativeInput> input = DeclarativeInput.of(settings);
    if (input.isEmpty()) {
      return false;
    }
    DeclarativeCheck.refuse(input.get().name(), source.reload(input.get().text()));
    return true;
  }

  private static void restore(DeclarativeSource source, KeptConfiguration kept)
      throws SettingsException {
    try {
      Optional<KeptConfiguration.Kept> found = kept.read();
      if (found.isEmpty()) {
        return;
      }
      switch (found.get()) {
        case KeptConfiguration.Kept.Usable(DeclarativeSource.Served served) ->
            source.restore(served);
        case KeptConfiguration.Kept.Unusable(List<Problem> problems) ->
            throw DeclarativeCheck.refusal(kept.file().toString(), problems);
      }
    } catch (IOException e) {
      throw new SettingsException(kept.file() + ": cannot be read: " + e.getMessage());
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
