package io.portcullis.plugins.gelflog;

import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.queue.BatchQueue;
import io.portcullis.core.queue.BatchQueues;
import io.portcullis.core.queue.QueueSettings;

/** Puts one message per exchange into the queue of its receiver. */
final class GelfLogHandler implements PluginHandler {
  /**
   * Messages wait for a tenth of a second for others to go with. What waits for a receiver that is
   * away is bounded, the oldest goes first; after a minute a batch is given up, which the queue
   * logs.
   */
  private static final QueueSettings TOGETHER =
      new QueueSettings(100, 0.1, 10_000, 32 * 1024 * 1024, 60, 0.01, 1, 1);

  private final GelfMessage messages;
  private final BatchQueues queues;
  private final BatchQueue queue;

  GelfLogHandler(GelfLogConfig config, PluginContext context) {
    this.messages = new GelfMessage(context.node().hostname(), config.facility());
    this.queues = context.queues();
    this.queue =
        queues.acquire(
            "gelf-log "
                + (config.enableTcp() ? "tcp " : "udp ")
                + config.host()
                + ":"
                + config.port(),
            TOGETHER,
            GelfSenders.to(config.host(), config.port(), config.enableTcp()));
  }

  @Override
  public void log(ExchangeLog log) {
    queue.add(messages.bytes(log));
  }

  @Override
  public void close() {
    queues.release(queue);
  }
}
