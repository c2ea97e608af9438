package io.portcullis.core.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryBatchQueuesTest {
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong extraMillis = new AtomicLong();
  private final InMemoryBatchQueues queues =
      new InMemoryBatchQueues(
          scheduler,
          virtualThreads,
          () -> Instant.ofEpochMilli(System.currentTimeMillis() + extraMillis.get()),
          Duration.ofSeconds(5));
  private final CopyOnWriteArrayList<List<String>> sent = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    virtualThreads.shutdownNow();
  }

  @Test
  void a_batch_size_of_one_sends_each_entry_at_once_and_in_order() {
    BatchQueue queue = queues.acquire("q", settings(1, 1), accepting());
    add(queue, "a", "b", "c");

    await().until(() -> sent.size() == 3);
    assertThat(sent).containsExactly(List.of("a"), List.of("b"), List.of("c"));
  }

  @Test
  void a_sender_is_closed_once_what_it_was_given_is_sent() {
    AtomicInteger closed = new AtomicInteger();
    BatchQueues.Sender sender =
        new BatchQueues.Sender() {
          @Override
          public CompletableFuture<Void> send(List<byte[]> batch) {
            return CompletableFuture.runAsync(
                () -> sent.add(List.of(new String(batch.getFirst(), UTF_8))), virtualThreads);
          }

          @Override
          public void close() {
            closed.addAndGet(sent.size());
          }
        };
    BatchQueue first = queues.acquire("q", settings(1, 1), sender);
    BatchQueue second = queues.acquire("q", settings(1, 1), sender);
    add(first, "a", "b");
    queues.release(first);
    add(second, "c");
    queues.release(second);

    await().until(() -> closed.get() > 0);
    assertThat(closed).hasValue(3);
  }

  @Test
  void a_full_batch_does_not_wait_for_the_coalescing_delay() {
    BatchQueue queue = queues.acquire("q", settings(3, 3600), accepting());
    add(queue, "a", "b", "c");

    await().untilAsserted(() -> assertThat(sent).containsExactly(List.of("a", "b", "c")));
  }

  @Test
  void a_batch_that_does_not_fill_goes_when_the_delay_is_over() {
    BatchQueue queue = queues.acquire("q", settings(3, 0.05), accepting());
    add(queue, "a", "b");

    await().untilAsserted(() -> assertThat(sent).containsExactly(List.of("a", "b")));
  }

  @Test
  void the_same_batch_is_tried_again_before_later_entries() {
    AtomicInteger tries = new AtomicInteger();
    BatchQueue queue =
        queues.acquire(
            "q",
            settings(1, 1),
            batch -> {
              sent.add(texts(batch));
              return tries.incrementAndGet() < 4
                  ? CompletableFuture.failedFuture(new IOException("down"))
                  : CompletableFuture.completedFuture(null);
            });
    add(queue, "a", "b");

    await().until(() -> sent.size() == 5);
    assertThat(sent)
        .containsExactly(List.of("a"), List.of("a"), List.of("a"), List.of("a"), List.of("b"));
  }

  @Test
  void a_batch_is_lost_when_it_failed_for_too_long() {
    BatchQueue queue =
        queues.acquire(
            "q",
            settings(1, 1),
            batch -> {
              sent.add(texts(batch));
              if (texts(batch).contains("b")) {
                return CompletableFuture.completedFuture(null);
              }
              extraMillis.addAndGet(61_000);
              throw new IllegalStateException("a sender may also throw");
            });
    add(queue, "a", "b");

    await().until(() -> sent.size() == 2);
    assertThat(sent).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void a_full_queue_drops_its_oldest_entries() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    BatchQueue queue =
        queues.acquire(
            "q",
            new QueueSettings(1, 1, 3, null, 60, 0.01, 60, 1),
            batch -> {
              sent.add(texts(batch));
              return first;
            });
    add(queue, "on-the-way");
    await().until(() -> sent.size() == 1);
    add(queue, "a", "b", "c", "d", "e");
    first.complete(null);

    await().until(() -> sent.size() == 4);
    assertThat(sent.subList(1, 4)).containsExactly(List.of("c"), List.of("d"), List.of("e"));
  }

  @Test
  void a_queue_may_be_bounded_by_octets() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    BatchQueue queue =
        queues.acquire(
            "q",
            new QueueSettings(1, 1, 100, 5, 60, 0.01, 60, 1),
            batch -> {
              sent.add(texts(batch));
              return first;
            });
    add(queue, "x");
    await().until(() -> sent.size() == 1);
    add(queue, "123456", "123", "45", "67");
    first.complete(null);

    await().until(() -> sent.size() == 3);
    assertThat(sent.subList(1, 3)).containsExactly(List.of("45"), List.of("67"));
  }

  @Test
  void without_a_concurrency_limit_entries_do_not_wait_for_each_other() {
    CompletableFuture<Void> never = new CompletableFuture<>();
    BatchQueue queue =
        queues.acquire(
            "q",
            new QueueSettings(1, 1, 100, null, 60, 0.01, 60, -1),
            batch -> {
              sent.add(texts(batch));
              return never;
            });
    add(queue, "a", "b", "c");

    await().until(() -> sent.size() == 3);
  }

  @Test
  void equal_names_share_a_queue_until_the_last_release() {
    BatchQueue one = queues.acquire("q", settings(10, 3600), accepting());
    BatchQueue two = queues.acquire("q", settings(1, 1), accepting());
    assertThat(two).isSameAs(one);
    add(one, "a");
    queues.release(one);
    assertThat(sent).isEmpty();
    queues.release(two);

    await().untilAsserted(() -> assertThat(sent).containsExactly(List.of("a")));
    assertThat(queues.acquire("q", settings(1, 1), accepting())).isNotSameAs(one);
  }

  @Test
  void closing_sends_what_is_left() {
    BatchQueue queue = queues.acquire("q", settings(10, 3600), accepting());
    add(queue, "a", "b");
    queues.close();

    assertThat(sent).containsExactly(List.of("a", "b"));
  }

  @Test
  void closing_tries_a_failing_batch_once_more_and_gives_up() {
    BatchQueue queue =
        queues.acquire(
            "q",
            new QueueSettings(1, 1, 100, null, 3600, 1000, 1000, 1),
            batch -> {
              sent.add(texts(batch));
              return CompletableFuture.failedFuture(new IOException("down"));
            });
    add(queue, "a");
    await().until(() -> sent.size() == 1);
    queues.close();

    assertThat(sent.size()).isBetween(2, 3);
    assertThat(queues.waiting()).isZero();
  }

  @Test
  void nothing_is_lost_or_doubled_when_many_threads_add() throws InterruptedException {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger entries = new AtomicInteger();
    BatchQueue queue =
        queues.acquire(
            "q",
            new QueueSettings(7, 0.01, 1_000_000, null, 60, 0.01, 60, 1),
            batch -> {
              entries.addAndGet(batch.size());
              seen.addAll(texts(batch));
              return CompletableFuture.completedFuture(null);
            });
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int thread = t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 5_000; i++) {
                      add(queue, thread + "-" + i);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await().until(() -> queues.waiting() == 0);

    assertThat(seen).hasSize(20_000);
    assertThat(entries).hasValue(20_000);
  }

  private BatchQueues.Sender accepting() {
    return batch -> {
      sent.add(texts(batch));
      return CompletableFuture.completedFuture(null);
    };
  }

  private static QueueSettings settings(int maxBatchSize, double maxCoalescingDelay) {
    return new QueueSettings(maxBatchSize, maxCoalescingDelay, 10_000, null, 60, 0.001, 60, 1);
  }

  private static void add(BatchQueue queue, String... entries) {
    for (String entry : entries) {
      queue.add(entry.getBytes(UTF_8));
    }
  }

  private static List<String> texts(List<byte[]> batch) {
    return batch.stream().map(entry -> new String(entry, UTF_8)).toList();
  }
}
