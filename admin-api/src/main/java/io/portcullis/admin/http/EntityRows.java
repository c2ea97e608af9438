package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.RequestBody;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Creates, replaces, changes and removes single rows inside one transaction. */
final class EntityRows {
  private final EntitySpecs specs;
  private final EntityEditor editor;
  private final BodyDecoder decoder;
  private final PluginScopes scopes;
  private final CertificateNames certificates;
  private final AuthoritiesInUse authorities;

  EntityRows(EntitySpecs specs, EntityEditor editor, BodyDecoder decoder, PluginScopes scopes) {
    this.specs = specs;
    this.editor = editor;
    this.decoder = decoder;
    this.scopes = scopes;
    this.certificates = new CertificateNames(specs, editor);
    this.authorities = new AuthoritiesInUse(specs);
  }

  /**
   * What a segment of a path names.
   *
   * @throws Refusal 400 when it cannot name a row; 404 for a server name that has no certificate
   */
  RowKey key(EntityReader reader, EntitySpec spec, String segment) {
    return spec.name().equals("certificates")
        ? new RowKey.Id(certificates.idOf(reader, segment))
        : RowKey.of(editor, spec, segment);
  }

  /** What a segment of a path below a row names; as {@link #key}. */
  RowKey key(EntityReader reader, EntitySpec spec, Parent parent, String segment) {
    return spec.keyBelowParent().isPresent()
        ? RowKey.below(editor, spec, parent.field(), parent.id(), segment)
        : key(reader, spec, segment);
  }

  /** The row, or 404. */
  ObjectNode existing(EntityReader reader, EntitySpec spec, String segment) {
    return key(reader, spec, segment).find(reader, spec).orElseThrow(Refusal::notFound);
  }

  /** A stored row as answers show it. */
  ObjectNode shown(EntitySpec spec, ObjectNode stored) {
    return editor.shown(spec, stored);
  }

  /**
   * Adds a row.
   *
   * @param parent overrides the body's reference; null when the path names no parent
   */
  ObjectNode create(
      EntityWriter writer, EntitySpec spec, RequestBody body, @Nullable Parent parent) {
    return create(writer, spec, decoder.decode(spec, body, null), parent);
  }

  /** Adds a row of input that is decoded already. */
  ObjectNode create(
      EntityWriter writer, EntitySpec spec, ObjectNode input, @Nullable Parent parent) {
    if (parent != null) {
      input.set(parent.field(), reference(parent.id()));
    }
    ObjectNode entity = accepted(editor.insert(spec, input, lookup(writer)));
    checkStorable(entity);
    scopes.checkGiven(writer, spec, input, entity);
    writer.insert(spec, entity);
    return entity;
  }

  /** Adds or replaces the row that a path names. */
  ObjectNode put(
      EntityWriter writer, EntitySpec spec, RowKey key, RequestBody body, @Nullable Parent parent) {
    return put(writer, spec, key, decoder.decode(spec, body, null), parent);
  }

  /** The same with input that is decoded already. */
  ObjectNode put(
      EntityWriter writer, EntitySpec spec, RowKey key, ObjectNode input, @Nullable Parent parent) {
    Optional<ObjectNode> existing = key.find(writer, spec);
    String lookupField = null;
    switch (key) {
      case RowKey.Id(UUID id) -> input.put("id", id.toString());
      case RowKey.Lookup(String field, String value) -> {
        input.put(field, value);
        lookupField = field;
      }
      case RowKey.Below below -> {
        input.put(below.field(), below.value());
        lookupField = below.field();
      }
    }
    if (parent != null) {
      input.set(parent.field(), reference(parent.id()));
    }
    ObjectNode entity =
        accepted(editor.replace(spec, existing.orElse(null), input, lookup(writer)));
    checkStorable(entity);
    scopes.checkGiven(writer, spec, input, entity);
    writer.put(spec, entity, existing.isPresent(), lookupField);
    return entity;
  }

