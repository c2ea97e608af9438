package io.portcullis.plugins.composition;

/**
 * When a backend is left alone.
 *
 * @param name for the log
 * @param interval seconds after which failures are forgotten; 0 for never
 * @param timeout seconds until it is tried again; 0 for 60
 * @param maxErrors failures in a row that are borne
 * @param logStatusChange whether the log tells
 */
public record CircuitBreakerConfig(
    String name, int interval, int timeout, int maxErrors, boolean logStatusChange) {}
