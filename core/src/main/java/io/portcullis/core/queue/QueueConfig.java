package io.portcullis.core.queue;

import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;

import io.portcullis.core.schema.FieldSpec;
import org.jspecify.annotations.Nullable;

/**
 * How what a plugin sends waits and is batched, as Kong's queues are configured. Times are seconds.
 */
public record QueueConfig(
    @Nullable Integer maxBatchSize,
    @Nullable Double maxCoalescingDelay,
    @Nullable Integer maxEntries,
    @Nullable Integer maxBytes,
    @Nullable Double maxRetryTime,
    @Nullable Double initialRetryDelay,
    @Nullable Double maxRetryDelay,
    @Nullable Integer concurrencyLimit) {

  /**
   * What a plugin's page says of the members that plugins differ in.
   *
   * @param batch of {@code max_batch_size}
   * @param entries of {@code max_entries}
   * @param octets of {@code max_bytes}
   * @param order of {@code concurrency_limit}
   */
  public record Words(String batch, String entries, String octets, String order) {}

  /** The field {@code queue}, without a default of its own. */
  public static FieldSpec field(Words words) {
    return record(
            "queue",
            integer("max_batch_size").between(1, 1_000_000).defaultsTo(1).doc(words.batch()),
            number("max_coalescing_delay")
                .between(0, 3600)
                .defaultsTo(1)
                .doc("Seconds to wait for a batch to fill."),
            integer("max_entries").between(1, 1_000_000).defaultsTo(10_000).doc(words.entries()),
            integer("max_bytes").doc(words.octets()),
            number("max_retry_time")
                .defaultsTo(60)
                .doc("Seconds after which a failing batch is dropped; -1 for no retry."),
            number("initial_retry_delay")
                .between(0.001, 1_000_000)
                .defaultsTo(0.01)
                .doc("Seconds before the first retry; doubles each time."),
            number("max_retry_delay")
                .between(0.001, 1_000_000)
                .defaultsTo(60)
                .doc("Greatest number of seconds between retries."),
            integer("concurrency_limit").oneOf(-1, 1).defaultsTo(1).doc(words.order()))
        .required();
  }
}
