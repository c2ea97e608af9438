package io.portcullis.app.declarative;

import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds entities of one kind that have in common what only one may have. One thread. */
final class Uniqueness {
  private final EntitySpec spec;
  private final List<String> fields;
  private final ProblemTree problems;
  private final Set<Object> seen = new HashSet<>();

  /** Problems that stand under the entities' names: they are told after those with an index. */
  private final List<Runnable> byName = new ArrayList<>();

  Uniqueness(EntitySpec spec, ProblemTree problems) {
    this.spec = spec;
    this.fields =
        spec.uniqueFields().stream()
            .filter(field -> !Optional.of(field).equals(spec.lookupKey()))
            .toList();
    this.problems = problems;
  }

  private record Value(String field, String value) {}

  private record Together(List<JsonNode> values) {}

  /** Takes an entity that exists elsewhere. */
  void add(StoredEntity stored) {
    for (String field : fields) {
      JsonNode value = stored.body().get(field);
      if (value != null && !value.isNull()) {
        seen.add(new Value(field, value.asString()));
      }
    }
    String name = name(stored.body());
    if (name != null) {
      seen.add(new Value(spec.lookupKey().orElseThrow(), name));
    }
    for (List<String> group : spec.uniqueTogether()) {
      seen.add(together(group, stored.body()));
    }
  }

  /** Takes an entity of the file and tells what it repeats. */
  void check(FileItem item, ObjectNode entity) {
    String name = name(entity);
    if (name != null && !seen.add(new Value(spec.lookupKey().orElseThrow(), name))) {
      problems.add(item.place(), violation(spec.lookupKey().get() + " set to '" + name + "'"));
      return;
    }
    if (!seen.add(item.id())) {
      problems.add(item.place(), violation("primary key set to '" + item.id() + "'"));
      return;
    }
    for (String field : fields) {
      JsonNode value = entity.get(field);
      if (value == null || value.isNull() || seen.add(new Value(field, value.asString()))) {
        continue;
      }
      String message = violation(field + " set to '" + value.asString() + "'");
      if (name == null) {
        problems.add(item.place(), message);
      } else {
        byName.add(() -> problems.addByName(spec.name(), name, item.place(), message));
      }
    }
    for (List<String> group : spec.uniqueTogether()) {
      if (!seen.add(together(group, entity))) {
        problems.add(item.place(), violation("the same " + String.join(", ", group)));
      }
    }
  }

  void finish() {
    byName.forEach(Runnable::run);
  }

  private @Nullable String name(ObjectNode entity) {
    JsonNode name = spec.lookupKey().map(entity::get).orElse(null);
    return name == null || name.isNull() ? null : name.asString();
  }

  private String violation(String what) {
    return "uniqueness violation: '" + spec.name() + "' entity with " + what + " already declared";
  }

  private static Together together(List<String> group, ObjectNode entity) {
    return new Together(
        group.stream()
            .map(field -> entity.hasNonNull(field) ? entity.get(field) : entity.nullNode())
            .toList());
  }
}
