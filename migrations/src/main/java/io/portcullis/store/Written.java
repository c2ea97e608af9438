package io.portcullis.store;

/**
 * What a write transaction answered.
 *
 * @param version the store's version once it was committed; a transaction that changed nothing made
 *     none and reports the newest one there was
 */
public record Written<T>(T value, long version) {}
