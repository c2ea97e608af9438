package io.portcullis.plugins.composition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes calls of a GraphQL operation. A query has its variables from the request's parameters, a
 * mutation from its body. Immutable.
 */
final class GraphQlOperation {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final String VARIABLES = "variables";

  private final GraphQlConfig config;
  private final boolean mutation;

  /** Variables that a placeholder stands for. */
  private final Map<String, UrlPattern> placeholders = new HashMap<>();

  GraphQlOperation(GraphQlConfig config) {
    this.config = config;
    this.mutation = config.type().equals("mutation");
    if (!mutation) {
      config
          .variables()
          .forEach(
              (name, value) -> {
                if (isPlaceholder(value)) {
                  placeholders.put(name, new UrlPattern(value.stringValue()));
                }
              });
    }
  }

  /** Whether a variable's value is one placeholder and nothing else. */
  static boolean isPlaceholder(JsonNode value) {
    return value.isString()
        && value.stringValue().length() > 2
        && value.stringValue().startsWith("{")
        && value.stringValue().endsWith("}");
  }

  String method() {
    return config.method();
  }

  /** Whether it goes into the URL; else it is the body. */
  boolean isInUrl() {
    return config.method().equals("GET");
  }

  /**
   * What is asked of the backend.
   *
   * @throws RuntimeException when a mutation's variables cannot be read
   */
  ObjectNode document(ClientRequest request, List<Map<String, Object>> earlier) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("query", config.query());
    String name = config.operationName();
    if (name != null && !name.isEmpty()) {
      document.put("operationName", name);
    }
    ObjectNode variables = mutation ? fromBody(request.body()) : given(request, earlier);
    if (!variables.isEmpty()) {
      document.set(VARIABLES, variables);
    }
    return document;
  }

  private ObjectNode given(ClientRequest request, List<Map<String, Object>> earlier) {
    ObjectNode variables = JsonNodeFactory.instance.objectNode();
    config
        .variables()
        .forEach(
            (name, value) -> {
              UrlPattern placeholder = placeholders.get(name);
              if (placeholder == null) {
                variables.set(name, value);
              } else {
                String found = placeholder.firstValue(request, earlier);
                variables.put(name, found == null ? "" : found);
              }
            });
    return variables;
  }

  private ObjectNode fromBody(byte[] body) {
    if (!(JSON.readTree(body) instanceof ObjectNode variables)) {
      throw new IllegalArgumentException("the body of a mutation has to be an object of variables");
    }
    config
        .variables()
        .forEach(
            (name, value) -> {
              if (!variables.has(name)) {
                variables.set(name, value);
              }
            });
    return variables;
  }

  static byte[] bytes(ObjectNode document) {
    return JSON.writeValueAsBytes(document);
  }

  /** The arguments of a call, and those that say what is asked. */
  static List<ClientRequest.Argument> with(
      List<ClientRequest.Argument> arguments, ObjectNode document) {
    List<ClientRequest.Argument> all = new ArrayList<>(arguments);
    for (Map.Entry<String, JsonNode> member : document.properties()) {
      JsonNode value = member.getValue();
      String text = value.isString() ? value.stringValue() : JSON.writeValueAsString(value);
      all.add(new ClientRequest.Argument(member.getKey(), text));
    }
    return all;
  }
}
