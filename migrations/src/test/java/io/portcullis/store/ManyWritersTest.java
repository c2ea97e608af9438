package io.portcullis.store;

import static io.portcullis.store.Samples.CONSUMERS;
import static io.portcullis.store.Samples.consumer;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers beside readers on a file of H2, some of whom change nothing and roll back. */
class ManyWritersTest {
  private static final int WRITERS = 10;
  private static final int READERS = 4;
  private static final int WRITES = 1_000;

  @TempDir private Path folder;

  @Test
  void each_write_to_a_file_gets_a_version_of_its_own() throws Exception {
    StoreSettings settings =
        StoreSettings.of(new StoreSettings.H2File(folder.resolve("h2")))
            .withBusyAfter(Duration.ofMinutes(1));
    Set<Long> versions = new ConcurrentSkipListSet<>();
    try (Database database = Database.open(settings);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      database.bootstrap();
      EntityStore store = new EntityStore(database, StoreFixture.specs());
      DatabaseSnapshots snapshots = new DatabaseSnapshots(database, StoreFixture.specs());
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String name = "w" + i + "-";
        all.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < WRITES; j++) {
                    String username = name + j;
                    if (j % 3 == 0) {
                      store.write(writing -> writing.delete(CONSUMERS, UUID.randomUUID()));
                    }
                    versions.add(
                        store
                            .write(
                                writing -> {
                                  writing.insert(CONSUMERS, consumer(username));
                                  return username;
                                })
                            .version());
                  }
                  return null;
                }));
      }
      for (int i = 0; i < READERS; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < WRITES; j++) {
                    snapshots.changesSince(snapshots.version());
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(versions).hasSize(WRITERS * WRITES);
      assertThat(snapshots.version()).isEqualTo(WRITERS * WRITES);
    }
  }
}
