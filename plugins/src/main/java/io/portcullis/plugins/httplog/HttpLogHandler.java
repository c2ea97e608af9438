package io.portcullis.plugins.httplog;

import io.portcullis.core.log.LogEntry;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.queue.BatchQueue;
import io.portcullis.core.queue.BatchQueues;
import io.portcullis.core.queue.QueueSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Puts one entry per exchange into a queue that configurations with the same endpoint share. */
final class HttpLogHandler implements PluginHandler {
  private final LogEntry entries;
  private final BatchQueues queues;
  private final BatchQueue queue;

  HttpLogHandler(HttpLogConfig config, PluginContext context) {
    this.entries = LogEntry.of(context, config.customFieldsByLua());
    this.queues = context.queues();
    QueueSettings settings = config.queueSettings();
    this.queue =
        queues.acquire(
            queueName(config, settings),
            settings,
            new HttpLogEndpoint(config, settings.maxBatchSize() > 1, context.upstreams()));
  }

  @Override
  public void log(ExchangeLog log) {
    queue.add(entries.bytes(log));
  }

  @Override
  public void close() {
    queues.release(queue);
  }

  /**
   * All that decides how entries are sent, as a digest: what differs here must not share a queue,
   * and the name is logged, so it may not show user information.
   */
  private static String queueName(HttpLogConfig config, QueueSettings settings) {
    String all =
        config.method()
            + config.httpEndpoint()
            + config.contentType()
            + config.timeout()
            + config.keepalive()
            + config.headers()
            + settings;
    return "http-log "
        + URI.create(config.httpEndpoint()).getHost()
        + " "
        + UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
  }
}
