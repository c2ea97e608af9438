package io.portcullis.app.node;

import io.portcullis.admin.http.DatabaseAccess;
import io.portcullis.admin.http.DeclarativeFormat.Imported;
import io.portcullis.app.declarative.DeclarativeFile;
import io.portcullis.app.declarative.DeclarativeResult;
import io.portcullis.app.declarative.DeclarativeText;
import io.portcullis.app.declarative.Problem;
import io.portcullis.app.declarative.StoredConfiguration;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.store.Database;
import io.portcullis.store.EntityStore;
import io.portcullis.store.MigrationStatus;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the configuration out of a database as a declarative file, and puts files into it. An
 * embedded database that a running gateway holds is reached through that gateway, and so is what a
 * gateway without a database serves.
 */
public final class ConfigurationTransfer {
  private static final String PATH = "/portcullis/config";
  private static final int OK = 200;
  private static final int TOO_LARGE = 413;

  private final Settings settings;
  private final String engine;

  public ConfigurationTransfer(Settings settings) throws SettingsException {
    this.settings = settings;
    this.engine = settings.oneOf(Setting.DATABASE, "h2", "postgres", "off");
  }

  /**
   * Writes the whole configuration.
   *
   * @throws Exception with one line that says what is wrong
   */
  public void export(Appendable out) throws Exception {
    Optional<RunningGateway> running = running();
    if (running.isPresent()) {
      HttpResponse<String> answer = running.get().get(PATH);
      if (answer.statusCode() != OK) {
        throw new IOException("the running gateway answers " + message(answer));
      }
      out.append(answer.body());
      return;
    }
    EntitySpecs specs = DeclarativeCheck.specs(settings);
    DeclarativeFile format = format(specs);
    if (engine.equals("off")) {
      DeclarativeInput input =
          DeclarativeInput.of(settings)
              .orElseThrow(
                  () ->
                      new SettingsException(
                          "database is off, no gateway runs on this prefix, and"
                              + " declarative_config names no file"));
      DeclarativeResult result = format.read(input.text(), List.of());
      DeclarativeCheck.refuse(input.name(), result);
      new DeclarativeText(specs)
          .write(((DeclarativeResult.Loaded) result).entities(), /* nulls= */ false, out);
      return;
    }
    try (Database database = database()) {
      access(database, specs)
          .read(
              reader -> {
                new StoredConfiguration(format).write(reader, /* nulls= */ false, out);
                return true;
              });
    }
  }

  /**
   * Puts a file into the database: all of it, or nothing.
   *
   * @return how many entities are new or changed
   * @throws SettingsException with all problems of the file, one line each
   */
  public int importFile(Path file) throws Exception {
    if (engine.equals("off")) {
      throw new SettingsException("database is off: there is nothing to import into");
    }
    DeclarativeInput input = DeclarativeInput.of(file);
    Optional<RunningGateway> running = running();
    if (running.isPresent()) {
      return imported(running.get().postYaml(PATH, input.text()), input);
    }
    EntitySpecs specs = DeclarativeCheck.specs(settings);
    StoredConfiguration stored = new StoredConfiguration(format(specs));
    try (Database database = database()) {
      return access(database, specs)
          .write(
              writer ->
                  switch (stored.into(writer, input.text())) {
                    case Imported.Done(int written) -> written;
                    case Imported.Failed failed -> throw new Refused(failed);
                  })
          .value();
    } catch (Refused refused) {
      throw DeclarativeCheck.refusal(input.name(), Problem.in(refused.why.problems().fields()));
    }
  }

  private static int imported(HttpResponse<String> answer, DeclarativeInput input)
      throws SettingsException, IOException {
    if (answer.statusCode() == OK) {
      return JsonMapper.shared().readTree(answer.body()).path("written").intValue();
    }
    if (answer.statusCode() == TOO_LARGE) {
      throw new IOException(
          input.name() + " is too large for the running gateway: stop it, then import");
    }
    JsonNode body = JsonMapper.shared().readTree(answer.body());
    if (body.path("fields") instanceof ObjectNode fields) {
      throw DeclarativeCheck.refusal(input.name(), Problem.in(fields));
    }
    throw new IOException("the running gateway answers " + message(answer));
  }

  private static String message(HttpResponse<String> answer) {
    return answer.statusCode() + ": " + answer.body().strip();
  }

  /** PostgreSQL serves several processes at once; an embedded database does not. */
  private Optional<RunningGateway> running() throws SettingsException, IOException {
    return engine.equals("postgres") ? Optional.empty() : RunningGateway.of(settings);
  }

  private Database database() throws SettingsException {
    Database database = Database.open(DatabaseSettings.of(settings));
    try {
      if (database.status() instanceof MigrationStatus.NeedsBootstrap) {
        database.bootstrap();
      }
      SchemaCheck.refuse(database.status());
      return database;
    } catch (RuntimeException | SettingsException e) {
      database.close();
      throw e;
    }
  }

  private DatabaseAccess access(Database database, EntitySpecs specs) {
    return new DatabaseAccess(new EntityStore(database, specs.all()), engine);
  }

  private static DeclarativeFile format(EntitySpecs specs) {
    return new DeclarativeFile(specs, InstantSource.system(), new SecureRandomValues());
  }

  /** Ends the transaction. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Imported.Failed why;

    Refused(Imported.Failed why) {
      super("refused", null, false, false);
      this.why = why;
    }
  }
}
