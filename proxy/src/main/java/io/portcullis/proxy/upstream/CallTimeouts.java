package io.portcullis.proxy.upstream;

/**
 * How patient a call is; milliseconds.
 *
 * @param connect until the connection stands, its handshake included
 * @param write between two writes of the request
 * @param read between two reads of the answer
 */
public record CallTimeouts(long connect, long write, long read) {}
