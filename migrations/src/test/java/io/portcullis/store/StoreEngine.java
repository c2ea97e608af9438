package io.portcullis.store;

import java.util.UUID;

/** The engines that every test of the store runs on. */
public enum StoreEngine {
  H2 {
    @Override
    public StoreSettings emptyDatabase() {
      return StoreSettings.of(new StoreSettings.H2Memory("test-" + UUID.randomUUID()));
    }

    @Override
    StoreSettings migratedDatabase() {
      return emptyDatabase();
    }
  },
  POSTGRES {
    @Override
    public StoreSettings emptyDatabase() {
      return StoreSettings.of(PostgresServer.running().emptyDatabase());
    }

    @Override
    StoreSettings migratedDatabase() {
      return StoreSettings.of(PostgresServer.running().migratedDatabase());
    }
  };

  /**
   * A database of its own, without a schema. Ends the test as skipped, with the reason, where the
   * engine cannot run.
   */
  public abstract StoreSettings emptyDatabase();

  /** A database of its own that may have the newest schema already, where that is cheaper. */
  abstract StoreSettings migratedDatabase();
}
