package io.portcullis.proxy.sync;

import static io.portcullis.proxy.routing.RouteFixture.route;
import static io.portcullis.proxy.sync.StoredRows.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.proxy.routing.RoutingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotPollerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration NEVER = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final ChangingSource source = new ChangingSource();
  private final LiveRoutingTable live = new LiveRoutingTable(RoutingTable.empty(Runnable::run));
  private final ConfigurationModel model =
      new ConfigurationModel(new TestPlugins(), Map.of(), Runnable::run, InstantSource.system());
  private SnapshotPoller poller = poller(NEVER);

  @AfterEach
  void close() {
    poller.close();
  }

  @Test
  void serves_the_first_snapshot_as_soon_as_it_starts() throws Exception {
    source.write("a");
    poller.start();
    assertThat(poller.awaitLoaded(PATIENCE)).isTrue();
    assertThat(live.current().routeCount()).isEqualTo(1);
    assertThat(poller.status()).isEqualTo(new ProxyStatus(true, 1, false, true, null, List.of()));
  }

  @Test
  void serves_an_empty_store_too() throws Exception {
    poller.start();
    assertThat(poller.awaitVersion(0, PATIENCE)).isTrue();
    assertThat(poller.status().loaded()).isTrue();
  }

  @Test
  void makes_a_write_live_before_the_writer_goes_on() throws Exception {
    poller.start();
    for (int i = 1; i <= 20; i++) {
      long version = source.write("route " + i);
      assertThat(poller.awaitVersion(version, PATIENCE)).isTrue();
      assertThat(live.current().routeCount()).isEqualTo(i);
    }
    assertThat(source.loads).hasValue(1);
  }

  @Test
  void lets_many_writers_share_few_polls() throws Exception {
    poller.start();
    poller.awaitLoaded(PATIENCE);
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> waits = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String name = "route " + i;
        waits.add(writers.submit(() -> poller.awaitVersion(source.write(name), PATIENCE)));
      }
      for (Future<Boolean> wait : waits) {
        assertThat(wait.get()).isTrue();
      }
    }
    assertThat(live.current().routeCount()).isEqualTo(200);
    assertThat(source.loads).hasValue(1);
    assertThat(source.polls.get()).isLessThan(250);
  }

  @Test
  void gives_up_waiting_when_the_time_is_over() throws Exception {
    poller.start();
    assertThat(poller.awaitVersion(99, Duration.ofMillis(50))).isFalse();
  }

  @Test
  void polls_by_itself_when_nobody_wakes_it() throws Exception {
    poller = poller(Duration.ofMillis(50));
    poller.start();
    poller.awaitLoaded(PATIENCE);
    source.write("a");
    await().atMost(PATIENCE).until(() -> live.current().routeCount() == 1);
  }

  @Test
  void keeps_serving_while_the_source_fails_and_catches_up_afterwards() throws Exception {
    source.write("a");
    poller.start();
    poller.awaitLoaded(PATIENCE);
    source.failure = new IOException("connection refused");
    source.write("b");
    poller.wake();
    await().atMost(PATIENCE).until(() -> !poller.status().sourceReachable());
    assertThat(poller.status().lastFailure()).isEqualTo("connection refused");
    assertThat(live.current().routeCount()).isEqualTo(1);
    source.failure = null;
    assertThat(poller.awaitVersion(2, PATIENCE)).isTrue();
    assertThat(live.current().routeCount()).isEqualTo(2);
    assertThat(poller.status().sourceReachable()).isTrue();
  }

  @Test
  void loads_everything_when_the_log_no_longer_reaches_back() throws Exception {
    source.write("a");
    poller.start();
    poller.awaitLoaded(PATIENCE);
    source.write("b");
    source.forget();
    assertThat(poller.awaitVersion(2, PATIENCE)).isTrue();
    assertThat(live.current().routeCount()).isEqualTo(2);
    assertThat(source.loads).hasValue(2);
  }

  @Test
  void loads_everything_when_the_source_has_gone_back_in_time() throws Exception {
    source.write("a");
    source.write("b");
    poller.start();
    poller.awaitVersion(2, PATIENCE);
    source.restoreFirst();
    poller.wake();
    await().atMost(PATIENCE).until(() -> live.current().version() == 1);
    assertThat(live.current().routeCount()).isEqualTo(1);
  }

  @Test
  void looks_at_once_when_it_is_told_of_a_newer_version() throws Exception {
    poller.start();
    poller.awaitLoaded(PATIENCE);
    poller.written(source.write("a"));
    await().atMost(PATIENCE).until(() -> live.current().routeCount() == 1);
  }

  @Test
  void does_not_look_when_it_is_told_of_a_version_that_it_serves() throws Exception {
    long version = source.write("a");
    poller.start();
    poller.awaitVersion(version, PATIENCE);
    int before = source.polls.get();
    poller.written(version);
    poller.written(source.write("b"));
    await().atMost(PATIENCE).until(() -> live.current().routeCount() == 2);
    assertThat(source.polls).hasValue(before + 1);
  }

  @Test
  void serves_what_was_kept_until_the_source_answers() throws Exception {
    poller.serve(new Snapshot(40, List.of(StoredRows.route(route("kept").paths("/kept")))), "gone");
    source.failure = new IOException("connection refused");
    poller.start();
    assertThat(poller.awaitLoaded(PATIENCE)).isTrue();
    assertThat(live.current().routeCount()).isEqualTo(1);
    assertThat(poller.status().fromLastGood()).isTrue();
    assertThat(poller.status().sourceReachable()).isFalse();
    source.write("a");
    source.write("b");
    source.failure = null;
    poller.wake();
    await().atMost(PATIENCE).until(() -> !poller.status().fromLastGood());
    assertThat(poller.status()).isEqualTo(new ProxyStatus(true, 2, false, true, null, List.of()));
    assertThat(live.current().routeCount()).isEqualTo(2);
  }

  @Test
  void keeps_what_goes_live() throws Exception {
    LastGoodSnapshot lastGood = new LastGoodSnapshot(folder, Runnable::run);
    poller = new SnapshotPoller(source, model, live, NEVER, lastGood);
    poller.start();
    poller.awaitVersion(source.write("a"), PATIENCE);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(lastGood.read()).hasToString(source.load().toString()));
    poller.awaitVersion(source.write("b"), PATIENCE);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(lastGood.read().version()).isEqualTo(2));
  }

  @Test
  void keeps_the_last_change_before_it_closes() throws Exception {
    LastGoodSnapshot lastGood = new LastGoodSnapshot(folder, Runnable::run);
    poller = new SnapshotPoller(source, model, live, NEVER, lastGood);
    poller.start();
    for (int i = 1; i <= 20; i++) {
      poller.awaitVersion(source.write("route " + i), PATIENCE);
    }
    poller.close();
    assertThat(lastGood.read().version()).isEqualTo(20);
  }

  @Test
  void lets_waiting_writers_go_when_it_closes() throws Exception {
    poller.start();
    poller.awaitLoaded(PATIENCE);
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> waiting = writers.submit(() -> poller.awaitVersion(99, PATIENCE));
      poller.close();
      assertThat(waiting.get()).isFalse();
    }
  }

  @Test
  void refuses_an_interval_out_of_range() {
    assertThatThrownBy(() -> poller(Duration.ofMillis(49)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> poller(Duration.ofSeconds(61)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private SnapshotPoller poller(Duration interval) {
    return new SnapshotPoller(source, model, live, interval);
  }

  /** A store with a change log, in memory. */
  private static final class ChangingSource implements SnapshotSource {
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger polls = new AtomicInteger();
    volatile IOException failure;
    private final List<Change> log = new ArrayList<>();
    private final List<StoredEntity> rows = new ArrayList<>();
    private long forgotten;

    synchronized long write(String name) {
      StoredEntity row = StoredRows.route(route(name).paths("/" + name));
      rows.add(row);
      long version = rows.size();
      log.add(put(version, row));
      return version;
    }

    synchronized void forget() {
      forgotten = rows.size();
    }

    synchronized void restoreFirst() {
      rows.subList(1, rows.size()).clear();
      log.subList(1, log.size()).clear();
    }

    @Override
    public synchronized long version() throws IOException {
      polls.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
      return rows.size();
    }

    @Override
    public synchronized Snapshot load() {
      loads.incrementAndGet();
      return new Snapshot(rows.size(), List.copyOf(rows));
    }

    @Override
    public synchronized Changes changesSince(long version) {
      return version < forgotten
          ? new Changes.TooFarBehind()
          : new Changes.Incremental(
              rows.size(), log.stream().filter(change -> change.version() > version).toList());
    }
  }
}
