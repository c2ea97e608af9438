package io.portcullis.app.node;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns the settings of this process into those of its store. */
public final class DatabaseSettings {
  private DatabaseSettings() {}

  /** The store that {@code database} names; it must not be {@code off}. */
  public static StoreSettings of(Settings settings) throws SettingsException {
    int connections = settings.integer(Setting.PG_MAX_CONNECTIONS, 1, 1000);
    return StoreSettings.of(engine(settings))
        .withPoolSize(connections)
        .withConnectWithin(Duration.ofMillis(settings.integer(Setting.PG_TIMEOUT, 1, 3_600_000)))
        .withBusyAfter(Duration.ofSeconds(2));
  }

  private static StoreSettings.Engine engine(Settings settings) throws SettingsException {
    return switch (settings.oneOf(Setting.DATABASE, "h2", "postgres")) {
      case "h2" -> {
        String path = settings.text(Setting.H2_PATH);
        yield path.equals("memory")
            ? new StoreSettings.H2Memory("portcullis-" + ProcessHandle.current().pid())
            : new StoreSettings.H2File(
                path.isEmpty()
                    ? settings.prefix().resolve("db").resolve("portcullis")
                    : Path.of(path).toAbsolutePath());
      }
      default ->
          new StoreSettings.Postgres(
              settings.text(Setting.PG_HOST),
              settings.integer(Setting.PG_PORT, 1, 65_535),
              settings.text(Setting.PG_USER),
              password(settings),
              settings.text(Setting.PG_DATABASE),
              null,
              tls(settings));
    };
  }

  private static @Nullable String password(Settings settings) {
    return settings.optional(Setting.PG_PASSWORD).orElse(null);
  }

  private static StoreSettings.Postgres.Tls tls(Settings settings) throws SettingsException {
    if (!settings.enabled(Setting.PG_SSL)) {
      return new StoreSettings.Postgres.Plain();
    }
    return settings.enabled(Setting.PG_SSL_VERIFY)
        ? new StoreSettings.Postgres.Verified(null)
        : new StoreSettings.Postgres.Encrypted();
  }
}
