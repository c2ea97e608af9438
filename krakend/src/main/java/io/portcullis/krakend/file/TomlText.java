package io.portcullis.krakend.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlFactory;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * Reads TOML. The library tells values without their places; these are the lines where tables and
 * keys start, and what stands inside a value has the place of its key. For one thread.
 */
final class TomlText {
  private static final TomlMapper MAPPER =
      TomlMapper.builder(
              TomlFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.DEEPEST)
                          .maxStringLength(Limits.LONGEST)
                          .build())
                  .build())
          .build();

  private final String file;
  private final String text;
  private int values;

  TomlText(String file, String text) {
    this.file = file;
    this.text = text;
  }

  Value read() throws UnreadableConfigurationException {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(text);
    } catch (JacksonException broken) {
      TokenStreamLocation at = broken.getLocation();
      String problem = String.valueOf(broken.getOriginalMessage());
      int end = problem.indexOf('\n');
      throw new UnreadableConfigurationException(
          file,
          at == null
              ? Position.START
              : new Position(Math.max(1, at.getLineNr()), Math.max(0, at.getColumnNr())),
          end < 0 ? problem : problem.substring(0, end));
    }
    return value(tree, "", Position.START, TomlLines.of(text), 0);
  }

  private Value value(
      JsonNode node, String path, Position outer, Map<String, Position> lines, int depth)
      throws UnreadableConfigurationException {
    Position at = lines.getOrDefault(path, outer);
    if (depth > Limits.DEEPEST) {
      throw new UnreadableConfigurationException(
          file, at, "nested deeper than " + Limits.DEEPEST + " levels");
    }
    if (++values > Limits.MOST_VALUES) {
      throw new UnreadableConfigurationException(
          file, at, "more than " + Limits.MOST_VALUES + " values");
    }
    if (node.isObject()) {
      Map<String, Value.Member> members = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        Value value =
            value(entry.getValue(), TomlLines.below(path, entry.getKey()), at, lines, depth + 1);
        members.put(entry.getKey(), new Value.Member(entry.getKey(), value.at(), value));
      }
      return new Value.Fields(members, at);
    }
    if (node.isArray()) {
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        items.add(value(node.get(i), TomlLines.below(path, "#" + i), at, lines, depth + 1));
      }
      return new Value.Items(items, at);
    }
    if (node.isNumber()) {
      return new Value.Numeric(node, at);
    }
    return node.isBoolean()
        ? new Value.Truth(node.booleanValue(), at)
        : new Value.Text(node.asString(), at);
  }
}
