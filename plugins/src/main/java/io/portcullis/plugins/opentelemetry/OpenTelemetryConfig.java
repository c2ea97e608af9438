package io.portcullis.plugins.opentelemetry;

import io.portcullis.core.plugin.Tracing;
import io.portcullis.core.queue.QueueConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code opentelemetry}.
 *
 * @param tracesEndpoint URL that spans are sent to; without it trace headers are propagated and
 *     nothing is sent
 * @param logsEndpoint accepted, nothing is sent to it
 * @param headers sent with each batch
 * @param resourceAttributes describe the gateway in each batch
 * @param batchSpanCount deprecated spelling of {@code queue.max_batch_size}
 * @param batchFlushDelay deprecated spelling of {@code queue.max_coalescing_delay}
 * @param connectTimeout milliseconds for a connection to the collector
 * @param sendTimeout milliseconds for sending a batch
 * @param readTimeout milliseconds until it is answered
 * @param httpResponseHeaderForTraceid header of answers that tells the trace's id
 * @param headerType deprecated: the format that calls carry, unless {@code propagation} says
 * @param samplingRate share of requests whose trace is sent, 0 to 1
 */
public record OpenTelemetryConfig(
    @Nullable String tracesEndpoint,
    @Nullable String logsEndpoint,
    @Nullable Map<String, String> headers,
    @Nullable Map<String, String> resourceAttributes,
    QueueConfig queue,
    @Nullable Integer batchSpanCount,
    @Nullable Integer batchFlushDelay,
    @Nullable Integer connectTimeout,
    @Nullable Integer sendTimeout,
    @Nullable Integer readTimeout,
    @Nullable String httpResponseHeaderForTraceid,
    @Nullable String headerType,
    @Nullable Double samplingRate,
    Propagation propagation) {
  private static final int USUAL_BATCH = 200;
  private static final int USUAL_ENTRIES = 10_000;
  private static final int OLD_FLUSH_DELAY = 3;
  private static final double USUAL_RETRY_TIME = 60;
  private static final int USUAL_CONNECT_TIMEOUT = 1000;
  private static final int USUAL_TIMEOUT = 5000;

  /** A delay of nothing would keep a thread busy. */
  private static final double LEAST_DELAY = 0.01;

  private static final double MILLIS = 1000;

  /**
   * Which trace headers count.
   *
   * @param extract formats that are read
   * @param clear names of headers that the upstream does not get
   * @param inject formats that are written
   * @param defaultFormat what is written for {@code preserve} when no trace came
   */
  public record Propagation(
      @Nullable List<String> extract,
      @Nullable List<String> clear,
      @Nullable List<String> inject,
      String defaultFormat) {}

  /** Share of traces that is sent; the node's unless it has its own. */
  double rate(Tracing tracing) {
    return samplingRate == null ? tracing.rate() : samplingRate;
  }

  /** Spans that may wait. */
  int capacity() {
    return or(queue.maxEntries(), USUAL_ENTRIES);
  }

  /** Spans in one batch, with Kong's rule that a deprecated spelling counts unless it is usual. */
  int batchSize() {
    int size = or(queue.maxBatchSize(), USUAL_BATCH);
    if (batchSpanCount != null && batchSpanCount != USUAL_BATCH) {
      size = batchSpanCount;
    }
    return Math.clamp(size, 1, capacity());
  }

  /** How long a batch may take to fill. */
  Duration delay() {
    double seconds = or(queue.maxCoalescingDelay(), 1);
    if (batchFlushDelay != null && batchFlushDelay != OLD_FLUSH_DELAY) {
      seconds = batchFlushDelay;
    }
    return seconds(Math.max(LEAST_DELAY, seconds));
  }

  /** How long a batch is tried again; nothing for not at all. */
  Duration retrying() {
    double seconds = or(queue.maxRetryTime(), USUAL_RETRY_TIME);
    return seconds <= 0 ? Duration.ZERO : seconds(seconds);
  }

  Duration firstRetry() {
    return seconds(or(queue.initialRetryDelay(), LEAST_DELAY));
  }

  Duration lastRetry() {
    return seconds(or(queue.maxRetryDelay(), USUAL_RETRY_TIME));
  }

  /** For one try of one batch. */
  Duration sending() {
    long millis =
        (long) or(connectTimeout, USUAL_CONNECT_TIMEOUT)
            + or(sendTimeout, USUAL_TIMEOUT)
            + or(readTimeout, USUAL_TIMEOUT);
    return Duration.ofMillis(Math.max(1, millis));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.max(1, Math.round(seconds * MILLIS)));
  }

  private static int or(@Nullable Integer value, int fallback) {
    return value == null ? fallback : value;
  }

  private static double or(@Nullable Double value, double fallback) {
    return value == null ? fallback : value;
  }
}
