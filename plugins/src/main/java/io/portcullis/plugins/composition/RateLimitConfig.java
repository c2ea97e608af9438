package io.portcullis.plugins.composition;

/**
 * How often a backend is called at most.
 *
 * @param maxRate calls per {@code every}
 * @param capacity calls that may come at once; 0 for as many as {@code maxRate}, 1 at least
 * @param every as Go writes durations
 */
public record RateLimitConfig(double maxRate, int capacity, String every) {}
