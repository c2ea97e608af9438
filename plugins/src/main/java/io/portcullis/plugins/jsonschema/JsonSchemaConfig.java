package io.portcullis.plugins.jsonschema;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Configuration of {@code json-schema}.
 *
 * @param schema a JSON Schema: an object, or true or false
 * @param returnErrorMsg whether the body of a refusal says what is wrong
 * @param responseHeaders headers of a refusal
 */
public record JsonSchemaConfig(
    JsonNode schema, boolean returnErrorMsg, Map<String, String> responseHeaders) {}
