package io.portcullis.e2e;

import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A few clients that call one path over connections that stay open, one request after the other,
 * and note whatever is not 200.
 */
final class Traffic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CLIENTS = 4;
  private static final int SOME = 200;

  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final int port;
  private final String path;

  Traffic(int port, String path) {
    this.port = port;
    this.path = path;
  }

  void start() {
    for (int i = 0; i < CLIENTS; i++) {
      clients.execute(this::run);
    }
  }

  /** Waits for more answers, or for a failure. */
  void awaitMore() {
    long before = answers.get();
    await().atMost(PATIENCE).until(() -> answers.get() > before + SOME || !failures.isEmpty());
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  private void run() {
    try (WireConnection connection = WireConnection.open(port, AdminCall.TIMEOUT)) {
      while (!ended.get()) {
        int status = connection.exchange(WireRequest.get(path, "a.test")).status();
        if (status != 200) {
          failures.add("status " + status);
        }
        answers.incrementAndGet();
      }
    } catch (Exception failure) {
      failures.add(failure.toString());
    }
  }

  @Override
  public void close() {
    ended.set(true);
    clients.close();
  }
}