  /** Changes some fields of a stored row. */
  ObjectNode patch(
      EntityWriter writer, EntitySpec spec, RowKey key, ObjectNode stored, RequestBody body) {
    return change(writer, spec, key, stored, decoder.decode(spec, body, stored));
  }

  /** Changes some fields of a stored row that a path names below its parent. */
  ObjectNode patch(
      EntityWriter writer,
      EntitySpec spec,
      RowKey key,
      ObjectNode stored,
      RequestBody body,
      Parent parent) {
    ObjectNode patch = decoder.decode(spec, body, stored);
    if (!patch.has(parent.field())) {
      patch.set(parent.field(), reference(parent.id()));
    }
    return change(writer, spec, key, stored, patch);
  }

  /** Changes some fields of the row that a path names. */
  ObjectNode patch(EntityWriter writer, EntitySpec spec, RowKey key, RequestBody body) {
    Optional<ObjectNode> stored = key.find(writer, spec);
    if (stored.isPresent()) {
      return patch(writer, spec, key, stored.get(), body);
    }
    if (spec.name().equals("plugins") && !decoder.decode(spec, body, null).has("name")) {
      throw Refusal.notFound(); // Kong reads the stored plugin to learn its name, and finds none
    }
    ApiError missing = key.missing();
    throw new Refusal(missing.status(), missing.toJson());
  }

  /** Lets a stored row refer to another one. */
  void link(EntityWriter writer, EntitySpec spec, ObjectNode stored, Parent target) {
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    change.set(target.field(), reference(target.id()));
    change(writer, spec, new RowKey.Id(id(stored)), stored, change);
  }

  void delete(EntityWriter writer, EntitySpec spec, RowKey key, ObjectNode stored) {
    if (spec.name().equals("ca_certificates")) {
      authorities.checkUnused(writer, id(stored));
    }
    writer.delete(spec, id(stored), lookupField(key));
  }

  /** A foreign field and what it refers to. */
  record Parent(String field, UUID id) {}

  static UUID id(ObjectNode row) {
    return UUID.fromString(row.get("id").stringValue());
  }

  /** What a foreign field of a row refers to. */
  static Optional<UUID> reference(ObjectNode row, String field) {
    JsonNode reference = row.get(field);
    return reference == null || !reference.isObject()
        ? Optional.empty()
        : Optional.of(UUID.fromString(reference.get("id").stringValue()));
  }

  /** Changes a stored row by a patch that is decoded already. */
  ObjectNode change(
      EntityWriter writer, EntitySpec spec, RowKey key, ObjectNode stored, ObjectNode patch) {
    ObjectNode entity = accepted(editor.update(spec, stored, patch, lookup(writer)));
    checkStorable(entity);
    scopes.check(writer, spec, entity);
    writer.update(spec, entity, lookupField(key));
    return entity;
  }

  private static @Nullable String lookupField(RowKey key) {
    return switch (key) {
      case RowKey.Id id -> null;
      case RowKey.Lookup lookup -> lookup.field();
      case RowKey.Below below -> below.field();
    };
  }

  private static ObjectNode reference(UUID id) {
    return JsonNodeFactory.instance.objectNode().put("id", id.toString());
  }

  private ForeignLookup lookup(EntityReader reader) {
    return new StoredReferences(specs, reader);
  }

  static ObjectNode accepted(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted(ObjectNode entity) -> entity;
      case Outcome.Rejected(ApiError error) -> throw new Refusal(error.status(), error.toJson());
    };
  }

  /** PostgreSQL's text cannot hold NUL; Kong answers with a 500 there. */
  private static void checkStorable(ObjectNode entity) {
    for (Map.Entry<String, JsonNode> field : entity.properties()) {
      if (field.getValue().isString() && field.getValue().stringValue().indexOf('\0') >= 0) {
        ApiError error =
            ApiError.schemaViolation(field.getKey(), "must not contain the character U+0000");
        throw new Refusal(error.status(), error.toJson());
      }
    }
  }
}
