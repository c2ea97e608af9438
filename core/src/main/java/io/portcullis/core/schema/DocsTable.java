package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Fields as a Markdown table for documentation pages; nested records are written dotted. */
public final class DocsTable {
  private DocsTable() {}

  /** Table of an entity. */
  public static String of(EntitySpec spec) {
    return table(spec.fields(), "");
  }

  /** Table of a plugin's configuration. */
  public static String of(PluginSpec<?> spec) {
    return table(spec.fields(), "config.");
  }

  private static String table(List<FieldSpec> fields, String prefix) {
    List<String> lines = new ArrayList<>();
    lines.add("| Field | Type | Default | Required | Description |");
    lines.add("|---|---|---|---|---|");
    add(lines, fields, prefix);
    return String.join("\n", lines) + "\n";
  }

  private static void add(List<String> lines, List<FieldSpec> fields, String prefix) {
    for (FieldSpec field : fields) {
      String name = prefix + field.name();
      lines.add(
          "| `"
              + name
              + "` | "
              + type(field)
              + " | "
              + field.defaultValue().map(DocsTable::code).orElse("")
              + " | "
              + (field.isRequired() ? "yes" : "")
              + " | "
              + escaped(field.doc().orElse(""))
              + " |");
      if (field.type() == FieldType.RECORD) {
        add(lines, field.fields(), name + ".");
      } else if (field.type().isList()
          && field.elements().filter(element -> element.type() == FieldType.RECORD).isPresent()) {
        add(lines, field.elements().orElseThrow().fields(), name + "[].");
      }
    }
  }

  private static String type(FieldSpec field) {
    if (!field.oneOf.isEmpty()) {
      return String.join(", ", field.oneOf.stream().map(DocsTable::code).toList());
    }
    String limits =
        field.between == null
            ? ""
            : " " + Json.number(field.between.low()) + "–" + Json.number(field.between.high());
    return switch (field.type()) {
      case ARRAY, SET ->
          field.type().word() + " of " + field.elements().map(DocsTable::type).orElse("anything");
      case MAP -> "map of " + field.values().map(DocsTable::type).orElse("anything");
      case FOREIGN -> "reference to " + field.reference().orElse("");
      default -> field.type().word() + limits;
    };
  }

  private static String code(JsonNode value) {
    return "`" + escaped(value.isString() ? value.stringValue() : value.toString()) + "`";
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
