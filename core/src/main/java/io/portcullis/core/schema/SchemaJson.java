package io.portcullis.core.schema;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Schema documents as {@code GET /schemas/…} answers them. Clients read defaults from them. */
public final class SchemaJson {
  private static final Set<String> SCOPES = Set.of("consumer", "service", "route");

  private SchemaJson() {}

  /** The document of an entity. */
  public static ObjectNode entity(EntitySpec spec) {
    return document(spec.fields(), spec.checks());
  }

  /** The document of a plugin: only what it adds to or changes in the plugin entity. */
  public static ObjectNode plugin(PluginSpec<?> spec) {
    ObjectNode document = Json.NODES.objectNode();
    document.set("entity_checks", checks(spec.entityChecks()));
    ArrayNode fields = document.putArray("fields");
    for (String scope : List.of("consumer", "service", "route")) {
      if (spec.forbiddenScopes().contains(scope) && SCOPES.contains(scope)) {
        add(fields, Fields.foreign(scope, scope + "s").eqNull());
      }
    }
    add(fields, spec.protocolsField());
    add(fields, spec.config());
    return document;
  }

  /** What {@code /schemas/vaults/{type}} answers; empty for a type that is unknown. */
  public static Optional<ObjectNode> vault(String type) {
    return VaultSpec.config(type).map(config -> document(List.of(config), List.of()));
  }

  static ObjectNode attributes(FieldSpec field) {
    ObjectNode json = Json.NODES.objectNode();
    if (field.type() != FieldType.ANY) {
      json.put("type", field.type().word());
    }
    set(json, "description", field.doc);
    set(json, "reference", field.reference);
    if (field.onDelete == OnDelete.CASCADE) {
      json.put("on_delete", "cascade");
    }
    set(json, "required", field.required);
    set(json, "default", field.defaultValue);
    flag(json, "abstract", field.abstractRecord);
    flag(json, "auto", field.auto);
    flag(json, "uuid", field.uuid);
    flag(json, "timestamp", field.timestamp);
    set(json, "unique", field.unique);
    flag(json, "unique_across_ws", field.uniqueAcrossWorkspaces);
    flag(json, "transient", field.transientField);
    flag(json, "referenceable", field.referenceable);
    flag(json, "encrypted", field.encrypted);
    values(json, field);
    texts(json, field);
    set(json, "err", field.err);
    deprecation(json, field.deprecation);
    structure(json, field);
    return json;
  }

  private static void values(ObjectNode json, FieldSpec field) {
    list(json, "one_of", field.oneOf);
    list(json, "not_one_of", field.notOneOf);
    set(json, "eq", field.eq);
    set(json, "ne", field.ne);
    if (field.between != null) {
      json.set(
          "between", Json.of(List.of(number(field.between.low()), number(field.between.high()))));
    }
    if (field.gt != null) {
      json.set("gt", number(field.gt));
    }
    set(json, "len_min", field.lenMin);
    set(json, "len_eq", field.lenEq);
    set(json, "len_max", field.lenMax);
    set(json, "contains", field.contains);
    if (!field.exclusiveSubsets.isEmpty()) {
      json.set("mutually_exclusive_subsets", Json.of(field.exclusiveSubsets));
    }
  }

  private static void texts(ObjectNode json, FieldSpec field) {
    flag(json, "is_regex", field.regex);
    set(json, "starts_with", field.startsWith);
    set(json, "match", field.match == null ? null : field.match.source());
    patterns(json, "match_none", field.matchNone);
    patterns(json, "match_all", field.matchAll);
    FieldSpec.AnyPattern any = field.matchAny;
    if (any != null) {
      ObjectNode alternatives = json.putObject("match_any");
      alternatives.set(
          "patterns", Json.of(any.patterns().stream().map(LuaPattern::source).toList()));
      set(alternatives, "err", any.err());
    }
  }

  private static void structure(ObjectNode json, FieldSpec field) {
    if (field.elements != null) {
      json.set("elements", attributes(field.elements));
    }
    if (field.keys != null) {
      json.set("keys", attributes(field.keys));
    }
    if (field.values != null) {
      json.set("values", attributes(field.values));
    }
    if (field.type() == FieldType.RECORD && !field.abstractRecord) {
      ArrayNode fields = json.putArray("fields");
      field.fields().forEach(inner -> add(fields, inner));
    }
    if (!field.shorthands.isEmpty()) {
      ArrayNode shorthands = json.putArray("shorthand_fields");
      field.shorthands.forEach(shorthand -> add(shorthands, shorthand.field()));
    }
    ArrayNode checks = checks(field.checks);
    if (!checks.isEmpty()) {
      json.set("entity_checks", checks);
    }
  }

  private static ObjectNode document(List<FieldSpec> fields, List<Check> checks) {
    ObjectNode document = Json.NODES.objectNode();
    document.set("entity_checks", checks(checks));
    ArrayNode list = document.putArray("fields");
    fields.forEach(field -> add(list, field));
    return document;
  }

  private static ArrayNode checks(List<Check> checks) {
    ArrayNode list = Json.NODES.arrayNode();
    checks.forEach(check -> check.describe("").ifPresent(list::add));
    return list;
  }

  private static void add(ArrayNode list, FieldSpec field) {
    list.addObject().set(field.name(), attributes(field));
  }

  private static void deprecation(ObjectNode json, @Nullable Deprecation deprecation) {
    if (deprecation == null) {
      return;
    }
    ObjectNode notice = json.putObject("deprecation");
    notice.put("removal_in_version", deprecation.removedIn());
    set(notice, "old_default", deprecation.oldDefault());
    if (!deprecation.replacedWith().isEmpty()) {
      notice.putArray("replaced_with").addObject().set("path", Json.of(deprecation.replacedWith()));
    }
  }

  private static void patterns(ObjectNode json, String key, List<FieldSpec.PatternRule> rules) {
    if (rules.isEmpty()) {
      return;
    }
    ArrayNode list = json.putArray(key);
    for (FieldSpec.PatternRule rule : rules) {
      ObjectNode pattern = list.addObject();
      pattern.put("pattern", rule.pattern().source());
      set(pattern, "err", rule.err());
    }
  }

  private static void list(ObjectNode json, String key, List<JsonNode> values) {
    if (!values.isEmpty()) {
      json.set(key, Json.of(values));
    }
  }

  private static void flag(ObjectNode json, String key, boolean value) {
    if (value) {
      json.put(key, true);
    }
  }

  private static void set(ObjectNode json, String key, @Nullable Object value) {
    if (value != null) {
      json.set(key, Json.of(value));
    }
  }

  private static JsonNode number(double value) {
    return value == Math.rint(value) ? Json.of((long) value) : Json.of(value);
  }
}
