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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource.Changes;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@EachEngine
class ChangeLogTest {
  private static final int WRITERS = 8;
  private static final int WRITES = 40;

  private final StoreEngine engine;
  @AutoClose private final StoreFixture fixture;
  private final EntityStore store;
  private final DatabaseSnapshots snapshots;

  ChangeLogTest(StoreEngine engine) {
    this.engine = engine;
    fixture = StoreFixture.on(engine);
    store = fixture.store();
    snapshots = fixture.snapshots();
  }

  @Test
  void an_empty_store_has_version_0() throws IOException {
    assertThat(snapshots.version()).isZero();
    assertThat(snapshots.load()).isEqualTo(new Snapshot(0, List.of()));
    assertThat(snapshots.changesSince(0)).isEqualTo(new Changes.Incremental(0, List.of()));
  }

  @Test
  void the_planner_knows_of_a_large_write_at_once() {
    assumeThat(engine).isEqualTo(StoreEngine.POSTGRES);
    int rows = 5_000;
    store.write(
        writing -> {
          for (int i = 0; i < rows; i++) {
            writing.insert(CONSUMERS, consumer("c" + i));
          }
          return rows;
        });
    for (String table : List.of("consumers", "change_log")) {
      Object known =
          fixture
              .database()
              .<Object>statement(
                  statements ->
                      statements.fetchValue(
                          "select reltuples::int from pg_class where oid = ?::regclass", table));
      assertThat(known).isEqualTo(rows);
    }
  }

  @Test
  void each_transaction_that_changes_something_is_one_version() throws IOException {
    ObjectNode service = service("s");
    ObjectNode route = route(service);
    Written<Integer> first =
        store.write(
            writing -> {
              writing.insert(SERVICES, service);
              writing.insert(ROUTES, route);
              return 7;
            });
    Written<Boolean> nothing = store.write(writing -> writing.delete(ROUTES, UUID.randomUUID()));
    Written<Boolean> second =
        store.write(writing -> writing.update(SERVICES, service.put("port", 81)));

    assertThat(first).isEqualTo(new Written<>(7, 1));
    assertThat(nothing).isEqualTo(new Written<>(false, 1));
    assertThat(second).isEqualTo(new Written<>(true, 2));
    assertThat(snapshots.version()).isEqualTo(2);
    assertThat(snapshots.changesSince(0))
        .isEqualTo(
            new Changes.Incremental(
                2,
                List.of(
                    new Change(1, "routes", id(route), route),
                    new Change(2, "services", id(service), service))));
    assertThat(snapshots.changesSince(1))
        .isEqualTo(
            new Changes.Incremental(2, List.of(new Change(2, "services", id(service), service))));
    assertThat(snapshots.load())
        .isEqualTo(
            new Snapshot(
                2,
                List.of(
                    new StoredEntity("services", id(service), service),
                    new StoredEntity("routes", id(route), route))));
  }

  @Test
  void every_row_that_goes_with_another_has_a_line_of_its_own() throws IOException {
    ObjectNode service = service("s");
    ObjectNode route = route(null);
    ObjectNode consumer = consumer("c");
    ObjectNode secret = secret(consumer, "k");
    ObjectNode both = refer(refer(plugin("jwt"), "consumer", consumer), "route", route);
    ObjectNode own = refer(plugin("jwt"), "consumer", consumer);
    insert(SERVICES, service);
    insert(ROUTES, route);
    insert(CONSUMERS, consumer);
    insert(JWT_SECRETS, secret);
    insert(PLUGINS, both);
    insert(PLUGINS, own);
    long before = snapshots.version();

    long version = store.write(writing -> writing.delete(CONSUMERS, id(consumer))).version();

    assertThat(entries(version))
        .containsExactlyInAnyOrder(
            new ChangeLog.Entry("consumers", id(consumer), ChangeLog.Operation.DELETE),
            new ChangeLog.Entry("plugins", id(both), ChangeLog.Operation.DELETE),
            new ChangeLog.Entry("plugins", id(own), ChangeLog.Operation.DELETE),
            new ChangeLog.Entry("jwt_secrets", id(secret), ChangeLog.Operation.DELETE));
    assertThat(((Changes.Incremental) snapshots.changesSince(before)).changes())
        .hasSize(4)
        .allMatch(change -> change.body() == null && change.version() == version);
    assertThat(store.write(writing -> writing.delete(ROUTES, id(route))).version())
        .isEqualTo(version + 1);
    assertThat(entries(version + 1)).hasSize(1);
  }

  @Test
  void a_failed_transaction_leaves_neither_version_nor_lines() throws IOException {
    insert(SERVICES, service("taken"));
    try {
      store.write(
          writing -> {
            writing.insert(CONSUMERS, consumer("c"));
            writing.insert(SERVICES, service("taken"));
            return 0;
          });
    } catch (StoreException.UniqueViolation expected) {
      assertThat(snapshots.version()).isEqualTo(1);
    }
    insert(CONSUMERS, consumer("c"));
    assertThat(snapshots.version()).isEqualTo(2);
    assertThat(entries(2)).hasSize(1);
  }

