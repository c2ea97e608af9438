package io.portcullis.app.declarative;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.FieldSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The entities of a file by id and by name, each kind for itself, and references to them. */
final class KnownEntities {
  private final Map<String, Set<UUID>> ids = new HashMap<>();
  private final Map<String, Map<String, UUID>> names = new HashMap<>();

  void add(EntitySpec spec, UUID id, ObjectNode input) {
    ids.computeIfAbsent(spec.name(), name -> new HashSet<>()).add(id);
    spec.lookupKey()
        .map(input::get)
        .filter(JsonNode::isString)
        .ifPresent(
            key ->
                names
                    .computeIfAbsent(spec.name(), name -> new HashMap<>())
                    .putIfAbsent(key.stringValue(), id));
  }

  /**
   * Turns references by id or name into references by id; those to nothing are problems.
   *
   * @return whether all of them refer to something
   */
  boolean resolve(FileItem item, ProblemTree problems) {
    boolean all = true;
    for (FieldSpec field : item.spec().foreigns()) {
      String wanted = wanted(item.input().get(field.name()));
      if (wanted == null) {
        continue;
      }
      String entity = field.reference().orElseThrow();
      Optional<UUID> found = find(entity, wanted);
      // Any id in place of none, so that a required field does not count as missing too.
      item.input().set(field.name(), FileItems.reference(found.orElse(new UUID(0, 0))));
      if (found.isEmpty()) {
        all = false;
        String reference = field.name() + ": " + wanted;
        problems.addToList(
            item.place(),
            "invalid reference '" + reference + "' (no such entry in '" + entity + "')");
      }
    }
    return all;
  }

  private Optional<UUID> find(String entity, String wanted) {
    UUID byName = names.getOrDefault(entity, Map.of()).get(wanted);
    if (byName != null) {
      return Optional.of(byName);
    }
    try {
      UUID id = UUID.fromString(wanted.toLowerCase(Locale.ROOT));
      return Optional.of(id).filter(ids.getOrDefault(entity, Set.of())::contains);
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
  }

  /** The text that a reference holds: as such, or as the id or only entry of an object. */
  private static @Nullable String wanted(@Nullable JsonNode reference) {
    if (reference != null && reference.isString()) {
      return reference.stringValue();
    }
    JsonNode named = null;
    if (reference instanceof ObjectNode object) {
      JsonNode id = object.get("id");
      named = id == null && object.size() == 1 ? object.iterator().next() : id;
    }
    return named != null && named.isString() ? named.stringValue() : null;
  }
}
