package io.portcullis.e2e.golden;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that a scenario has saved, and their places {@code ${name}} in texts. */
final class Variables {
  private static final Pattern PLACE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)\\}");

  private final Map<String, JsonNode> values = new HashMap<>();

  void save(String name, JsonNode value) {
    values.put(name, value);
  }

  JsonNode get(String name) {
    JsonNode value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("the variable " + name + " was not saved by an earlier step");
    }
    return value;
  }

  String fill(String text) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              JsonNode value = get(place.group(1));
              return Matcher.quoteReplacement(
                  value.isString() ? value.stringValue() : value.toString());
            });
  }

  /** {@code value} with every text in it filled, names of members too. */
  JsonNode fill(JsonNode value) {
    if (value.isString()) {
      return JsonNodeFactory.instance.stringNode(fill(value.stringValue()));
    }
    if (value.isObject()) {
      ObjectNode filled = JsonNodeFactory.instance.objectNode();
      value
          .properties()
          .forEach(member -> filled.set(fill(member.getKey()), fill(member.getValue())));
      return filled;
    }
    if (value.isArray()) {
      ArrayNode filled = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> filled.add(fill(item)));
      return filled;
    }
    return value;
  }
}