  @Test
  void changes_of_entities_that_a_node_does_not_know_are_passed_over() throws IOException {
    ObjectNode consumer = consumer("c");
    insert(CONSUMERS, consumer);
    insert(JWT_SECRETS, secret(consumer, "k"));

    DatabaseSnapshots withoutJwt = new DatabaseSnapshots(fixture.database(), List.of(CONSUMERS));
    assertThat(withoutJwt.changesSince(0))
        .isEqualTo(
            new Changes.Incremental(
                2, List.of(new Change(1, "consumers", id(consumer), consumer))));
  }

  @Test
  void a_transaction_of_many_rows_is_logged_whole() throws IOException {
    store.write(
        writing -> {
          for (int i = 0; i < 1200; i++) {
            writing.insert(CONSUMERS, consumer("c" + i));
          }
          return 0;
        });
    assertThat(((Changes.Incremental) snapshots.changesSince(0)).changes()).hasSize(1200);
    assertThat(snapshots.load().entities()).hasSize(1200);
  }

  @Test
  void old_versions_are_forgotten_and_a_reader_that_needs_them_is_told() throws IOException {
    try (StoreFixture small = StoreFixture.keeping(engine, 8)) {
      for (int i = 0; i < 30; i++) {
        String name = "c" + i;
        small
            .store()
            .write(
                writing -> {
                  writing.insert(CONSUMERS, consumer(name));
                  return 0;
                });
      }
      DatabaseSnapshots reader = small.snapshots();
      assertThat(reader.changesSince(19)).isInstanceOf(Changes.TooFarBehind.class);
      assertThat(((Changes.Incremental) reader.changesSince(22)).changes()).hasSize(8);
      assertThat(reader.changesSince(31)).isInstanceOf(Changes.TooFarBehind.class);
      assertThat(reader.load().version()).isEqualTo(30);
      List<ChangeLog.Entry> pruned =
          small.database().statement(sql -> new ChangeLog(8).entries(sql, 20L));
      assertThat(pruned).isEmpty();
    }
  }

  @Test
  void versions_are_committed_in_their_order_and_a_reader_never_skips_a_change() throws Exception {
    ConcurrentLinkedQueue<Long> versions = new ConcurrentLinkedQueue<>();
    List<Future<?>> writers = new ArrayList<>();
    Map<UUID, ObjectNode> replica = new HashMap<>();
    long seen = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        long seed = writer;
        writers.add(threads.submit(() -> writeAtRandom(seed, versions)));
      }
      boolean writing = true;
      while (writing) {
        // Asked before reading, so that the last round sees all that was written.
        writing = !writers.stream().allMatch(Future::isDone);
        seen = follow(seen, replica);
        Snapshot whole = snapshots.load();
        if (whole.version() == seen) {
          assertThat(replica).isEqualTo(rows(whole));
        }
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(versions.stream().sorted().toList())
        .isEqualTo(LongStream.rangeClosed(1, seen).boxed().toList());
    assertThat(snapshots.version()).isEqualTo(seen);
    assertThat(replica).isEqualTo(rows(snapshots.load()));
  }

  /** Inserts, changes and deletes consumers with their credentials. */
  private void writeAtRandom(long seed, ConcurrentLinkedQueue<Long> versions) {
    Random random = new Random(seed);
    List<ObjectNode> mine = new ArrayList<>();
    for (int i = 0; i < WRITES; i++) {
      Written<Integer> written;
      if (mine.isEmpty() || random.nextInt(3) == 0) {
        ObjectNode consumer = consumer(seed + "-" + i);
        mine.add(consumer);
        written =
            store.write(
                writing -> {
                  writing.insert(CONSUMERS, consumer);
                  writing.insert(JWT_SECRETS, secret(consumer, id(consumer).toString()));
                  return 0;
                });
      } else {
        ObjectNode consumer = mine.get(random.nextInt(mine.size()));
        boolean delete = random.nextBoolean();
        if (delete) {
          mine.remove(consumer);
        }
        int change = i;
        written =
            store.write(
                writing -> {
                  if (delete) {
                    writing.delete(CONSUMERS, id(consumer));
                  } else {
                    writing.update(CONSUMERS, consumer.put("custom_id", seed + "." + change));
                  }
                  return 0;
                });
      }
      versions.add(written.version());
    }
  }

  private long follow(long seen, Map<UUID, ObjectNode> replica) throws IOException {
    Changes.Incremental news = (Changes.Incremental) snapshots.changesSince(seen);
    for (Change change : news.changes()) {
      assertThat(change.version()).isGreaterThan(seen).isLessThanOrEqualTo(news.version());
      if (change.body() == null) {
        replica.remove(change.id());
      } else {
        replica.put(change.id(), change.body());
      }
    }
    return news.version();
  }

  private static Map<UUID, ObjectNode> rows(Snapshot snapshot) {
    Map<UUID, ObjectNode> rows = new HashMap<>();
    snapshot.entities().forEach(entity -> rows.put(entity.id(), entity.body()));
    return rows;
  }

  private List<ChangeLog.Entry> entries(long version) {
    return fixture.database().statement(sql -> new ChangeLog(1).entries(sql, version));
  }

  private void insert(EntitySpec spec, ObjectNode entity) {
    store.write(
        writing -> {
          writing.insert(spec, entity);
          return 0;
        });
  }
}
