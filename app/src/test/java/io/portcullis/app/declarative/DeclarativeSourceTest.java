package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.SnapshotSource.Changes;
import io.portcullis.core.schema.SecureRandomValues;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeclarativeSourceTest {
  private static final String FIRST =
      """
      _format_version: "3.0"
      services:
      - {name: a, host: a.test}
      - {name: b, host: b.test}
      consumers:
      - username: bob
        jwt_secrets: [{key: k}]
      """;

  private final AtomicLong clock = new AtomicLong(1_700_000_000);
  private final InstantSource seconds = () -> Instant.ofEpochSecond(clock.get());
  private final DeclarativeSource source =
      new DeclarativeSource(
          new DeclarativeFile(DeclarativeFileTest.SPECS, seconds, new SecureRandomValues()),
          served -> {});

  @Test
  void nothing_is_served_before_the_first_file() {
    assertThat(source.version()).isZero();
    assertThat(source.load().entities()).isEmpty();
    assertThat(source.hash()).isEqualTo("00000000000000000000000000000000");
  }

  @Test
  void a_reload_changes_only_what_the_file_changed() {
    source.reload(FIRST);
    clock.addAndGet(100);
    source.reload(FIRST.replace("b.test", "c.test"));
    assertThat(source.version()).isEqualTo(2);
    assertThat(source.load().entities()).hasSize(4);
    assertThat(((Changes.Incremental) source.changesSince(1)).changes())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.entity()).isEqualTo("services");
              assertThat(change.body())
                  .hasToString(
                      String.valueOf(change.body())
                          .replaceFirst("\"updated_at\":\\d+", "\"updated_at\":1700000100"));
              assertThat(String.valueOf(change.body())).contains("\"created_at\":1700000000");
            });
  }

  @Test
  void what_left_the_file_is_gone() {
    source.reload(FIRST);
    source.reload("_format_version: \"3.0\"\nservices:\n- {name: a, host: a.test}\n");
    assertThat(((Changes.Incremental) source.changesSince(1)).changes())
        .extracting(Change::entity, Change::body)
        .containsExactlyInAnyOrder(
            org.assertj.core.api.Assertions.tuple("services", null),
            org.assertj.core.api.Assertions.tuple("consumers", null),
            org.assertj.core.api.Assertions.tuple("jwt_secrets", null));
  }

  @Test
  void a_bad_file_changes_nothing() {
    source.reload(FIRST);
    String hash = source.hash();
    assertThat(source.reload("services: 5")).isInstanceOf(DeclarativeResult.Refused.class);
    assertThat(source.version()).isEqualTo(1);
    assertThat(source.hash()).isEqualTo(hash);
    assertThat(source.changesSince(0)).isInstanceOf(Changes.Incremental.class);
    assertThat(source.changesSince(1)).isEqualTo(new Changes.Incremental(1, java.util.List.of()));
  }

  @Test
  void an_older_reader_loads_everything() {
    source.reload(FIRST);
    source.reload(FIRST);
    source.reload(FIRST);
    assertThat(source.changesSince(1)).isInstanceOf(Changes.TooFarBehind.class);
  }
}
