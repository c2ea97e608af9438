package io.portcullis.core.schema;

import org.jspecify.annotations.Nullable;

/**
 * One name and value of a form or query, decoded.
 *
 * @param value null for a name without {@code =}
 */
public record FormPair(String name, @Nullable String value) {}
