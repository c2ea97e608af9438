package io.portcullis.plugins.prometheus;

import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code prometheus}; null means false.
 *
 * @param perConsumer whether series tell consumers apart
 * @param statusCodeMetrics whether requests are counted by status
 * @param aiMetrics accepted for compatibility; nothing here calls language models
 * @param latencyMetrics whether latencies are measured
 * @param bandwidthMetrics whether octets are counted
 * @param upstreamHealthMetrics whether the page shows the health of targets
 */
public record PrometheusConfig(
    @Nullable Boolean perConsumer,
    @Nullable Boolean statusCodeMetrics,
    @Nullable Boolean aiMetrics,
    @Nullable Boolean latencyMetrics,
    @Nullable Boolean bandwidthMetrics,
    @Nullable Boolean upstreamHealthMetrics) {}
