package io.portcullis.core.entity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads typed values out of a stored entity: the one place where Kong's snake_case meets our
 * records.
 */
final class EntityDocument {
  private final ObjectNode body;

  EntityDocument(ObjectNode body) {
    this.body = body;
  }

  UUID id() {
    return UUID.fromString(required("id").stringValue());
  }

  String string(String field) {
    return required(field).stringValue();
  }

  String string(String field, String fallback) {
    String value = optionalString(field);
    return value == null ? fallback : value;
  }

  @Nullable String optionalString(String field) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? null : node.stringValue();
  }

  int integer(String field, int fallback) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? fallback : node.intValue();
  }

  boolean bool(String field, boolean fallback) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? fallback : node.booleanValue();
  }

  double number(String field) {
    return number(field, 0);
  }

  double number(String field, double fallback) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? fallback : node.doubleValue();
  }

  /** A record inside; an empty one where there is none. */
  EntityDocument record(String field) {
    return new EntityDocument(
        body.get(field) instanceof ObjectNode inner
            ? inner
            : JsonNodeFactory.instance.objectNode());
  }

  List<Integer> integers(String field, List<Integer> fallback) {
    JsonNode node = body.get(field);
    if (node == null || node.isNull()) {
      return fallback;
    }
    List<Integer> integers = new ArrayList<>(node.size());
    node.forEach(element -> integers.add(element.intValue()));
    return List.copyOf(integers);
  }

  List<String> strings(String field) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? List.of() : strings(node);
  }

  Map<String, List<String>> lists(String field) {
    JsonNode node = body.get(field);
    if (node == null || node.isNull()) {
      return Map.of();
    }
    Map<String, List<String>> lists = new LinkedHashMap<>();
    node.properties().forEach(entry -> lists.put(entry.getKey(), strings(entry.getValue())));
    return lists;
  }

  /** The id inside a foreign reference, or null. */
  @Nullable UUID reference(String field) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? null : UUID.fromString(node.get("id").stringValue());
  }

  private JsonNode required(String field) {
    JsonNode node = body.get(field);
    if (node == null || node.isNull()) {
      // Not the body: it may hold secrets, and this text goes to the log.
      throw new IllegalArgumentException(
          "stored entity " + body.path("id").asString("without id") + " lacks '" + field + "'");
    }
    return node;
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>(array.size());
    array.forEach(element -> strings.add(element.stringValue()));
    return List.copyOf(strings);
  }
}
