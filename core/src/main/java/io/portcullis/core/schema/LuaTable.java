package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prints JSON trees as Lua table literals, the notation inside Kong's messages. */
final class LuaTable {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private LuaTable() {}

  /** Without spaces, keys sorted: <code>{consumer={id="…"},name="x"}</code>. */
  static String compact(JsonNode node) {
    return print(node, null);
  }

  /** Over several lines with two spaces of indentation. */
  static String pretty(JsonNode node) {
    return print(node, "");
  }

  private static String print(JsonNode node, @Nullable String indent) {
    if (node.isString()) {
      return quote(node.stringValue());
    }
    if (!node.isContainer()) {
      return Json.plain(node);
    }
    String inner = indent == null ? null : indent + "  ";
    List<String> items = items(node, inner);
    if (items.isEmpty()) {
      return "{}";
    }
    if (indent == null) {
      return "{" + String.join(",", items) + "}";
    }
    return "{\n" + inner + String.join(",\n" + inner, items) + "\n" + indent + "}";
  }

  private static List<String> items(JsonNode node, @Nullable String indent) {
    String equals = indent == null ? "=" : " = ";
    List<String> items = new ArrayList<>();
    if (node.isArray()) {
      boolean holes = false;
      for (int i = 0; i < node.size(); i++) {
        JsonNode item = node.get(i);
        if (item.isNull()) {
          holes = true;
        } else {
          items.add((holes ? "[" + (i + 1) + "]" + equals : "") + print(item, indent));
        }
      }
      return items;
    }
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    sorted.forEach((key, value) -> items.add(key(key) + equals + print(value, indent)));
    return items;
  }

  private static String key(String key) {
    return IDENTIFIER.matcher(key).matches() ? key : "[" + quote(key) + "]";
  }

  private static String quote(String text) {
    return "\"" + text + "\"";
  }
}
