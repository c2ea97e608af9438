package io.portcullis.app.declarative;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.RandomValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the entities out of a file's tree: those that stand inside their parents get a reference to
 * them and stand beside them then, and each gets its id. The tree is used up. One thread.
 */
final class FileItems {
  private final EntitySpecs specs;
  private final Map<String, List<EntitySpecs.Child>> children = new HashMap<>();
  private final FileHead head;
  private final PreviousRows previous;
  private final RandomValues random;
  private final ProblemTree problems;
  private final Map<String, List<FileItem>> items = new LinkedHashMap<>();
  private final KnownEntities known = new KnownEntities();

  FileItems(
      EntitySpecs specs,
      FileHead head,
      PreviousRows previous,
      RandomValues random,
      ProblemTree problems) {
    this.specs = specs;
    specs.shown().forEach(spec -> children.put(spec.name(), specs.childrenOf(spec)));
    this.head = head;
    this.previous = previous;
    this.random = random;
    this.problems = problems;
  }

  /** Entities of a kind in the file's order; the caller may use them up. */
  List<FileItem> of(EntitySpec spec) {
    List<FileItem> taken = items.remove(spec.name());
    return taken == null ? List.of() : taken;
  }

  /** What references can refer to. */
  KnownEntities known() {
    return known;
  }

  void collect(ObjectNode file) {
    for (Map.Entry<String, JsonNode> entry : file.properties()) {
      Place place = Place.TOP.then(entry.getKey());
      Optional<EntitySpec> spec = specs.byName(entry.getKey()).filter(known -> !known.isInternal());
      if (spec.isPresent()) {
        collectList(spec.get(), place, entry.getValue(), null, null);
      } else if (!FileHead.has(entry.getKey())) {
        problems.add(place, "unknown field");
      }
    }
  }

  private void collectList(
      EntitySpec spec,
      Place place,
      JsonNode list,
      @Nullable FieldSpec parentField,
      @Nullable UUID parent) {
    if (list.isNull() || (list.isObject() && list.isEmpty())) {
      return;
    }
    if (!(list instanceof ArrayNode array)) {
      problems.add(place, "expected an array");
      return;
    }
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i) instanceof ObjectNode object) {
        collectItem(spec, place.then(i), object, parentField, parent);
      } else {
        problems.add(place.then(i), "expected a record");
      }
    }
    array.removeAll();
  }

  private void collectItem(
      EntitySpec spec,
      Place place,
      ObjectNode input,
      @Nullable FieldSpec parentField,
      @Nullable UUID parent) {
    input.remove("_comment");
    input.remove("_ignore");
    Map<EntitySpecs.Child, JsonNode> nested = takeNested(spec, input);
    if (parentField != null && parent != null) {
      if (input.has(parentField.name())) {
        problems.add(
            place.then(parentField.name()), "is given by the entity that this one stands in");
      }
      input.set(parentField.name(), reference(parent));
    }
    head.complete(spec, input, place, problems);
    if (head.older()) {
      OlderFormats.modernise(spec.name(), input);
    }
    boolean named = input.hasNonNull("id");
    UUID id = idOf(spec, input);
    if (!named) {
      input.put("id", id.toString());
    }
    items
        .computeIfAbsent(spec.name(), name -> new ArrayList<>())
        .add(new FileItem(spec, place, input, id, named));
    known.add(spec, id, input);
    nested.forEach(
        (child, list) ->
            collectList(child.spec(), place.then(child.spec().name()), list, child.foreign(), id));
  }

  private Map<EntitySpecs.Child, JsonNode> takeNested(EntitySpec spec, ObjectNode input) {
    Map<EntitySpecs.Child, JsonNode> nested = Map.of();
    for (EntitySpecs.Child child : children.getOrDefault(spec.name(), List.of())) {
      String name = child.spec().name();
      if (!input.has(name) || spec.field(name).filter(field -> !field.isTransient()).isPresent()) {
        continue;
      }
      if (nested.isEmpty()) {
        nested = new LinkedHashMap<>();
      }
      nested.put(child, input.remove(name));
    }
    return nested;
  }

  private UUID idOf(EntitySpec spec, ObjectNode input) {
    JsonNode given = input.get("id");
    if (given != null && given.isString()) {
      Optional<UUID> id = uuid(given.stringValue());
      if (id.isPresent()) {
        return id.get();
      }
    }
    return previous
        .idToKeep(spec, input)
        .or(() -> DeterministicIds.of(spec.name(), input))
        .or(() -> previous.idOf(spec, input))
        .orElseGet(random::uuid);
  }

  static ObjectNode reference(UUID id) {
    return JsonNodeFactory.instance.objectNode().put("id", id.toString());
  }

  private static Optional<UUID> uuid(String text) {
    try {
      UUID id = UUID.fromString(text);
      return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }
}
