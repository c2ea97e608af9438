package io.portcullis.admin.http;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.JsonSchema;
import io.portcullis.core.schema.JsonSchema.Use;
import io.portcullis.core.schema.PluginSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Admin API as an OpenAPI 3.1 document, made from the endpoints that answer and the specs that
 * check, so that it cannot say anything else than they do.
 */
final class OpenApi {
  /** What answers something else than JSON. */
  private static final Map<String, String> TEXTS =
      Map.of(
          "/metrics", "text/plain",
          "/robots.txt", "text/plain",
          "/portcullis/config", "application/yaml");

  /** Answers 501, as Kong does with its default resolver; there is nothing to describe. */
  private static final Set<String> UNDESCRIBED = Set.of("/status/dns");

  private static final List<String> ORDER = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private final EntitySpecs specs;
  private final ObjectNode document = JsonNodeFactory.instance.objectNode();

  private OpenApi(EntitySpecs specs) {
    this.specs = specs;
  }

  /**
   * Makes the document.
   *
   * @param version of the product
   */
  static ObjectNode of(List<Endpoint> endpoints, EntitySpecs specs, String version) {
    OpenApi api = new OpenApi(specs);
    api.describe(endpoints, version);
    return api.document;
  }

  /** What an endpoint is about. */
  private sealed interface Subject {}

  /** Rows of an entity: all, or those under another one. */
  private record Rows(EntitySpec spec, boolean top) implements Subject {}

  /** One row. */
  private record Row(EntitySpec spec) implements Subject {}

  /** Something about the node. */
  private record Other() implements Subject {}

  private void describe(List<Endpoint> endpoints, String version) {
    document.put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Portcullis Admin API")
        .put("version", version)
        .put(
            "description",
            "Wire-compatible with the Admin API of Kong Gateway 3.9. Every write is one"
                + " transaction; a refused one changes nothing.");
    document.putArray("servers").addObject().put("url", "/");
    ArrayNode security = document.putArray("security");
    security.addObject();
    for (String scheme : List.of("bearer", "token", "basic")) {
      security.addObject().putArray(scheme);
    }
    ObjectNode paths = document.putObject("paths");
    Map<String, Endpoint> sorted = new TreeMap<>();
    endpoints.forEach(endpoint -> sorted.put(endpoint.template(), endpoint));
    sorted.forEach(
        (template, endpoint) -> {
          if (!UNDESCRIBED.contains(template)) {
            paths.set(template, path(endpoint));
          }
        });
    components(document.putObject("components"));
  }

