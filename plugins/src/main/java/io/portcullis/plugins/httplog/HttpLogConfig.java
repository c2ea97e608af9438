package io.portcullis.plugins.httplog;

import io.portcullis.core.queue.QueueConfig;
import io.portcullis.core.queue.QueueSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code http-log}.
 *
 * @param httpEndpoint URL that entries are sent to; its query is not used
 * @param method POST, PUT or PATCH
 * @param contentType application/json with or without a charset
 * @param timeout milliseconds for one request
 * @param keepalive milliseconds that an idle connection is kept; the gateway's own pools decide
 * @param retryCount no longer used
 * @param queueSize deprecated spelling of {@code queue.max_batch_size}
 * @param flushTimeout deprecated spelling of {@code queue.max_coalescing_delay}
 * @param headers sent with each request
 * @param customFieldsByLua key in the entry to expression
 */
public record HttpLogConfig(
    String httpEndpoint,
    @Nullable String method,
    @Nullable String contentType,
    @Nullable Double timeout,
    @Nullable Double keepalive,
    @Nullable Integer retryCount,
    @Nullable Integer queueSize,
    @Nullable Double flushTimeout,
    @Nullable Map<String, String> headers,
    QueueConfig queue,
    @Nullable Map<String, String> customFieldsByLua) {

  /** With Kong's rule that a deprecated spelling counts unless it has its old default. */
  QueueSettings queueSettings() {
    int maxBatchSize = or(queue.maxBatchSize(), 1);
    if (queueSize != null && queueSize != 1) {
      maxBatchSize = queueSize;
    }
    double maxCoalescingDelay = or(queue.maxCoalescingDelay(), 1);
    if (flushTimeout != null && flushTimeout != 2) {
      maxCoalescingDelay = flushTimeout;
    }
    return new QueueSettings(
        Math.max(1, maxBatchSize),
        maxCoalescingDelay,
        or(queue.maxEntries(), 10_000),
        queue.maxBytes(),
        or(queue.maxRetryTime(), 60),
        or(queue.initialRetryDelay(), 0.01),
        or(queue.maxRetryDelay(), 60),
        or(queue.concurrencyLimit(), 1));
  }

  private static int or(@Nullable Integer value, int fallback) {
    return value == null ? fallback : value;
  }

  private static double or(@Nullable Double value, double fallback) {
    return value == null ? fallback : value;
  }
}
