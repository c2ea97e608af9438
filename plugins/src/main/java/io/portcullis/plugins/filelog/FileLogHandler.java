package io.portcullis.plugins.filelog;

import io.portcullis.core.log.LogEntry;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.queue.BatchQueue;
import io.portcullis.core.queue.BatchQueues;
import io.portcullis.core.queue.QueueSettings;
import java.nio.file.Path;

/** Puts one entry per exchange into the queue of its file. */
final class FileLogHandler implements PluginHandler {
  /**
   * Entries go one by one and in order. What waits for a file that cannot be written is bounded,
   * the oldest goes first; after a minute an entry is given up, which the queue logs.
   */
  private static final QueueSettings ONE_BY_ONE =
      new QueueSettings(1, 0, 10_000, 32 * 1024 * 1024, 60, 0.01, 1, 1);

  private final LogEntry entries;
  private final BatchQueues queues;
  private final BatchQueue queue;

  FileLogHandler(FileLogConfig config, PluginContext context) {
    this.entries = LogEntry.of(context, config.customFieldsByLua());
    this.queues = context.queues();
    Path file = Path.of(config.path()).toAbsolutePath().normalize();
    this.queue = queues.acquire("file-log " + file, ONE_BY_ONE, new AppendedFile(file));
  }

  @Override
  public void log(ExchangeLog log) {
    queue.add(entries.bytes(log));
  }

  @Override
  public void close() {
    queues.release(queue);
  }
}
