package io.portcullis.plugins.correlationid;

/**
 * Configuration of {@code correlation-id}.
 *
 * @param headerName of the line that carries the identifier
 * @param generator {@code uuid}, {@code uuid#counter} or {@code tracker}
 * @param echoDownstream whether the answer tells the identifier too
 */
public record CorrelationIdConfig(String headerName, String generator, boolean echoDownstream) {}
