package io.portcullis.store;

import static io.portcullis.store.Samples.CONSUMERS;
import static io.portcullis.store.Samples.JWT_SECRETS;
import static io.portcullis.store.Samples.PLUGINS;
import static io.portcullis.store.Samples.ROUTES;
import static io.portcullis.store.Samples.SERVICES;
import static io.portcullis.store.Samples.consumer;
import static io.portcullis.store.Samples.id;
import static io.portcullis.store.Samples.plugin;
import static io.portcullis.store.Samples.refer;
import static io.portcullis.store.Samples.route;
import static io.portcullis.store.Samples.secret;
import static io.portcullis.store.Samples.service;
import static io.portcullis.store.Samples.tagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@EachEngine
class HistoryTest {
  private static final Author ALICE =
      new Author(Instant.ofEpochMilli(1_700_000_000_123L), "user alice", "POST /services");

  private final StoreEngine engine;
  @AutoClose private final StoreFixture fixture;
  private final EntityStore store;
  private final DatabaseSnapshots snapshots;

  HistoryTest(StoreEngine engine) {
    this.engine = engine;
    fixture = StoreFixture.on(engine);
    store = fixture.store();
    snapshots = fixture.snapshots();
  }

  @Test
  void a_version_knows_its_author_and_what_it_replaced() {
    ObjectNode service = service("s");
    write(
        writing -> {
          writing.sign(ALICE);
          writing.insert(SERVICES, service);
        });
    write(writing -> writing.update(SERVICES, service.deepCopy().put("port", 81)));
    write(writing -> writing.delete(SERVICES, id(service)));

    assertThat(store.<List<PastVersion>>read(reading -> reading.versions(3, 10)))
        .containsExactly(
            new PastVersion(3, Optional.empty(), 1),
            new PastVersion(2, Optional.empty(), 1),
            new PastVersion(1, Optional.of(ALICE), 1));
    assertThat(store.<List<PastVersion>>read(reading -> reading.versions(2, 1)))
        .extracting(PastVersion::version)
        .containsExactly(2L);
    assertThat(changes(1))
        .containsExactly(new PastChange("services", id(service), "insert", Optional.empty()));
    assertThat(changes(2))
        .containsExactly(new PastChange("services", id(service), "update", Optional.of(service)));
    assertThat(changes(3).getFirst().before().orElseThrow().get("port").intValue()).isEqualTo(81);
  }

  @Test
  void a_transaction_tells_what_rows_were_and_are() {
    ObjectNode service = service("s");
    write(writing -> writing.insert(SERVICES, service));
    ObjectNode changed = service.deepCopy().put("port", 81);
    List<RowChange> seen = new ArrayList<>();
    write(
        writing -> {
          writing.update(SERVICES, changed);
          writing.delete(SERVICES, id(service));
          seen.addAll(writing.changes());
        });
    String first = Fingerprint.of(service);
    String second = Fingerprint.of(changed);
    assertThat(first).isNotEqualTo(second);
    assertThat(seen)
        .containsExactly(
            new RowChange("services", id(service), first, second),
            new RowChange("services", id(service), second, null));
  }

