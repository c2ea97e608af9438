package io.portcullis.app.declarative;

import io.portcullis.app.declarative.ProblemTree.Place;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import io.portcullis.core.schema.Paths;
import io.portcullis.core.schema.RandomValues;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads Kong's declarative format, YAML or JSON: children inside their parents or beside them,
 * references by id or name, ids made from names. Checks everything before it answers, and reports
 * all problems at once. Thread-safe.
 */
public final class DeclarativeFile {
  private static final Set<String> VERSIONS = Set.of("1.1", "2.1", "3.0");
  private static final Set<String> TOP_KEYS =
      Set.of("_format_version", "_transform", "_comment", "_ignore", "_info");
  private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9._~/%-]*");

  private final EntitySpecs specs;
  private final Map<String, List<EntitySpecs.Child>> children = new HashMap<>();
  private final EntityEditor editor;
  private final RandomValues random;

  public DeclarativeFile(EntitySpecs specs, InstantSource clock, RandomValues random) {
    this.specs = specs;
    specs.all().forEach(spec -> children.put(spec.name(), specs.childrenOf(spec)));
    this.editor = new EntityEditor(specs, clock, random);
    this.random = random;
  }

  /** An entity of the file before it is checked. */
  private record Item(EntitySpec spec, Place place, ObjectNode input, UUID id) {}

  /** The work on one file. */
  private final class Reading {
    final ProblemTree problems = new ProblemTree();
    final Map<String, List<Item>> items = new LinkedHashMap<>();
    final PreviousRows previous;
    boolean oldPaths;
    private final Map<String, UUID> called = new HashMap<>();

    Reading(List<StoredEntity> previous) {
      this.previous = new PreviousRows(specs, previous);
    }

    void add(Item item) {
      String entity = item.spec().name();
      items.computeIfAbsent(entity, name -> new ArrayList<>()).add(item);
      called.putIfAbsent(entity + ":" + item.id(), item.id());
      item.spec()
          .lookupKey()
          .map(item.input()::get)
          .filter(JsonNode::isString)
          .ifPresent(key -> called.putIfAbsent(entity + ":" + key.stringValue(), item.id()));
    }

    /** The entity that a reference means, by id or lookup key. */
    Optional<UUID> find(String entity, String wanted) {
      UUID byKey = called.get(entity + ":" + wanted);
      return Optional.ofNullable(
          byKey != null ? byKey : called.get(entity + ":" + wanted.toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * Reads a file.
   *
   * @param previous what the last reading answered: entities that the file still holds keep the ids
   *     and timestamps that were made up for them
   */
  public DeclarativeResult read(String text, List<StoredEntity> previous) {
    Reading reading = new Reading(previous);
    List<StoredEntity> entities = List.of();
    try {
      if (YamlText.parse(text) instanceof ObjectNode root) {
        collectTop(reading, root);
        entities = check(reading);
      } else {
        reading.problems.add(
            Place.TOP.then("error"),
            "failed parsing declarative configuration: expected an object");
      }
    } catch (UnreadableFileException broken) {
      reading.problems.add(
          Place.TOP.then("error"),
          "failed parsing declarative configuration: " + broken.getMessage());
    }
    return reading.problems.isEmpty()
        ? new DeclarativeResult.Loaded(entities, md5(text))
        : new DeclarativeResult.Refused(reading.problems.problems(), reading.problems.fields());
  }

  private void collectTop(Reading reading, ObjectNode root) {
    JsonNode version = root.get("_format_version");
    if (version == null || version.isNull()) {
      reading.problems.add(Place.TOP.then("_format_version"), "required field missing");
    } else if (!version.isString()) {
      reading.problems.add(Place.TOP.then("_format_version"), "expected a string");
    } else if (!VERSIONS.contains(version.stringValue())) {
      reading.problems.add(Place.TOP.then("_format_version"), "expected one of: 1.1, 2.1, 3.0");
    } else {
      reading.oldPaths = !version.stringValue().equals("3.0");
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      Optional<EntitySpec> spec = specs.byName(entry.getKey());
      if (spec.isPresent()) {
        collectList(
            reading, spec.get(), Place.TOP.then(entry.getKey()), entry.getValue(), null, null);
      } else if (!TOP_KEYS.contains(entry.getKey())) {
        reading.problems.add(Place.TOP.then(entry.getKey()), "unknown field");
      }
    }
  }

  private void collectList(
      Reading reading,
      EntitySpec spec,
      Place place,
      JsonNode list,
      @Nullable FieldSpec parentField,
      @Nullable UUID parent) {
    if (list.isNull() || (list.isObject() && list.isEmpty())) {
      return;
    }
    if (!list.isArray()) {
      reading.problems.add(place, "expected an array");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof ObjectNode object) {
        collectItem(reading, spec, place.then(i), object, parentField, parent);
      } else {
        reading.problems.add(place.then(i), "expected a record");
      }
    }
  }

  private void collectItem(
      Reading reading,
      EntitySpec spec,
      Place place,
      ObjectNode given,
      @Nullable FieldSpec parentField,
      @Nullable UUID parent) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.setAll(given);
    input.remove(List.of("_comment", "_ignore"));
    Map<EntitySpecs.Child, JsonNode> nested = new LinkedHashMap<>();
    for (EntitySpecs.Child child : children.getOrDefault(spec.name(), List.of())) {
      String name = child.spec().name();
      boolean ownField = spec.field(name).filter(field -> !field.isTransient()).isPresent();
      if (!ownField && input.has(name)) {
        nested.put(child, Objects.requireNonNull(input.remove(name)));
      }
    }
    if (parentField != null && parent != null) {
      if (input.has(parentField.name())) {
        reading.problems.add(
            place.then(parentField.name()), "is given by the entity that this one stands in");
      }
      input.set(parentField.name(), reference(parent));
    }
    if (reading.oldPaths && spec.name().equals("routes")) {
      modernisePaths(input);
    }
    UUID id = idOf(reading, spec, input);
    if (!input.hasNonNull("id")) {
      input.put("id", id.toString());
    }
    reading.add(new Item(spec, place, input, id));
    nested.forEach(
        (child, list) ->
            collectList(
                reading, child.spec(), place.then(child.spec().name()), list, child.foreign(), id));
  }

  private UUID idOf(Reading reading, EntitySpec spec, ObjectNode input) {
    JsonNode given = input.get("id");
    if (given != null && given.isString()) {
      Optional<UUID> id = uuid(given.stringValue());
      if (id.isPresent()) {
        return id.get();
      }
    }
    return DeterministicIds.of(spec.name(), input)
        .or(() -> reading.previous.idOf(spec, input))
        .orElseGet(random::uuid);
  }

  /** Before 3.0 paths were regexes when they looked like one, and were not kept normalised. */
  private static void modernisePaths(ObjectNode route) {
    if (!(route.get("paths") instanceof ArrayNode paths)) {
      return;
    }
    ArrayNode modern = paths.deepCopy();
    for (int i = 0; i < paths.size(); i++) {
      if (paths.get(i).isString() && paths.get(i).stringValue().startsWith("/")) {
        String path = paths.get(i).stringValue();
        modern.set(
            i,
            JsonNodeFactory.instance.stringNode(
                PLAIN_PATH.matcher(path).matches() ? Paths.normal(path) : "~" + path));
      }
    }
    route.set("paths", modern);
  }

  private List<StoredEntity> check(Reading reading) {
    List<StoredEntity> entities = new ArrayList<>();
    for (EntitySpec spec : specs.all()) {
      Set<String> seen = new HashSet<>();
      for (Item item : reading.items.getOrDefault(spec.name(), List.of())) {
        resolve(reading, item);
        Outcome outcome = editor.insert(spec, item.input(), ForeignLookup.NONE);
        switch (outcome) {
          case Outcome.Rejected rejected -> {
            ObjectNode fields = rejected.error().fields();
            if (fields != null) {
              reading.problems.add(item.place(), fields);
            }
          }
          case Outcome.Accepted accepted -> {
            checkUnique(reading, item, accepted.entity(), seen);
            entities.add(
                new StoredEntity(
                    spec.name(),
                    item.id(),
                    reading.previous.unchanged(item.input(), spec, accepted.entity())));
          }
        }
      }
    }
    return List.copyOf(entities);
  }

  /** Turns references by id or lookup key into references by id. */
  private static void resolve(Reading reading, Item item) {
    for (FieldSpec field : item.spec().foreigns()) {
      JsonNode given = item.input().get(field.name());
      if (given == null || given.isNull()) {
        continue;
      }
      String target = field.reference().orElseThrow();
      String wanted = wanted(given);
      if (wanted == null) {
        continue;
      }
      Optional<UUID> found = reading.find(target, wanted);
      if (found.isPresent()) {
        item.input().set(field.name(), reference(found.get()));
      } else {
        reading.problems.add(
            item.place().then(field.name()),
            "invalid reference '"
                + field.name()
                + ": "
                + wanted
                + "' (no such entry in '"
                + target
                + "')");
        item.input().remove(field.name());
      }
    }
  }

  /** The text that a reference holds: as such, or as the id or only entry of an object. */
  private static @Nullable String wanted(JsonNode reference) {
    if (reference.isString()) {
      return reference.stringValue();
    }
    JsonNode named = null;
    if (reference instanceof ObjectNode object) {
      JsonNode id = object.get("id");
      named = id == null && object.size() == 1 ? object.iterator().next() : id;
    }
    return named != null && named.isString() ? named.stringValue() : null;
  }

  private static void checkUnique(Reading reading, Item item, ObjectNode entity, Set<String> seen) {
    String name = item.spec().name();
    for (String field : item.spec().uniqueFields()) {
      JsonNode value = entity.get(field);
      if (value != null && !value.isNull() && !seen.add(field + "=" + value)) {
        reading.problems.add(
            item.place(),
            "uniqueness violation: '"
                + name
                + "' entity with "
                + field
                + " set to '"
                + value.asString()
                + "' already declared");
      }
    }
    if (!seen.add("id=" + item.id())) {
      reading.problems.add(
          item.place(),
          "uniqueness violation: '"
              + name
              + "' entity with primary key set to '"
              + item.id()
              + "' already declared");
    }
    for (List<String> group : item.spec().uniqueTogether()) {
      StringBuilder values = new StringBuilder();
      group.forEach(field -> values.append(field).append('=').append(entity.get(field)));
      if (!seen.add(values.toString())) {
        reading.problems.add(
            item.place(),
            "uniqueness violation: '"
                + name
                + "' entity with the same "
                + String.join(", ", group)
                + " already declared");
      }
    }
  }

  private static ObjectNode reference(UUID id) {
    ObjectNode reference = JsonNodeFactory.instance.objectNode();
    reference.put("id", id.toString());
    return reference;
  }

  private static Optional<UUID> uuid(String text) {
    try {
      UUID id = UUID.fromString(text);
      return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  private static String md5(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
