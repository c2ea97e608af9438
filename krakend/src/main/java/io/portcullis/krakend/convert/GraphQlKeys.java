package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns {@code backend/graphql} into what {@code composition} has for it. */
final class GraphQlKeys {
  private static final long LONGEST = 1 << 20;

  private GraphQlKeys() {}

  /**
   * Adds the operation to a backend.
   *
   * @param known whether a placeholder has a value
   */
  static void take(
      Section graphql, Predicate<String> known, ObjectNode backend, Findings findings) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    String type = Section.lower(graphql.text("type"));
    String method = graphql.text("method", "POST").toUpperCase(Locale.ROOT);
    if (!method.equals("GET") && !method.equals("POST")) {
      findings.mistake(graphql.at("method"), "method '" + method + "' counts as POST");
      method = "POST";
    }
    String query = query(graphql, findings);
    String name = graphql.text("operationName", "");
    JsonNode variables = variables(graphql, known, type.equals("query"), findings);
    graphql.finish();
    if (!type.equals("query") && !type.equals("mutation")) {
      findings.mistake(
          graphql.at("type"),
          "'type' is neither query nor mutation, so 'backend/graphql' has no effect");
      return;
    }
    if (query == null) {
      return;
    }
    config.put("type", type);
    config.put("method", method);
    config.put("query", query);
    if (!name.isEmpty()) {
      config.put("operation_name", name);
    }
    config.set("variables", variables);
    backend.set("graphql", config);
  }

  /** The document, written out or in a file; the file goes before. Null when there is none. */
  private static @Nullable String query(Section graphql, Findings findings) {
    String written = graphql.text("query", "");
    String path = graphql.text("query_path", "");
    if (path.isEmpty()) {
      if (written.isEmpty()) {
        findings.error(graphql.at(), "'backend/graphql' without 'query' or 'query_path'");
        return null;
      }
      return written;
    }
    try {
      Path file = Path.of(path);
      if (Files.size(file) > LONGEST) {
        findings.error(graphql.at("query_path"), path + " is longer than a mebibyte");
        return null;
      }
      return Files.readString(file);
    } catch (IOException | InvalidPathException e) {
      findings.error(graphql.at("query_path"), "'query_path': " + path + " cannot be read");
      return null;
    }
  }

  private static JsonNode variables(
      Section graphql, Predicate<String> known, boolean replaced, Findings findings) {
    Section variables = graphql.section("variables");
    ObjectNode taken = JsonNodeFactory.instance.objectNode();
    for (Value.Member member : variables.members()) {
      Value value = variables.any(member.name());
      if (value == null) {
        taken.putNull(member.name());
        continue;
      }
      taken.set(member.name(), value.json());
      if (replaced
          && value instanceof Value.Text(String text, var at)
          && text.startsWith("{")
          && text.endsWith("}")
          && text.length() > 2
          && !known.test(text.substring(1, text.length() - 1))) {
        findings.mistake(at, "variable '" + member.name() + "': " + text + " is always empty");
      }
    }
    return taken;
  }
}
