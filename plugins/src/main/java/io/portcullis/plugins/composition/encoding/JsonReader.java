package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.NumberLiteral;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON into plain data. The last of several members of one name counts, numbers keep their
 * digits, what follows the first value is not looked at, and octets that are not UTF-8 become
 * U+FFFD.
 */
public final class JsonReader {
  /** Deeper values are refused: what works on them afterwards goes one call deeper each level. */
  static final int DEEPEST = 500;

  private static final TokenStreamFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonReader() {}

  /**
   * @param memory for what it becomes
   */
  public static Object read(byte[] body, Allowance memory) throws UnreadableAnswerException {
    try {
      return first(FACTORY.createParser(ObjectReadContext.empty(), body), memory);
    } catch (JacksonException refused) {
      String text = new String(body, StandardCharsets.UTF_8);
      if (text.indexOf('\uFFFD') < 0) {
        throw unreadable(refused);
      }
      return readText(text, memory);
    }
  }

  private static Object readText(String text, Allowance memory) throws UnreadableAnswerException {
    try {
      return first(FACTORY.createParser(ObjectReadContext.empty(), text), memory);
    } catch (JacksonException refused) {
      throw unreadable(refused);
    }
  }

  private static UnreadableAnswerException unreadable(JacksonException refused) {
    return new UnreadableAnswerException("not JSON: " + refused.getOriginalMessage());
  }

  private static Object first(JsonParser parser, Allowance memory)
      throws UnreadableAnswerException {
    try (parser) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new UnreadableAnswerException("EOF");
      }
      return value(parser, token, new ValueCount(memory));
    }
  }

  private static Object value(JsonParser parser, JsonToken token, ValueCount count)
      throws UnreadableAnswerException {
    count.one();
    return switch (token) {
      case START_OBJECT -> object(parser, count);
      case START_ARRAY -> array(parser, count);
      case VALUE_STRING -> count.text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new NumberLiteral(count.text(parser.getString()));
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> JsonNull.NULL;
    };
  }

  private static Map<String, Object> object(JsonParser parser, ValueCount count)
      throws UnreadableAnswerException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      object.put(name, value(parser, parser.nextToken(), count));
    }
    return object;
  }

  private static List<Object> array(JsonParser parser, ValueCount count)
      throws UnreadableAnswerException {
    List<Object> array = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(value(parser, token, count));
    }
    return array;
  }
}
