package io.portcullis.core.plugin;

/**
 * The client connection of a request, as identifiers name it.
 *
 * @param serverAddress the gateway's own address on it, in text form
 * @param serverPort port of the listener that took it
 * @param number tells it apart from the process's other connections; from 1
 * @param requests requests that came over it so far, this one included
 */
public record Connection(String serverAddress, int serverPort, long number, long requests) {}
