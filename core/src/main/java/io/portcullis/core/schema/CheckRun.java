package io.portcullis.core.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a {@link Check} sees of one value, and where it reports. One thread. */
public final class CheckRun {
  private final Validator validator;
  private final List<FieldSpec> fields;
  private final ObjectNode root;
  private final Violations violations;
  private final String prefix;

  CheckRun(
      Validator validator,
      List<FieldSpec> fields,
      ObjectNode root,
      Violations violations,
      String prefix) {
    this.validator = validator;
    this.fields = fields;
    this.root = root;
    this.violations = violations;
    this.prefix = prefix;
  }

  CheckRun inside(String part) {
    return new CheckRun(validator, fields, root, violations, prefix + part + ".");
  }

  /** Whether a stored entity is being changed by a PATCH: some messages say so. */
  public boolean updating() {
    return validator.updating();
  }

  /** The field's value; empty when it is null or absent. */
  public Optional<JsonNode> value(String path) {
    JsonNode node = Json.at(root, steps(path));
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** Whether the field holds something other than null, an empty list, map or text. */
  public boolean isNonEmpty(String path) {
    return value(path)
        .filter(
            node ->
                node.isContainer()
                    ? !node.isEmpty()
                    : !(node.isString() && node.stringValue().isEmpty()))
        .isPresent();
  }

  /** The field's name as messages show it: from the entity down. */
  public String fullName(String path) {
    return prefix + path;
  }

  /** Reports a message about one field. */
  public void refuse(String path, String message) {
    violations.put(steps(path), Json.of(message));
  }

  /** Reports a message about the record as a whole. */
  public void refuse(String message) {
    violations.addEntityError(message);
  }

  /** Matches a field's value against its own description overlaid with {@code match}. */
  @Nullable JsonNode mismatch(String path, FieldSpec match) {
    JsonNode node = Json.at(root, steps(path));
    Optional<FieldSpec> base = fieldAt(steps(path));
    FieldSpec merged = base.isPresent() ? Overlay.of(base.get(), match) : match;
    return validator.check(merged, node == null ? Json.of(null) : node);
  }

  void refuse(String path, JsonNode error) {
    violations.put(steps(path), error);
  }

  private List<String> steps(String path) {
    return Arrays.asList((prefix + path).split("\\."));
  }

  private Optional<FieldSpec> fieldAt(List<String> steps) {
    List<FieldSpec> level = fields;
    FieldSpec found = null;
    for (String step : steps) {
      found = null;
      for (FieldSpec field : level) {
        if (field.name().equals(step)) {
          found = field;
        }
      }
      if (found == null) {
        return Optional.empty();
      }
      level = found.fields();
    }
    return Optional.ofNullable(found);
  }
}
