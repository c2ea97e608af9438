package io.portcullis.app.logging;

import io.portcullis.core.queue.BatchQueue;
import io.portcullis.core.queue.BatchQueues;
import io.portcullis.core.queue.InMemoryBatchQueues;
import io.portcullis.core.queue.QueueSettings;
import io.portcullis.plugins.gelflog.GelfSenders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.logging.LogRecord;

/**
 * The receivers of the error log that are not on this machine's disk. Entries wait in bounded
 * queues; what is lost is told in the log's files alone.
 */
public final class LogReceivers implements AutoCloseable {
  /** Together for a tenth of a second; the oldest goes first when a receiver is away. */
  private static final QueueSettings TOGETHER =
      new QueueSettings(100, 0.1, 10_000, 8 * 1024 * 1024, 60, 0.1, 5, 1);

  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final List<LogReceiver> all = new ArrayList<>();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("log-sender").factory());
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final InMemoryBatchQueues queues =
      new InMemoryBatchQueues(scheduler, senders, InstantSource.system(), FAREWELL);

  /**
   * Sends entries to a receiver of GELF.
   *
   * @param host that entries say they come from
   */
  public void addGelf(LogAddress address, String host) {
    add(
        "gelf " + address,
        GelfSenders.to(address.host(), address.port(), address.tcp()),
        new GelfDocument(host));
  }

  /** Sends entries to a syslog. */
  public void addSyslog(SyslogTarget target) {
    add("syslog " + target.address(), target.sender(), new SyslogLine(target));
  }

  private void add(String name, BatchQueues.Sender sender, ErrorLayout layout) {
    BatchQueue queue = queues.acquire("error log to " + name, TOGETHER, sender);
    all.add(
        entry -> {
          if (!isOfSending(entry)) {
            queue.add(layout.of(entry).getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /** What queues and senders say of themselves would be sent by them, and so on. */
  private static boolean isOfSending(LogRecord entry) {
    String logger = String.valueOf(entry.getLoggerName());
    return logger.startsWith("io.portcullis.core.queue.")
        || logger.startsWith("io.portcullis.plugins.gelflog.");
  }

  List<LogReceiver> all() {
    return List.copyOf(all);
  }

  /** Sends what waits, for at most two seconds. */
  @Override
  public void close() {
    queues.close();
    scheduler.shutdownNow();
    senders.shutdownNow();
  }
}
