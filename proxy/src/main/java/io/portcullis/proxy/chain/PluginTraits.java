package io.portcullis.proxy.chain;

/**
 * What the chain must know of a plugin, whatever its configuration.
 *
 * @param priority higher runs earlier
 * @param blocking whether {@code rewrite} and {@code access} may block
 * @param requestBodyLimit octets of the request body that it wants collected at most; 0 when it
 *     wants none
 * @param responseBodyLimit octets of the answer's body, likewise
 */
public record PluginTraits(
    int priority, boolean blocking, int requestBodyLimit, int responseBodyLimit) {}
