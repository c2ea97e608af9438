package io.portcullis.core.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.portcullis.core.vault.VaultReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks prepared values against their descriptions. An error is a text, or for records and lists
 * an object or array that mirrors the value. Never throws, whatever the value.
 */
final class Validator {
  private static final String REQUIRED = "required field missing";
  private static final java.util.regex.Pattern UUID_FORM =
      java.util.regex.Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private final Function<String, Optional<EntitySpec>> entities;
  private final boolean updating;

  /**
   * @param entities finds the targets of foreign fields by schema name
   * @param updating whether the value is a stored one changed by a PATCH
   */
  Validator(Function<String, Optional<EntitySpec>> entities, boolean updating) {
    this.entities = entities;
    this.updating = updating;
  }

  boolean updating() {
    return updating;
  }

  static boolean isUuid(String text) {
    return UUID_FORM.matcher(text).matches();
  }

  /** All errors of a record: fields in any order, then its own checks. */
  void checkRecord(
      List<FieldSpec> fields, List<Check> checks, ObjectNode value, Violations violations) {
    Map<String, FieldSpec> known = new HashMap<>();
    for (FieldSpec field : fields) {
      known.put(field.name(), field);
      JsonNode item = value.get(field.name());
      JsonNode error =
          item == null ? (field.isRequired() ? Json.of(REQUIRED) : null) : check(field, item);
      if (error != null) {
        violations.put(field.name(), error);
      }
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!known.containsKey(entry.getKey())) {
        violations.put(entry.getKey(), "unknown field");
      }
    }
    for (Check check : checks) {
      check.run(new CheckRun(this, fields, value, violations, ""));
    }
  }

  /** The error of one value, or null. */
  @Nullable JsonNode check(FieldSpec field, JsonNode value) {
    if (value.isNull()) {
      if (field.ne != null && field.ne.isNull()) {
        return Json.of(custom(field, "value must not be null"));
      }
      if (field.eq != null && !field.eq.isNull()) {
        return Json.of(custom(field, "value must be " + Json.plain(field.eq)));
      }
      return field.isRequired() ? Json.of(REQUIRED) : null;
    }
    if (field.eq != null && field.eq.isNull()) {
      return Json.of(custom(field, "value must be null"));
    }
    JsonNode structural = structure(field, value);
    if (structural != null) {
      return structural;
    }
    if (field.referenceable && value.isString() && VaultReference.is(value.stringValue())) {
      return null; // whatever the secret turns out to be
    }
    String message = attributes(field, value);
    if (message != null) {
      return Json.of(custom(field, message));
    }
    for (ValueRule rule : field.rules) {
      String refusal = rule.refusal(value);
      if (refusal != null) {
        return Json.of(custom(field, refusal));
      }
    }
    return null;
  }

  private static String custom(FieldSpec field, String message) {
    return field.err == null ? message : field.err;
  }

  private @Nullable JsonNode structure(FieldSpec field, JsonNode value) {
    boolean right =
        switch (field.type()) {
          case STRING -> value.isString();
          case INTEGER -> isInteger(value);
          case NUMBER -> value.isNumber() && !Double.isNaN(Json.toDouble(value));
          case BOOLEAN -> value.isBoolean();
          case ARRAY, SET -> value.isArray();
          case MAP -> value.isObject() || value.isArray();
          case RECORD -> value.isObject() || value.isArray();
          case FOREIGN, ANY -> true;
        };
    if (!right) {
      return Json.of(field.type().expectation());
    }
    if (field.elements != null && value.isArray()) {
      return elements(field.elements, (ArrayNode) value);
    }
    return switch (field.type()) {
      case MAP -> map(field, value);
      case RECORD -> record(field, value);
      case FOREIGN -> foreign(field, value);
      default -> null;
    };
  }

  private static boolean isInteger(JsonNode value) {
    if (!value.isNumber()) {
      return false;
    }
    if (value.isIntegralNumber()) {
      return value.canConvertToLong();
    }
    double number = Json.toDouble(value);
    return number == Math.rint(number) && Math.abs(number) < 0x1p63;
  }

  private @Nullable JsonNode elements(FieldSpec element, ArrayNode list) {
    ArrayNode errors = null;
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      JsonNode error = item.isNull() ? Json.of(REQUIRED) : check(element, item);
      if (error != null) {
        if (errors == null) {
          errors = Json.NODES.arrayNode();
        }
        while (errors.size() < i) {
          errors.addNull();
        }
        errors.add(error);
      }
    }
    return errors;
  }

  /** Maps report their first bad entry as their own error. */
  private @Nullable JsonNode map(FieldSpec field, JsonNode value) {
    if (value.isArray()) {
      return value.isEmpty() || field.keys == null
          ? null
          : Json.of(field.keys.type().expectation());
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      JsonNode error = field.keys == null ? null : check(field.keys, Json.of(entry.getKey()));
      if (error == null && field.values != null) {
        error = check(field.values, entry.getValue());
      }
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  private @Nullable JsonNode record(FieldSpec field, JsonNode value) {
    if (field.abstractRecord) {
      return null;
    }
    if (value.isArray()) {
      ArrayNode errors = Json.NODES.arrayNode();
      for (int i = 0; i < value.size(); i++) {
        errors.add("unknown field");
      }
      return errors.isEmpty() ? null : errors;
    }
    Violations violations = new Violations();
    checkRecord(field.fields(), field.checks, (ObjectNode) value, violations);
    return violations.isEmpty() ? null : violations.fields();
  }

  /** The reference's own fields first, whether they are key or not; then the key must be there. */
  private @Nullable JsonNode foreign(FieldSpec field, JsonNode value) {
    Violations violations = new Violations();
    if (value.isObject()) {
      Optional<EntitySpec> target = field.reference().flatMap(entities);
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        FieldSpec known =
            target
                .flatMap(spec -> spec.field(entry.getKey()))
                .orElse(entry.getKey().equals("id") ? EntitySpec.ID : null);
        JsonNode error = known == null ? Json.of("unknown field") : check(known, entry.getValue());
        if (error != null) {
          violations.put(entry.getKey(), error);
        }
      }
    }
    if (violations.isEmpty() && (!value.isObject() || !value.has("id"))) {
      violations.put("id", "missing primary key");
    } else if (violations.isEmpty() && value.get("id").isNull()) {
      violations.put("id", REQUIRED);
    }
    return violations.isEmpty() ? null : violations.fields();
  }

  private static @Nullable String attributes(FieldSpec field, JsonNode value) {
    if (field.eq != null && !Json.same(field.eq, value)) {
      return "value must be " + Json.plain(field.eq);
    }
    if (field.ne != null && Json.same(field.ne, value)) {
      return "value must not be " + Json.plain(field.ne);
    }
    if (contained(field.notOneOf, value)) {
      return "must not be one of: " + joined(field.notOneOf);
    }
    if (!field.oneOf.isEmpty()
        && !contained(field.oneOf, value)
        && !contained(field.silentlyAccepted, value)) {
      return "expected one of: " + joined(field.oneOf);
    }
    if (value.isNumber()) {
      return numberAttributes(field, Json.toDouble(value));
    }
    if (value.isString()) {
      return stringAttributes(field, value.stringValue());
    }
    if (value.isContainer()) {
      return containerAttributes(field, value);
    }
    return null;
  }

  private static @Nullable String numberAttributes(FieldSpec field, double number) {
    if (field.gt != null && !(number > field.gt)) {
      return "value must be greater than " + whole(field.gt);
    }
    if (field.timestamp && !(number > 0)) {
      return "expected a valid timestamp";
    }
    FieldSpec.Range range = field.between;
    if (range != null && !(number >= range.low() && number <= range.high())) {
      return "value should be between " + whole(range.low()) + " and " + whole(range.high());
    }
    return null;
  }

  /** Bounds are printed without their fraction. */
  private static String whole(double bound) {
    return Long.toString((long) bound);
  }

  private static @Nullable String stringAttributes(FieldSpec field, String text) {
    if (field.uuid && !isUuid(text)) {
      return "expected a valid UUID";
    }
    if (field.regex && !isRegex(text)) {
      return "not a valid regex: " + text;
    }
    Integer least = field.lenMin == null ? Integer.valueOf(1) : field.lenMin;
    String length = length(field, text.getBytes(StandardCharsets.UTF_8).length, least);
    if (length != null) {
      return length;
    }
    if (field.startsWith != null && !text.startsWith(field.startsWith)) {
      return "should start with: " + field.startsWith;
    }
    return patterns(field, text);
  }

  private static @Nullable String patterns(FieldSpec field, String text) {
    for (FieldSpec.PatternRule rule : field.matchNone) {
      if (rule.pattern().matches(text)) {
        return rule.err() == null ? "invalid value: " + text : rule.err();
      }
    }
    if (field.match != null && !field.match.matches(text)) {
      return "invalid value: " + text;
    }
    for (FieldSpec.PatternRule rule : field.matchAll) {
      if (!rule.pattern().matches(text)) {
        return rule.err() == null ? "invalid value: " + text : rule.err();
      }
    }
    FieldSpec.AnyPattern any = field.matchAny;
    if (any != null && any.patterns().stream().noneMatch(pattern -> pattern.matches(text))) {
      return any.err() == null ? "invalid value: " + text : any.err();
    }
    return null;
  }

  private static boolean isRegex(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException notOne) {
      return false;
    }
  }

  private static @Nullable String containerAttributes(FieldSpec field, JsonNode value) {
    String length = length(field, value.size(), field.lenMin);
    if (length != null || !value.isArray()) {
      return length;
    }
    if (!field.exclusiveSubsets.isEmpty()) {
      String exclusive = exclusive(field.exclusiveSubsets, value);
      if (exclusive != null) {
        return exclusive;
      }
    }
    JsonNode needed = field.contains;
    if (needed != null) {
      for (JsonNode item : value) {
        if (Json.same(item, needed)) {
          return null;
        }
      }
      return "expected to contain: " + Json.plain(needed);
    }
    return null;
  }

  private static @Nullable String exclusive(List<List<String>> groups, JsonNode list) {
    List<String> used = new ArrayList<>();
    for (List<String> group : groups) {
      for (JsonNode item : list) {
        if (item.isString() && group.contains(item.stringValue())) {
          used.add(
              group.stream()
                  .map(name -> "'" + name + "'")
                  .collect(Collectors.joining(", ", "(", ")")));
          break;
        }
      }
    }
    return used.size() < 2 ? null : "these sets are mutually exclusive: " + String.join(", ", used);
  }

  private static @Nullable String length(FieldSpec field, int length, @Nullable Integer least) {
    if (field.lenEq != null && length != field.lenEq) {
      return "length must be " + field.lenEq;
    }
    if (least != null && length < least) {
      return "length must be at least " + least;
    }
    if (field.lenMax != null && length > field.lenMax) {
      return "length must be at most " + field.lenMax;
    }
    return null;
  }

  private static boolean contained(List<JsonNode> list, JsonNode value) {
    for (JsonNode item : list) {
      if (Json.same(item, value)) {
        return true;
      }
    }
    return false;
  }

  private static String joined(List<JsonNode> values) {
    return values.stream().map(Json::plain).collect(Collectors.joining(", ")).toString();
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
