package io.portcullis.plugins.composition;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Members added to the answer.
 *
 * @param strategy when: {@code always}, {@code success}, {@code errored}, {@code complete} or
 *     {@code incomplete}
 * @param data the members
 */
public record StaticDataConfig(String strategy, Map<String, JsonNode> data) {}
