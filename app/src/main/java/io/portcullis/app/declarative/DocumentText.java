package io.portcullis.app.declarative;

import io.portcullis.admin.wire.KongJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads YAML or JSON, told apart by the text itself, into one tree of bounded size and depth. */
final class DocumentText {
  /** In characters, or in octets of a file. */
  static final int LONGEST = 256 * 1024 * 1024;

  static final int DEEPEST = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private DocumentText() {}

  /**
   * Reads a text. Nothing in the tree occurs twice, so that it may be changed.
   *
   * @throws UnreadableFileException when it is neither, or beyond the limits; the message is one
   *     line
   */
  static JsonNode parse(String text) throws UnreadableFileException {
    if (text.length() > LONGEST) {
      throw new UnreadableFileException("longer than " + LONGEST + " characters");
    }
    JsonNode tree = startsAsJson(text) ? json(text) : YamlTree.parse(text);
    if (!KongJson.isStorable(tree)) {
      throw new UnreadableFileException("a text that is not UTF-8, or a number too large");
    }
    // Only an escape can bring it in; PostgreSQL cannot hold it.
    if (text.indexOf('\\') >= 0 && holdsNul(tree)) {
      throw new UnreadableFileException("a text with the character U+0000");
    }
    return tree;
  }

  private static JsonNode json(String text) throws UnreadableFileException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException noJson) {
      // A YAML flow mapping starts like this too; and YAML's messages name the line.
      return YamlTree.parse(text);
    }
  }

  private static boolean holdsNul(JsonNode node) {
    if (node.isString()) {
      return node.stringValue().indexOf('\0') >= 0;
    }
    for (JsonNode inner : node) {
      if (holdsNul(inner)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsAsJson(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c) && c != '\uFEFF') {
        return c == '{';
      }
    }
    return false;
  }
}
