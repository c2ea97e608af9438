package io.portcullis.store;

import static io.portcullis.store.Samples.SERVICES;
import static io.portcullis.store.Samples.id;
import static io.portcullis.store.Samples.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

class DatabaseTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @ParameterizedTest
  @EnumSource(StoreEngine.class)
  void an_exhausted_pool_is_busy_after_the_time_that_was_set(StoreEngine engine) throws Exception {
    StoreSettings settings = engine.migratedDatabase().withPoolSize(2).withBusyAfter(SHORT);
    CountDownLatch taken = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    try (Database database = Database.open(settings);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      database.bootstrap();
      EntityStore store = new EntityStore(database, StoreFixture.specs());
      Future<?> first = threads.submit(() -> connected(store, taken, release));
      Future<?> second = threads.submit(() -> connected(store, taken, release));
      taken.await();

      long before = System.nanoTime();
      assertThatThrownBy(() -> store.find(SERVICES, id(service("x"))))
          .isInstanceOf(StoreException.Busy.class);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(SHORT.minusMillis(50), SHORT.plusSeconds(5));
      assertThat(store.reachable()).isFalse();

      release.countDown();
      first.get();
      second.get();
      assertThat(store.reachable()).isTrue();
    }
  }

  /**
   * Holds a connection; where the first one takes longer to open than the time that was set, later.
   */
  private static int connected(EntityStore store, CountDownLatch taken, CountDownLatch release) {
    while (true) {
      try {
        return store.read(reading -> hold(taken, release));
      } catch (StoreException.Busy early) {
        Thread.onSpinWait();
      }
    }
  }

  private static int hold(CountDownLatch taken, CountDownLatch release) {
    taken.countDown();
    try {
      release.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  @Test
  void the_default_is_busy_after_two_seconds() {
    assertThat(StoreSettings.of(new StoreSettings.H2Memory("x")).busyAfter())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void a_server_that_is_not_there_does_not_stop_the_node_and_is_unavailable() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    StoreSettings settings =
        StoreSettings.of(
                new StoreSettings.Postgres(
                    "127.0.0.1",
                    port,
                    "u",
                    "secret",
                    "d",
                    null,
                    new StoreSettings.Postgres.Plain()))
            .withBusyAfter(SHORT);
    try (Database database = Database.open(settings)) {
      EntityStore store = new EntityStore(database, StoreFixture.specs());
      assertThatThrownBy(database::status).isInstanceOf(StoreException.Unavailable.class);
      assertThatThrownBy(database::bootstrap).isInstanceOf(StoreException.Unavailable.class);
      assertThatThrownBy(() -> store.page(SERVICES, PageQuery.first(1)))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageNotContaining("secret");
      assertThatThrownBy(() -> new DatabaseSnapshots(database, StoreFixture.specs()).version())
          .isInstanceOf(IOException.class);
      assertThat(store.reachable()).isFalse();
    }
  }

  @Test
  void an_h2_file_keeps_its_rows_in_a_directory_for_its_owner_alone(@TempDir Path directory)
      throws IOException {
    Path folder = directory.resolve("data/db");
    StoreSettings settings = h2(folder.resolve("portcullis"));
    ObjectNode service = service("kept");
    try (Database database = Database.open(settings)) {
      database.bootstrap();
      insert(database, service);
    }
    try (Database database = Database.open(settings)) {
      assertThat(database.status()).isInstanceOf(MigrationStatus.Current.class);
      assertThat(new EntityStore(database, StoreFixture.specs()).find(SERVICES, id(service)))
          .contains(service);
    }
    assertThat(Files.getPosixFilePermissions(folder))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void a_write_to_an_h2_file_is_on_disk_when_it_is_answered(@TempDir Path directory)
      throws IOException {
    ObjectNode service = service("kept");
    try (Database database = Database.open(h2(directory.resolve("live")))) {
      database.bootstrap();
      insert(database, service);
      // What a killed process would leave behind.
      Files.copy(directory.resolve("live.mv.db"), directory.resolve("killed.mv.db"));
    }
    try (Database database = Database.open(h2(directory.resolve("killed")))) {
      assertThat(new EntityStore(database, StoreFixture.specs()).find(SERVICES, id(service)))
          .contains(service);
    }
  }

  @Test
  void connections_that_the_server_closed_are_replaced() {
    StoreSettings settings = StoreEngine.POSTGRES.migratedDatabase();
    try (Database database = Database.open(settings)) {
      EntityStore store = new EntityStore(database, StoreFixture.specs());
      assertThat(store.pluginNamesInUse()).isEmpty();
      assertThatThrownBy(
              () ->
                  database.statement(
                      statements ->
                          statements.fetch(
                              "select pg_terminate_backend(pid) from pg_stat_activity"
                                  + " where datname = current_database()")))
          .isInstanceOf(StoreException.Unavailable.class);

      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(store.pluginNamesInUse()).isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource(StoreEngine.class)
  void writers_that_wait_too_long_are_busy_and_readers_are_not(StoreEngine engine)
      throws Exception {
    StoreSettings settings = engine.migratedDatabase().withPoolSize(4).withBusyAfter(SHORT);
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Database database = Database.open(settings);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      database.bootstrap();
      EntityStore store = new EntityStore(database, StoreFixture.specs());
      Future<?> slow = threads.submit(() -> store.write(writing -> hold(taken, release)));
      taken.await();
      AtomicInteger refused = new AtomicInteger();
      List<Future<?>> others = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        others.add(
            threads.submit(
                () -> {
                  try {
                    store.write(writing -> 0);
                  } catch (StoreException.Busy busy) {
                    refused.incrementAndGet();
                  }
                }));
      }
      // On a server one of the ten waits in the database itself, where patience is longer.
      int expected = engine == StoreEngine.POSTGRES ? 9 : 10;
      await().until(() -> refused.get() == expected);
      assertThat(store.find(SERVICES, id(service("x")))).isEmpty();

      release.countDown();
      slow.get();
      for (Future<?> other : others) {
        other.get();
      }
      assertThat(refused).hasValue(expected);
    }
  }

  private static StoreSettings h2(Path file) {
    return StoreSettings.of(new StoreSettings.H2File(file));
  }

  private static void insert(Database database, ObjectNode service) {
    new EntityStore(database, StoreFixture.specs())
        .write(
            writing -> {
              writing.insert(SERVICES, service);
              return 0;
            });
  }

  @Test
  void an_h2_path_that_cannot_be_made_is_unavailable(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    StoreSettings settings = h2(file.resolve("db/portcullis"));
    assertThatThrownBy(() -> Database.open(settings).close())
        .isInstanceOf(StoreException.Unavailable.class);
  }

  @Test
  void settings_refuse_what_cannot_work() {
    StoreSettings settings = StoreSettings.of(new StoreSettings.H2Memory("x"));
    assertThatThrownBy(() -> settings.withPoolSize(0))
        .hasMessage("pool size is 0, expected at least 1");
    assertThatThrownBy(() -> settings.withBusyAfter(Duration.ofMillis(1)))
        .hasMessageContaining("PT0.25S");
    assertThatThrownBy(() -> new StoreSettings.H2File(Path.of("/tmp/a;b")))
        .hasMessageContaining("/tmp/a;b");
  }
}
