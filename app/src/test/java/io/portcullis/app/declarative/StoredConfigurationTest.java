package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.portcullis.admin.http.DatabaseAccess;
import io.portcullis.admin.http.DeclarativeFormat.Imported;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.store.Database;
import io.portcullis.store.EntityStore;
import io.portcullis.store.StoreSettings;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class StoredConfigurationTest {
  private static final String TEXT =
      """
      _format_version: "3.0"
      services:
      - name: s
        host: h.test
        routes:
        - {name: r, paths: [/a]}
        plugins:
        - {name: ip-restriction, config: {allow: [10.0.0.0/8]}}
      upstreams:
      - name: u.test
        targets: [{target: a.test}]
      consumers:
      - {username: bob, custom_id: b, jwt_secrets: [{key: k}]}
      """;

  private final AtomicLong clock = new AtomicLong(1_700_000_000);
  private final StoredConfiguration configuration =
      new StoredConfiguration(
          new DeclarativeFile(
              DeclarativeFileTest.SPECS,
              () -> Instant.ofEpochSecond(clock.get()),
              new SecureRandomValues()));

  @AutoClose private final Database first = database();
  @AutoClose private final Database second = database();

  private static Database database() {
    Database database =
        Database.open(StoreSettings.of(new StoreSettings.H2Memory("stored-" + UUID.randomUUID())));
    database.bootstrap();
    return database;
  }

  private static DatabaseAccess access(Database database) {
    return new DatabaseAccess(new EntityStore(database, DeclarativeFileTest.SPECS.all()), "h2");
  }

  private String export(Database database) {
    return access(database).read(reader -> configuration.text(reader, false));
  }

  private Imported imported(Database database, String text) {
    return access(database).write(writer -> configuration.into(writer, text)).value();
  }

  @Test
  void an_export_that_is_imported_elsewhere_is_the_same_export() {
    assertThat(imported(first, TEXT)).isEqualTo(new Imported.Done(7));
    String exported = export(first);
    clock.addAndGet(1000);
    assertThat(imported(second, exported)).isEqualTo(new Imported.Done(7));
    assertThat(export(second)).isEqualTo(exported);
  }

  @Test
  void importing_a_file_again_changes_nothing() {
    imported(first, TEXT);
    String exported = export(first);
    long version = first(first);
    clock.addAndGet(1000);
    assertThat(imported(first, TEXT)).isEqualTo(new Imported.Done(0));
    assertThat(export(first)).isEqualTo(exported);
    assertThat(first(first)).isEqualTo(version);
  }

  private static long first(Database database) {
    return access(database).read(reader -> reader.version());
  }

  @Test
  void rows_with_the_files_names_are_changed_and_others_stay() {
    UUID id = UUID.fromString("6f0c0d5e-0000-4000-8000-000000000001");
    imported(
        first,
        """
        _format_version: "3.0"
        services:
        - {name: s, host: old.test, id: %s}
        - {name: other, host: other.test}
        """
            .formatted(id));
    assertThat(imported(first, TEXT)).isEqualTo(new Imported.Done(7));
    assertThat(export(first))
        .contains("id: \"" + id + "\"")
        .contains("h.test")
        .doesNotContain("old.test")
        .contains("other.test");
  }

  @Test
  void a_refused_file_leaves_everything_as_it_was() {
    imported(first, TEXT);
    String exported = export(first);
    Imported refused =
        imported(
            first,
            """
            _format_version: "3.0"
            services:
            - {name: new, host: new.test}
            - {name: s, host: x.test, id: 6f0c0d5e-0000-4000-8000-000000000001}
            consumers:
            - {username: alice, custom_id: b}
            routes:
            - {paths: [bad]}
            """);
    assertThat(Problem.in(((Imported.Failed) refused).problems().fields()))
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "services.2: uniqueness violation: 'services' entity with name set to 's' already"
                + " declared",
            "consumers.alice: uniqueness violation: 'consumers' entity with custom_id set to 'b'"
                + " already declared",
            "routes.1.paths.1: should start with: / (fixed path) or ~/ (regex path)");
    assertThat(export(first)).isEqualTo(exported);
  }

  @Test
  void a_failure_halfway_leaves_nothing() {
    Throwable failure =
        catchThrowable(
            () ->
                access(first)
                    .write(
                        writer -> {
                          configuration.into(writer, TEXT);
                          throw new IllegalStateException("power cut");
                        }));
    assertThat(failure).hasMessage("power cut");
    assertThat(export(first)).isEqualTo("_format_version: '3.0'\n_transform: false\n");
  }
}
