package io.portcullis.proxy.chain;

/**
 * What the chain must know of a plugin, whatever its configuration.
 *
 * @param priority higher runs earlier
 * @param blocking whether {@code rewrite} and {@code access} may block
 * @param requestBodyLimit octets of the request body that it wants whole; 0 when it does not look
 *     at it
 * @param buffersResponseBody whether it wants the answer's whole body
 */
public record PluginTraits(
    int priority, boolean blocking, long requestBodyLimit, boolean buffersResponseBody) {}