  @Test
  void rolling_back_restores_rows_that_went_with_another() throws IOException {
    ObjectNode consumer = tagged(consumer("c"), "a", "b");
    ObjectNode route = route(null);
    ObjectNode plugin = refer(refer(plugin("jwt"), "consumer", consumer), "route", route);
    write(
        writing -> {
          writing.insert(CONSUMERS, consumer);
          writing.insert(ROUTES, route);
          writing.insert(PLUGINS, plugin);
          writing.insert(JWT_SECRETS, secret(consumer, "k"));
        });
    List<StoredEntity> before = snapshots.load().entities();
    write(writing -> writing.delete(CONSUMERS, id(consumer)));

    assertThat(rollBackTo(1)).isEqualTo(3);

    assertThat(snapshots.load().entities()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(snapshots.version()).isEqualTo(3);
    assertThat(store.tags("a", 10, null).rows()).hasSize(1);
  }

  @Test
  void names_that_changed_hands_come_back() throws IOException {
    ObjectNode one = service("x");
    ObjectNode two = service("y");
    write(
        writing -> {
          writing.insert(SERVICES, one);
          writing.insert(SERVICES, two);
        });
    List<StoredEntity> before = snapshots.load().entities();
    write(
        writing -> {
          writing.update(SERVICES, one.deepCopy().put("name", "z"));
          writing.update(SERVICES, two.deepCopy().put("name", "x"));
          writing.update(SERVICES, one.deepCopy().put("name", "y"));
        });
    rollBackTo(1);
    assertThat(snapshots.load().entities()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void going_back_to_the_newest_version_makes_none() throws IOException {
    write(writing -> writing.insert(SERVICES, service("s")));
    assertThat(rollBackTo(1)).isZero();
    assertThat(snapshots.version()).isEqualTo(1);
  }

  @Test
  void a_rollback_can_itself_be_undone() throws IOException {
    write(writing -> writing.insert(SERVICES, service("s")));
    List<StoredEntity> before = snapshots.load().entities();
    rollBackTo(0);
    assertThat(snapshots.load().entities()).isEmpty();
    rollBackTo(1);
    assertThat(snapshots.load().entities()).isEqualTo(before);
  }

  @Test
  void any_earlier_state_can_be_reached_from_any_later_one() throws IOException {
    Random random = new Random(7);
    List<Set<StoredEntity>> states = new ArrayList<>();
    states.add(state());
    for (int i = 0; i < 60; i++) {
      int back = random.nextInt(states.size());
      if (i % 12 == 11) {
        rollBackTo(back);
        assertThat(state()).as("state of version %d", back).isEqualTo(states.get(back));
      } else {
        write(writing -> randomChange(random, writing));
      }
      while (states.size() <= snapshots.version()) {
        states.add(state());
      }
    }
  }

  @Test
  void what_is_pruned_cannot_be_gone_back_to() {
    try (StoreFixture forgetful = StoreFixture.keeping(engine, 4)) {
      for (int i = 0; i < 8; i++) {
        ObjectNode service = service("s" + i);
        forgetful
            .store()
            .write(
                writing -> {
                  writing.sign(ALICE);
                  writing.insert(SERVICES, service);
                  return 0;
                });
      }
      assertThatThrownBy(() -> forgetful.store().write(writing -> writing.rollBackTo(2)))
          .isInstanceOf(StoreException.HistoryLost.class)
          .hasMessage("version 2 is forgotten: the history begins with 4");
      assertThat(forgetful.store().<List<PastVersion>>read(reading -> reading.versions(8, 100)))
          .extracting(PastVersion::version)
          .containsExactly(8L, 7L, 6L, 5L);
      assertThat(authors(forgetful)).isEqualTo(4);
      assertThat(forgetful.store().write(writing -> writing.rollBackTo(4)).value()).isEqualTo(4);
    }
  }

  @Test
  void what_an_older_release_overwrote_is_lost_and_nothing_is_undone() throws IOException {
    ObjectNode service = service("s");
    write(writing -> writing.insert(SERVICES, service));
    write(writing -> writing.update(SERVICES, service.put("port", 81)));
    write(writing -> writing.update(SERVICES, service.put("port", 82)));
    forgetRowsBefore(2);
    assertThatThrownBy(() -> rollBackTo(1))
        .isInstanceOf(StoreException.HistoryLost.class)
        .hasMessageContaining("older release");
    assertThat(snapshots.version()).isEqualTo(3);
    assertThat(store.find(SERVICES, id(service)).orElseThrow().get("port").intValue())
        .isEqualTo(82);
  }

  private void randomChange(Random random, Writing writing) {
    EntitySpec spec = random.nextBoolean() ? SERVICES : CONSUMERS;
    List<ObjectNode> rows = writing.page(spec, PageQuery.first(100)).rows();
    ObjectNode some = rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
    String name = "n" + random.nextInt(1000) + "-" + random.nextInt(1000);
    if (some == null || random.nextInt(3) == 0) {
      ObjectNode row = spec == SERVICES ? service(name) : consumer(name);
      writing.insert(spec, tagged(row, "t" + random.nextInt(3)));
      if (spec == CONSUMERS) {
        writing.insert(JWT_SECRETS, secret(row, name));
      } else {
        writing.insert(PLUGINS, refer(plugin("p" + name), "service", row));
      }
    } else if (random.nextInt(3) == 0) {
      writing.delete(spec, id(some));
    } else {
      writing.update(spec, some.put(spec == SERVICES ? "host" : "custom_id", name));
    }
  }

  private Set<StoredEntity> state() throws IOException {
    return new HashSet<>(snapshots.load().entities());
  }

  private List<PastChange> changes(long version) {
    return store.read(reading -> reading.changesOf(version, 100));
  }

  private int rollBackTo(long version) {
    return store.write(writing -> writing.rollBackTo(version)).value();
  }

  private void write(Consumer<Writing> work) {
    store.write(
        writing -> {
          work.accept(writing);
          return 0;
        });
  }

  private static int authors(StoreFixture of) {
    return of.database().statement(sql -> sql.fetchCount(DSL.table(DSL.name("config_authors"))));
  }

  private void forgetRowsBefore(long version) {
    fixture
        .database()
        .<Integer>writing(
            sql ->
                Database.Outcome.keep(
                    sql.update(DSL.table(DSL.name("change_log")))
                        .set(DSL.field(DSL.name("row_before"), SQLDataType.VARCHAR), (String) null)
                        .where(DSL.field(DSL.name("version"), SQLDataType.BIGINT).eq(version))
                        .execute()));
  }
}
