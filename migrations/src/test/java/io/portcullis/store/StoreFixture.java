package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import java.util.Collection;

/** A migrated database of its own with a store on it, for one test. */
public final class StoreFixture implements AutoCloseable {
  private final StoreSettings settings;
  private final Database database;
  private final EntityStore store;

  private StoreFixture(StoreSettings settings, long versionsKept) {
    this.settings = settings;
    this.database = Database.open(settings);
    database.bootstrap();
    this.store = new EntityStore(database, specs(), versionsKept, java.time.InstantSource.system());
  }

  /** Skips the calling test, with the reason, where the engine cannot run. */
  public static StoreFixture on(StoreEngine engine) {
    return new StoreFixture(engine.migratedDatabase(), 100_000);
  }

  static StoreFixture keeping(StoreEngine engine, long versions) {
    return new StoreFixture(engine.migratedDatabase(), versions);
  }

  /** The core's entities and credentials of two plugins. */
  public static Collection<EntitySpec> specs() {
    return Samples.SPECS;
  }

  public StoreSettings settings() {
    return settings;
  }

  public Database database() {
    return database;
  }

  public EntityStore store() {
    return store;
  }

  public DatabaseSnapshots snapshots() {
    return new DatabaseSnapshots(database, specs());
  }

  @Override
  public void close() {
    database.close();
  }
}
