package io.portcullis.krakend.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads JSON. Of a name that an object has twice the last value counts. For one thread. */
final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.DEEPEST)
                  .maxStringLength(Limits.LONGEST)
                  .build())
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String file;
  private final String text;
  private int values;

  JsonText(String file, String text) {
    this.file = file;
    this.text = text;
  }

  Value read() throws UnreadableConfigurationException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new UnreadableConfigurationException(file, Position.START, "the file is empty");
      }
      Value root = value(parser, first);
      if (parser.nextToken() != null) {
        throw new UnreadableConfigurationException(
            file, position(parser.currentTokenLocation()), "something after the end");
      }
      return root;
    } catch (JacksonException broken) {
      TokenStreamLocation at = broken.getLocation();
      throw new UnreadableConfigurationException(
          file, at == null ? Position.START : position(at), oneLine(broken.getOriginalMessage()));
    }
  }

  private Value value(JsonParser parser, JsonToken token) throws UnreadableConfigurationException {
    Position at = position(parser.currentTokenLocation());
    if (++values > Limits.MOST_VALUES) {
      throw new UnreadableConfigurationException(
          file, at, "more than " + Limits.MOST_VALUES + " values");
    }
    return switch (token) {
      case START_OBJECT -> object(parser, at);
      case START_ARRAY -> array(parser, at);
      case VALUE_STRING -> new Value.Text(parser.getString(), at);
      case VALUE_NUMBER_INT -> new Value.Numeric(integer(parser), at);
      case VALUE_NUMBER_FLOAT -> new Value.Numeric(NODES.numberNode(parser.getDecimalValue()), at);
      case VALUE_TRUE, VALUE_FALSE -> new Value.Truth(token == JsonToken.VALUE_TRUE, at);
      case VALUE_NULL -> new Value.Nothing(at);
      default -> throw new UnreadableConfigurationException(file, at, "unexpected " + token);
    };
  }

  private Value object(JsonParser parser, Position at) throws UnreadableConfigurationException {
    Map<String, Value.Member> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Position nameAt = position(parser.currentTokenLocation());
      members.put(name, new Value.Member(name, nameAt, value(parser, parser.nextToken())));
    }
    return new Value.Fields(members, at);
  }

  private Value array(JsonParser parser, Position at) throws UnreadableConfigurationException {
    List<Value> items = new ArrayList<>();
    while (true) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.END_ARRAY) {
        return new Value.Items(items, at);
      }
      items.add(value(parser, token));
    }
  }

  private static JsonNode integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private static Position position(TokenStreamLocation at) {
    return new Position(Math.max(1, at.getLineNr()), Math.max(0, at.getColumnNr()));
  }

  private static String oneLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
