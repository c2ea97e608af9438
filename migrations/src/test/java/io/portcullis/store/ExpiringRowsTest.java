package io.portcullis.store;

import static io.portcullis.store.Samples.CONSUMERS;
import static io.portcullis.store.Samples.KEYS;
import static io.portcullis.store.Samples.consumer;
import static io.portcullis.store.Samples.entity;
import static io.portcullis.store.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.SnapshotSource.Changes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@EachEngine
class ExpiringRowsTest {
  @AutoClose private final StoreFixture fixture;
  private final EntityStore store;
  private final ObjectNode alice = consumer("alice");
  private Instant now = Instant.ofEpochMilli(1_700_000_000_000L);

  ExpiringRowsTest(StoreEngine engine) {
    fixture = StoreFixture.on(engine);
    store = new EntityStore(fixture.database(), StoreFixture.specs(), 1000, () -> now);
  }

  @BeforeEach
  void insertConsumer() {
    store.write(
        writing -> {
          writing.insert(CONSUMERS, alice);
          return null;
        });
  }

  @Test
  void a_row_is_found_until_its_time_is_over() {
    ObjectNode key = key("k", now.toEpochMilli() + 1000);
    insert(key);
    insert(key("forever", null));

    now = now.plusMillis(999);
    assertThat(store.find(KEYS, id(key))).contains(key);
    assertThat(store.findBy(KEYS, "key", "k")).contains(key);
    assertThat(store.page(KEYS, PageQuery.first(10)).rows()).hasSize(2);

    now = now.plusMillis(1);
    assertThat(store.find(KEYS, id(key))).isEmpty();
    assertThat(store.findBy(KEYS, "key", "k")).isEmpty();
    assertThat(store.page(KEYS, PageQuery.first(10)).rows()).hasSize(1);
    List<ObjectNode> under =
        store.read(reading -> reading.under(KEYS, "consumer", List.of(id(alice))));
    assertThat(under).hasSize(1);
  }

  @Test
  void the_next_write_deletes_what_is_over_and_says_so_to_proxies() throws IOException {
    ObjectNode key = key("k", now.toEpochMilli() + 1);
    insert(key);
    long version = fixture.snapshots().version();
    now = now.plusMillis(1);

    ObjectNode successor = key("k", null);
    insert(successor);

    assertThat(store.findBy(KEYS, "key", "k")).contains(successor);
    assertThat(fixture.snapshots().changesSince(version))
        .isInstanceOfSatisfying(
            Changes.Incremental.class,
            changes ->
                assertThat(changes.changes())
                    .extracting(Change::id, Change::body)
                    .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(id(key), null),
                        org.assertj.core.groups.Tuple.tuple(id(successor), successor)));
  }

  @Test
  void proxies_are_told_when_a_row_will_be_over() throws IOException {
    insert(key("k", now.toEpochMilli() + 1000));

    assertThat(fixture.snapshots().load().entities())
        .filteredOn(row -> row.entity().equals("keyauth_credentials"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.body().get("expires_at").longValue())
                    .isEqualTo(now.toEpochMilli() + 1000));
  }

  private void insert(ObjectNode key) {
    store.write(
        writing -> {
          writing.insert(KEYS, key);
          return null;
        });
  }

  private ObjectNode key(String text, @org.jspecify.annotations.Nullable Long expiry) {
    ObjectNode key = entity(KEYS, "{'id':'" + UUID.randomUUID() + "','key':'" + text + "'}");
    key.putObject("consumer").put("id", id(alice).toString());
    key.put("expires_at", expiry);
    return key;
  }
}
