package io.portcullis.admin.wire;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as the Admin API reads and writes it. Of duplicate keys the last counts; nesting and the
 * length of numbers are bounded. Safe for use by several threads.
 */
public final class KongJson {
  private static final int MAX_NUMBER_LENGTH = 512;

  /** Kong stops at 1000; no entity nests deeper than a dozen, and checks recurse over the tree. */
  private static final int MAX_DEPTH = 128;

  private final JsonMapper mapper;

  public KongJson() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    this.mapper =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
  }

  /**
   * Reads a request body. An empty array counts as an empty object, as in Kong.
   *
   * @throws Refusal 400 when it is no JSON object, or holds text or numbers that cannot be stored
   */
  public ObjectNode object(byte[] body) {
    JsonNode tree;
    try {
      tree = mapper.readTree(body);
    } catch (JacksonException malformed) {
      throw unreadable();
    }
    if (tree.isArray() && tree.isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (!(tree instanceof ObjectNode object) || !isStorable(tree)) {
      throw unreadable();
    }
    return object;
  }

  /** Writes a document; {@code U+2028} and other text beyond ASCII goes out as UTF-8. */
  public byte[] write(JsonNode document) {
    return mapper.writeValueAsBytes(document);
  }

  /** Writes a document on one line. */
  public String text(JsonNode document) {
    return mapper.writeValueAsString(document);
  }

  /** Lone surrogates are no text, and an overflown number has no JSON form. */
  public static boolean isStorable(JsonNode node) {
    if (node.isString()) {
      return PercentEncoding.isWellFormed(node.stringValue());
    }
    if (node.isDouble()) {
      return Double.isFinite(node.doubleValue());
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!PercentEncoding.isWellFormed(entry.getKey()) || !isStorable(entry.getValue())) {
          return false;
        }
      }
    } else if (node.isArray()) {
      for (JsonNode element : node) {
        if (!isStorable(element)) {
          return false;
        }
      }
    }
    return true;
  }

  private static Refusal unreadable() {
    return Refusal.message(400, "Cannot parse JSON body");
  }
}
