package io.portcullis.plugins.composition;

/**
 * How answers of a backend are kept.
 *
 * @param shared whether with those of all backends that share
 * @param maxSize octets of bodies that are kept; a shared cache has its own bound
 * @param maxItems answers that are kept, likewise
 */
public record HttpCacheConfig(boolean shared, long maxSize, int maxItems) {}
