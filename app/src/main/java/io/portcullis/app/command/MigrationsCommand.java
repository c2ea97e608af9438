package io.portcullis.app.command;

import io.portcullis.app.node.DatabaseSettings;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.store.Database;
import io.portcullis.store.MigrationStatus;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, brings up to date and shows the schema of the database. */
@Command(
    name = "migrations",
    mixinStandardHelpOptions = true,
    description = {
      "bootstrap: makes the schema in an empty database.",
      "up: runs the scripts that this release adds.",
      "finish: takes away what only older releases use; when none of their nodes is left.",
      "status: says how far the database is; exit code 3 needs bootstrap, 4 finish, 5 up."
    })
public final class MigrationsCommand implements Callable<Integer> {
  private static final int NEEDS_BOOTSTRAP = 3;
  private static final int NEEDS_FINISH = 4;
  private static final int NEEDS_UP = 5;

  /** What can be asked for. */
  enum Action {
    BOOTSTRAP,
    UP,
    FINISH,
    STATUS
  }

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "bootstrap|up|finish|status", converter = ActionReader.class)
  private Action action = Action.STATUS;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Settings settings = options.read();
    if (settings.text(Setting.DATABASE).equals("off")) {
      throw new SettingsException("database is off: there is nothing to migrate");
    }
    try (Database database = Database.open(DatabaseSettings.of(settings))) {
      MigrationStatus status =
          switch (action) {
            case BOOTSTRAP -> database.bootstrap();
            case UP -> database.up();
            case FINISH -> database.finish();
            case STATUS -> database.status();
          };
      spec.commandLine().getOut().println(said(status));
      if (status instanceof MigrationStatus.Current && !database.unfinished().isEmpty()) {
        spec.commandLine()
            .getOut()
            .println("left for 'migrations finish': " + String.join(", ", database.unfinished()));
        return action == Action.STATUS ? NEEDS_FINISH : 0;
      }
      return code(status);
    }
  }

  private static String said(MigrationStatus status) {
    return switch (status) {
      case MigrationStatus.NeedsBootstrap() ->
          "database is empty: run 'portcullis migrations bootstrap'";
      case MigrationStatus.Pending pending ->
          "database is at version "
              + pending.version()
              + "; to run: "
              + String.join(", ", pending.scripts());
      case MigrationStatus.Current current ->
          "database is up to date (version " + current.version() + ")";
      case MigrationStatus.NewerThanKnown newer ->
          "database was written by a newer release: version "
              + newer.version()
              + ", this one knows "
              + newer.known();
    };
  }

  private static int code(MigrationStatus status) {
    return switch (status) {
      case MigrationStatus.NeedsBootstrap() -> NEEDS_BOOTSTRAP;
      case MigrationStatus.Pending pending -> NEEDS_UP;
      case MigrationStatus.Current current -> 0;
      case MigrationStatus.NewerThanKnown newer -> 1;
    };
  }

  /** Reads the action in lower case. */
  static final class ActionReader implements picocli.CommandLine.ITypeConverter<Action> {
    @Override
    public Action convert(String word) {
      return Action.valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}
