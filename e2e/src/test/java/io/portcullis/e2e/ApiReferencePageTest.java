package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the reference page to what {@code /openapi.json} says; {@code -Ddocs.write} renders it. */
final class ApiReferencePageTest {
  private static final String HEAD =
      """
      # Reference of the Admin API

      Rendered from `GET /openapi.json`, which a running node makes from the descriptions that check its requests. [The Admin API](admin-api.md) explains
      it; the configurations of plugins stand on [their own pages](plugins/README.md).

      """;

  @TempDir private Path folder;

  @Test
  void the_page_says_what_the_document_says() throws Exception {
    String rendered;
    try (GatewayProcess gateway =
        GatewayProcess.start(folder, Map.of("h2_path", "memory", "proxy_listen", "off"))) {
      rendered = page(JsonMapper.shared().readTree(AdminCall.get(gateway, "/openapi.json").text()));
    }
    Path page = Repository.root().resolve("docs/admin-api-reference.md");
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(page, rendered);
      return;
    }
    assertThat(Files.readString(page)).isEqualTo(rendered);
  }

  private static String page(JsonNode document) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("## Paths\n| Path | Methods |\n|---|---|\n");
    document
        .get("paths")
        .properties()
        .forEach(path -> page.append(line("`" + path.getKey() + "`", methods(path.getValue()))));
    // By name: the order of plugins, which bring some, is that of the class path.
    Map<String, JsonNode> schemas = new TreeMap<>();
    document
        .get("components")
        .get("schemas")
        .properties()
        .forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
    schemas.forEach(
        (name, schema) -> {
          if (name.endsWith("Given") && schema.has("properties")) {
            entity(page, name.substring(0, name.length() - 5), schema);
          }
        });
    return page.toString();
  }

  private static void entity(StringBuilder page, String name, JsonNode schema) {
    page.append("\n## ").append(name).append("\n");
    page.append("| Field | Type | Default | Meaning |\n|---|---|---|---|\n");
    fields(page, "", schema);
  }

  private static void fields(StringBuilder page, String prefix, JsonNode schema) {
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(field -> required.add(field.stringValue()));
    schema
        .get("properties")
        .properties()
        .forEach(
            field -> {
              JsonNode described = field.getValue();
              String name = prefix + field.getKey();
              page.append(
                  line(
                      "`" + name + "`",
                      type(described) + (required.contains(field.getKey()) ? ", required" : ""),
                      described.has("default") ? "`" + described.get("default") + "`" : "",
                      described.path("description").asString("")));
              if (described.has("properties") && !described.has("x-reference")) {
                fields(page, name + ".", described);
              }
            });
  }

  private static String type(JsonNode schema) {
    if (schema.has("x-reference")) {
      return "reference to " + schema.get("x-reference").stringValue();
    }
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.get("enum").forEach(value -> values.add("`" + value.asString("null") + "`"));
      return String.join(", ", values);
    }
    List<String> words = new ArrayList<>();
    if (schema.path("type").isArray()) {
      schema.get("type").forEach(word -> words.add(word.stringValue()));
    } else {
      words.add(schema.path("type").asString("any"));
    }
    String text = String.join(" or ", words);
    if (schema.has("items")) {
      text += " of " + type(schema.get("items"));
    }
    if (schema.has("minimum")) {
      text += " from " + schema.get("minimum") + " to " + schema.get("maximum");
    }
    return text;
  }

  private static String methods(JsonNode path) {
    List<String> methods = new ArrayList<>();
    path.propertyNames()
        .forEach(
            name -> {
              if (!name.equals("parameters")) {
                methods.add(name.toUpperCase(Locale.ROOT));
              }
            });
    return String.join(", ", methods);
  }

  private static String line(String... cells) {
    return "| " + String.join(" | ", cells).replace("\n", " ") + " |\n";
  }
}
