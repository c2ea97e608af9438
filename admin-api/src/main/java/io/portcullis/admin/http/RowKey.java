package io.portcullis.admin.http;

import io.portcullis.admin.wire.PercentEncoding;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** How a path names a row. */
sealed interface RowKey {
  /** By primary key. */
  record Id(UUID id) implements RowKey {}

  /** By the entity's lookup key: a name, a username. */
  record Lookup(String field, String value) implements RowKey {}

  /** By a field that is unique among the rows of one parent. */
  record Below(String parentField, UUID parent, String field, String value) implements RowKey {}

  /**
   * Reads a segment of a path below a row. Whatever looks like a UUID is an id.
   *
   * @throws Refusal 400 with code 1 or 10 when it cannot name a row, 404 when there can be none
   */
  static RowKey below(
      EntityEditor editor, EntitySpec spec, String parentField, UUID parent, String segment) {
    Optional<String> field = spec.keyBelowParent();
    if (field.isEmpty() || isUuid(segment)) {
      return of(editor, spec, segment);
    }
    if (segment.indexOf('\0') >= 0 || !PercentEncoding.isWellFormed(segment)) {
      throw Refusal.notFound();
    }
    return new Below(parentField, parent, field.get(), segment);
  }

  /**
   * Reads a segment of a path. Whatever looks like a UUID is an id.
   *
   * @throws Refusal 400 with code 1 or 10 when it cannot name a row
   */
  static RowKey of(EntityEditor editor, EntitySpec spec, String segment) {
    if (isUuid(segment)) {
      return new Id(UUID.fromString(segment));
    }
    int malformed = PercentEncoding.firstMalformed(segment);
    if (malformed > 0 && spec.lookupKey().isPresent()) {
      throw refusal(
          ApiError.invalidUnique(
              spec.lookupKey().get(),
              "invalid utf-8 character sequence detected at position " + malformed));
    }
    Optional<ApiError> refused = editor.refusalOfLookupKey(spec, segment);
    if (refused.isPresent()) {
      throw refusal(refused.get());
    }
    return new Lookup(spec.lookupKey().orElseThrow(), segment);
  }

  /** The row, if it is there. */
  default Optional<ObjectNode> find(EntityReader reader, EntitySpec spec) {
    return switch (this) {
      case Id(UUID id) -> reader.find(spec, id);
      case Lookup(String field, String value) -> reader.findBy(spec, field, value);
      case Below(String parentField, UUID parent, String field, String value) ->
          reader.under(spec, parentField, List.of(parent)).stream()
              .filter(row -> value.equals(row.path(field).asString(null)))
              .findFirst();
    };
  }

  /** What PATCH says when the row is missing. */
  default ApiError missing() {
    return switch (this) {
      case Id(UUID id) -> ApiError.notFound(id.toString());
      case Lookup(String field, String value) -> ApiError.notFoundBy(field, value);
      case Below below -> ApiError.notFoundBy(below.field(), below.value());
    };
  }

  /** 8-4-4-4-12 hexadecimal digits; Java's own parser takes shorter groups too. */
  static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char unit = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? unit != '-' : unit >= 0x80 || Character.digit(unit, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Refusal refusal(ApiError error) {
    return new Refusal(error.status(), error.toJson());
  }
}