  private ObjectNode path(Endpoint endpoint) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
    for (String segment : endpoint.segments()) {
      if (Endpoint.isParameter(segment)) {
        String name = segment.substring(1, segment.length() - 1);
        ObjectNode parameter = parameters.addObject();
        parameter.put("name", name).put("in", "path").put("required", true);
        specs.byName(name).ifPresent(spec -> parameter.put("description", names(spec)));
        parameter.putObject("schema").put("type", "string").put("minLength", 1);
      }
    }
    if (!parameters.isEmpty()) {
      item.set("parameters", parameters);
    }
    Subject subject = subject(endpoint);
    for (String method : ORDER) {
      if (endpoint.pages().containsKey(method)) {
        item.set(method.toLowerCase(Locale.ROOT), operation(endpoint.template(), method, subject));
      }
    }
    return item;
  }

  private static String names(EntitySpec spec) {
    return spec.lookupKey()
        .map(key -> "The id or the " + key + ".")
        .or(() -> spec.keyBelowParent().map(key -> "The id, or below its parent the " + key + "."))
        .orElse("The id.");
  }

  private ObjectNode operation(String template, String method, Subject subject) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.put("operationId", operationId(template, method));
    operation.putArray("tags").add(tag(subject));
    switch (subject) {
      case Rows rows -> rows(operation, method, rows);
      case Row row -> row(operation, method, row.spec());
      case Other other -> other(operation, template, method);
    }
    ObjectNode responses = (ObjectNode) operation.get("responses");
    responses.putObject("4XX").put("$ref", "#/components/responses/Refusal");
    responses.putObject("503").put("$ref", "#/components/responses/Refusal");
    return operation;
  }

  private static String tag(Subject subject) {
    return switch (subject) {
      case Rows rows -> rows.spec().name();
      case Row row -> row.spec().name();
      case Other other -> "node";
    };
  }

  private void rows(ObjectNode operation, String method, Rows rows) {
    EntitySpec spec = rows.spec();
    ObjectNode responses = JsonNodeFactory.instance.objectNode();
    if (method.equals("GET")) {
      ArrayNode parameters = operation.putArray("parameters");
      // Targets below an upstream are paged by Kong without these bounds.
      ObjectNode size = query(parameters, "size", "Rows on a page, 100 by default.");
      size.put("type", "integer").put("minimum", 1).put("maximum", 1000);
      query(parameters, "offset", "From the answer before.").put("type", "string");
      if (rows.top()) {
        query(parameters, "tags", "All of a,b or one of a/b.").put("type", "string");
      }
      operation.set("responses", responses);
      answer(responses, "200", "A page.").put("$ref", schema(spec, "Page"));
    } else {
      body(operation, schema(spec, "Given"));
      operation.set("responses", responses);
      shown(responses, "201", "The new row.", spec);
    }
  }

  private void row(ObjectNode operation, String method, EntitySpec spec) {
    ObjectNode responses = JsonNodeFactory.instance.objectNode();
    if (!method.equals("GET")) {
      ObjectNode condition = operation.putArray("parameters").addObject();
      condition.put("name", "If-Match").put("in", "header");
      condition.put("description", "The ETag of the row as it was read; 412 when it has changed.");
      condition.putObject("schema").put("type", "string");
    }
    switch (method) {
      case "PUT", "PATCH" ->
          body(operation, schema(spec, method.equals("PUT") ? "Given" : "Changed"));
      default -> {}
    }
    operation.set("responses", responses);
    if (method.equals("DELETE")) {
      responses.putObject("204").put("description", "It is gone, or was not there.");
    } else {
      shown(responses, "200", "The row.", spec);
    }
  }

  private static void other(ObjectNode operation, String template, String method) {
    ObjectNode responses = operation.putObject("responses");
    if (!method.equals("GET") && !method.equals("DELETE")) {
      ObjectNode body = operation.putObject("requestBody").put("required", false);
      body.putObject("content")
          .putObject("application/json")
          .putObject("schema")
          .put("type", "object");
    }
    ObjectNode ok = responses.putObject("2XX").put("description", "Done.");
    String text = TEXTS.get(template);
    if (text != null && method.equals("GET")) {
      ObjectNode schema = ok.putObject("content").putObject(text).putObject("schema");
      if (text.equals("text/plain")) {
        schema.put("type", "string");
      }
    } else if (!method.equals("DELETE")) {
      ok.putObject("content").putObject("application/json").putObject("schema");
    }
  }

  private static ObjectNode query(ArrayNode parameters, String name, String description) {
    ObjectNode parameter = parameters.addObject();
    parameter.put("name", name).put("in", "query").put("description", description);
    return parameter.putObject("schema");
  }

  private static void body(ObjectNode operation, String schema) {
    ObjectNode body = operation.putObject("requestBody").put("required", true);
    body.putObject("content").putObject("application/json").putObject("schema").put("$ref", schema);
  }

  private static void shown(
      ObjectNode responses, String status, String description, EntitySpec spec) {
    answer(responses, status, description).put("$ref", schema(spec, ""));
    ObjectNode headers = ((ObjectNode) responses.get(status)).putObject("headers");
    headers
        .putObject("ETag")
        .put("description", "Names the state of the row.")
        .putObject("schema")
        .put("type", "string");
  }

  /** The schema of an answer's content. */
  private static ObjectNode answer(ObjectNode responses, String status, String description) {
    return responses
        .putObject(status)
        .put("description", description)
        .putObject("content")
        .putObject("application/json")
        .putObject("schema");
  }

  private static String operationId(String template, String method) {
    StringBuilder id = new StringBuilder(method.toLowerCase(Locale.ROOT));
    for (String word : template.split("[^A-Za-z0-9]+")) {
      if (!word.isEmpty()) {
        id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return id.append(template.endsWith("}") ? "One" : "").toString();
  }

  private Subject subject(Endpoint endpoint) {
    List<String> segments = endpoint.segments();
    List<EntitySpec> named = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (i % 2 == 1) {
        if (!Endpoint.isParameter(segment)) {
          return new Other();
        }
        Optional<EntitySpec> spec = specs.byName(segment.substring(1, segment.length() - 1));
        if (spec.isEmpty()) {
          return new Other();
        }
        named.add(spec.get());
      }
    }
    return switch (segments.size()) {
      case 1 ->
          specs
              .byPath(segments.getFirst())
              .<Subject>map(s -> new Rows(s, true))
              .orElse(new Other());
      case 2, 4 -> new Row(named.getLast());
      case 3 -> below(named.getFirst(), segments.getLast());
      default -> new Other();
    };
  }

  private Subject below(EntitySpec parent, String segment) {
    for (EntitySpecs.Child child : specs.childrenOf(parent)) {
      if (child.spec().nestedPath().equals(segment)) {
        return new Rows(child.spec(), false);
      }
    }
    Optional<EntitySpec> target =
        parent.field(segment).flatMap(FieldSpec::reference).flatMap(specs::byName);
    return target.<Subject>map(Row::new).orElse(new Other());
  }

  private void components(ObjectNode components) {
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
    schemes
        .putObject("token")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "Kong-Admin-Token");
    schemes.putObject("basic").put("type", "http").put("scheme", "basic");
    ObjectNode refusal = components.putObject("responses").putObject("Refusal");
    refusal
        .put("description", "Nothing has changed; the body says why.")
        .putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/Refusal");
    ObjectNode schemas = components.putObject("schemas");
    for (EntitySpec spec : specs.shown()) {
      if (spec.name().equals("plugins")) {
        plugins(schemas, spec);
      } else {
        schemas.set(name(spec, ""), JsonSchema.entity(spec, Use.SHOWN));
        schemas.set(name(spec, "Given"), JsonSchema.entity(spec, Use.GIVEN));
        schemas.set(name(spec, "Changed"), JsonSchema.entity(spec, Use.CHANGED));
      }
      page(schemas.putObject(name(spec, "Page")), spec);
    }
    ObjectNode refused = schemas.putObject("Refusal").put("type", "object");
    ObjectNode properties = refused.putObject("properties");
    properties.putObject("message").put("type", "string");
    properties.putObject("name").put("type", "string");
    properties.putObject("code").put("type", "integer");
    properties.putObject("fields").put("type", "object");
    refused.putArray("required").add("message");
  }

  /** One schema per plugin: the name chooses the configuration. */
  private void plugins(ObjectNode schemas, EntitySpec spec) {
    Map<Use, String> uses = Map.of(Use.SHOWN, "", Use.GIVEN, "Given");
    uses.forEach(
        (use, suffix) -> {
          ObjectNode all = schemas.putObject(name(spec, suffix));
          ArrayNode alternatives = all.putArray("oneOf");
          ObjectNode discriminator = all.putObject("discriminator").put("propertyName", "name");
          ObjectNode mapping = discriminator.putObject("mapping");
          for (PluginSpec<?> plugin : specs.plugins().all()) {
            String name = name(spec, suffix) + "." + plugin.name();
            schemas.set(name, JsonSchema.plugin(spec, plugin, use));
            String reference = "#/components/schemas/" + name;
            alternatives.addObject().put("$ref", reference);
            mapping.put(plugin.name(), reference);
          }
        });
    // A change may leave the name out, and then any plugin's fields may be meant.
    schemas.set(name(spec, "Changed"), JsonSchema.entity(spec, Use.CHANGED));
  }

  private static void page(ObjectNode page, EntitySpec spec) {
    page.put("type", "object");
    ObjectNode properties = page.putObject("properties");
    ObjectNode data = properties.putObject("data").put("type", "array");
    data.putObject("items").put("$ref", schema(spec, ""));
    properties.putObject("next").putArray("type").add("string").add("null");
    properties.putObject("offset").putArray("type").add("string").add("integer");
    page.putArray("required").add("data").add("next");
  }

  private static String schema(EntitySpec spec, String suffix) {
    return "#/components/schemas/" + name(spec, suffix);
  }

  /** {@code ca_certificates} and {@code Page} become {@code CaCertificatesPage}. */
  private static String name(EntitySpec spec, String suffix) {
    StringBuilder name = new StringBuilder();
    for (String word : spec.name().split("_")) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return name.append(suffix).toString();
  }
}
