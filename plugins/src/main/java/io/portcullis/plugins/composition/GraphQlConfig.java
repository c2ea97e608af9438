package io.portcullis.plugins.composition;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An operation of GraphQL that a backend is asked for.
 *
 * @param type {@code query} or {@code mutation}
 * @param method {@code GET} or {@code POST}
 * @param query the document
 * @param operationName which of its operations; null when it has but one
 * @param variables with {@code {placeholders}} as values; of a mutation those that the client's
 *     body does not have
 */
public record GraphQlConfig(
    String type,
    String method,
    String query,
    @Nullable String operationName,
    Map<String, JsonNode> variables) {}
