package io.portcullis.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * Kong's {@code queue} record, with its defaults in the plugin specs.
 *
 * @param maxBatchSize entries per batch, 1–1,000,000
 * @param maxCoalescingDelay seconds to wait for a batch to fill
 * @param maxEntries entries kept; when full the oldest goes
 * @param maxBytes octets kept, or null for no bound
 * @param maxRetryTime seconds after which a batch is dropped; -1 for no retry
 * @param initialRetryDelay seconds before the first retry; doubles up to {@code maxRetryDelay}
 * @param concurrencyLimit 1, or -1: every entry is sent on its own at once
 */
public record QueueSettings(
    int maxBatchSize,
    double maxCoalescingDelay,
    int maxEntries,
    @Nullable Integer maxBytes,
    double maxRetryTime,
    double initialRetryDelay,
    double maxRetryDelay,
    int concurrencyLimit) {}
