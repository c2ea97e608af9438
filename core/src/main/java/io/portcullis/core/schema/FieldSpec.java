package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Describes one field, or the type of a list's elements: what it accepts, its default and what it
 * is for. Immutable: each attribute method answers a changed copy. Made by {@link Fields} and
 * {@link Types}.
 *
 * <p>Attribute names and meanings are those of Kong's schema documents. Checks of a value run in
 * this order, the first failure wins: type, elements, eq, ne, notOneOf, oneOf, gt, timestamp, uuid,
 * regex, between, lengths, startsWith, patterns, contains, exclusive sets, rules.
 */
public final class FieldSpec implements Cloneable {
  /** A pattern and what to say when it decides. */
  record PatternRule(LuaPattern pattern, @Nullable String err) {}

  /** Alternatives, one of which must match. */
  record AnyPattern(List<LuaPattern> patterns, @Nullable String err) {}

  /** Inclusive bounds. */
  record Range(double low, double high) {}

  String name;
  final FieldType type;
  @Nullable FieldSpec elements;
  @Nullable FieldSpec keys;
  @Nullable FieldSpec values;
  List<FieldSpec> fields = List.of();
  List<Check> checks = List.of();
  List<Shorthand> shorthands = List.of();
  @Nullable String reference;
  @Nullable OnDelete onDelete;
  @Nullable Boolean required;
  @Nullable JsonNode defaultValue;
  @Nullable Range between;
  List<JsonNode> oneOf = List.of();
  List<JsonNode> silentlyAccepted = List.of();
  List<JsonNode> notOneOf = List.of();
  @Nullable JsonNode eq;
  @Nullable JsonNode ne;
  @Nullable Double gt;
  @Nullable Integer lenMin;
  @Nullable Integer lenEq;
  @Nullable Integer lenMax;
  @Nullable LuaPattern match;
  List<PatternRule> matchNone = List.of();
  List<PatternRule> matchAll = List.of();
  @Nullable AnyPattern matchAny;
  @Nullable String startsWith;
  @Nullable String shape;
  @Nullable JsonNode contains;
  List<List<String>> exclusiveSubsets = List.of();
  boolean regex;
  boolean uuid;
  boolean timestamp;
  boolean auto;
  @Nullable Boolean unique;
  boolean uniqueAcrossWorkspaces;
  boolean referenceable;
  boolean encrypted;
  boolean abstractRecord;
  boolean transientField;
  @Nullable String err;
  @Nullable String doc;
  @Nullable Deprecation deprecation;
  List<ValueRule> rules = List.of();
  ListText listText = ListText.WHEN_REFUSED;
  @Nullable Function<String, @Nullable JsonNode> textReader;

  FieldSpec(String name, FieldType type) {
    this.name = name;
    this.type = type;
  }

  /** The field's wire name; empty for the type of an element. */
  public String name() {
    return name;
  }

  public FieldType type() {
    return type;
  }

  /** Type of a list's elements. */
  public Optional<FieldSpec> elements() {
    return Optional.ofNullable(elements);
  }

  /** Type of a map's values. */
  public Optional<FieldSpec> values() {
    return Optional.ofNullable(values);
  }

  /** A record's fields, in order. */
  public List<FieldSpec> fields() {
    return fields;
  }

  /** A record's deprecated spellings. */
  public List<Shorthand> shorthands() {
    return shorthands;
  }

  /** Schema name of the entity that a foreign field refers to. */
  public Optional<String> reference() {
    return Optional.ofNullable(reference);
  }

  /** What deleting the referenced entity does; restrict unless said otherwise. */
  public OnDelete onDelete() {
    return onDelete == null ? OnDelete.RESTRICT : onDelete;
  }

  /** Whether null and absence are refused. */
  public boolean isRequired() {
    return Boolean.TRUE.equals(required);
  }

  /** Whether no two rows may hold the same non-null value. */
  public boolean isUnique() {
    return Boolean.TRUE.equals(unique);
  }

  /** Whether the value is an instant in seconds. */
  public boolean isTimestamp() {
    return timestamp;
  }

  /** Whether the server fills it in. */
  public boolean isAuto() {
    return auto;
  }

  /** Whether it is a UUID. */
  public boolean isUuid() {
    return uuid;
  }

  /** Whether a text may stand for a secret that a vault keeps. */
  public boolean isReferenceable() {
    return referenceable;
  }

  /** Whether the entity's own table does not hold it. */
  public boolean isTransient() {
    return transientField;
  }

  /** A copy of the default; empty when there is none or it is null. */
  public Optional<JsonNode> defaultValue() {
    return defaultValue == null || defaultValue.isNull()
        ? Optional.empty()
        : Optional.of(defaultValue.deepCopy());
  }

  /** What the field is for, in a sentence. */
  public Optional<String> doc() {
    return Optional.ofNullable(doc);
  }

  /** The same under a name. */
  public FieldSpec named(String newName) {
    FieldSpec copy = copy();
    copy.name = newName;
    return copy;
  }

  /** Neither null nor absent. */
  public FieldSpec required() {
    FieldSpec copy = copy();
    copy.required = true;
    return copy;
  }

  /** May be null; states it in the schema document, where absence means the same. */
  public FieldSpec optional() {
    FieldSpec copy = copy();
    copy.required = false;
    return copy;
  }

  /** Value when the field is absent; an explicit null stays null. */
  public FieldSpec defaultsTo(@Nullable Object value) {
    FieldSpec copy = copy();
    copy.defaultValue = Json.of(value);
    return copy;
  }

  /** A list's default. */
  public FieldSpec defaultsToList(Object... elements) {
    return defaultsTo(Arrays.asList(elements));
  }

  /** Inclusive bounds of a number. */
  public FieldSpec between(double low, double high) {
    FieldSpec copy = copy();
    copy.between = new Range(low, high);
    return copy;
  }

  /** The accepted values, in the order in which messages list them. */
  public FieldSpec oneOf(Object... accepted) {
    FieldSpec copy = copy();
    copy.oneOf = Json.all(accepted);
    return copy;
  }

  /** More accepted values, which neither messages nor schema documents tell of. */
  public FieldSpec alsoAccepts(Object... accepted) {
    FieldSpec copy = copy();
    copy.silentlyAccepted = Json.all(accepted);
    return copy;
  }

  /** Refused values. */
  public FieldSpec notOneOf(Object... refused) {
    FieldSpec copy = copy();
    copy.notOneOf = Json.all(refused);
    return copy;
  }

  /** The only accepted value besides null. */
  public FieldSpec eq(Object value) {
    FieldSpec copy = copy();
    copy.eq = Json.of(value);
    return copy;
  }

  /** Must be null. */
  public FieldSpec eqNull() {
    FieldSpec copy = copy();
    copy.eq = Json.of(null);
    return copy;
  }

  /** The one refused value; null refuses null. */
  public FieldSpec ne(@Nullable Object value) {
    FieldSpec copy = copy();
    copy.ne = Json.of(value);
    return copy;
  }

  /** Exclusive lower bound. */
  public FieldSpec gt(double bound) {
    FieldSpec copy = copy();
    copy.gt = bound;
    return copy;
  }

  /** Least length in bytes of UTF-8 or in elements; strings have 1 unless told otherwise. */
  public FieldSpec lenMin(int length) {
    FieldSpec copy = copy();
    copy.lenMin = length;
    return copy;
  }

  /** Exact length in bytes of UTF-8 or in elements. */
  public FieldSpec lenEq(int length) {
    FieldSpec copy = copy();
    copy.lenEq = length;
    return copy;
  }

  /** Greatest length in bytes of UTF-8 or in elements. */
  public FieldSpec lenMax(int length) {
    FieldSpec copy = copy();
    copy.lenMax = length;
    return copy;
  }

  /** A Lua pattern that must match. */
  public FieldSpec match(String luaPattern) {
    FieldSpec copy = copy();
    copy.match = LuaPattern.of(luaPattern);
    return copy;
  }

  /** Adds a Lua pattern that must not match. */
  public FieldSpec matchNone(String luaPattern, String message) {
    FieldSpec copy = copy();
    copy.matchNone = added(matchNone, new PatternRule(LuaPattern.of(luaPattern), message));
    return copy;
  }

  /** Adds a Lua pattern that must match, with a message of its own. */
  public FieldSpec matchAll(String luaPattern, String message) {
    FieldSpec copy = copy();
    copy.matchAll = added(matchAll, new PatternRule(LuaPattern.of(luaPattern), message));
    return copy;
  }

  /** Lua patterns one of which must match. */
  public FieldSpec matchAny(@Nullable String message, String... luaPatterns) {
    FieldSpec copy = copy();
    copy.matchAny =
        new AnyPattern(Arrays.stream(luaPatterns).map(LuaPattern::of).toList(), message);
    return copy;
  }

  /** A prefix that a string must have. */
  public FieldSpec startsWith(String prefix) {
    FieldSpec copy = copy();
    copy.startsWith = prefix;
    return copy;
  }

  /**
   * A regular expression (of JavaScript) that all legal texts match, and many that match are legal;
   * only JSON Schemas tell of it, a rule of the field decides.
   */
  FieldSpec shape(String expression) {
    FieldSpec copy = copy();
    copy.shape = expression;
    return copy;
  }

  /** A value that a list must hold. */
  public FieldSpec contains(Object value) {
    FieldSpec copy = copy();
    copy.contains = Json.of(value);
    return copy;
  }

  /** Groups of elements of which one list may use only one. */
  public FieldSpec mutuallyExclusiveSubsets(List<List<String>> groups) {
    FieldSpec copy = copy();
    copy.exclusiveSubsets = List.copyOf(groups);
    return copy;
  }

  /** A regular expression in RE2 syntax. */
  public FieldSpec regex() {
    FieldSpec copy = copy();
    copy.regex = true;
    return copy;
  }

  /** 8-4-4-4-12 hexadecimal digits; stored in lower case. */
  public FieldSpec uuid() {
    FieldSpec copy = copy();
    copy.uuid = true;
    return copy;
  }

  /** Filled in by the server when the client does not: ids, instants, random keys. */
  public FieldSpec auto() {
    FieldSpec copy = copy();
    copy.auto = true;
    return copy;
  }

  /** Seconds since 1970, greater than 0. */
  public FieldSpec timestamp() {
    FieldSpec copy = copy();
    copy.timestamp = true;
    return copy;
  }

  /** No two rows with the same non-null value. */
  public FieldSpec unique() {
    FieldSpec copy = copy();
    copy.unique = true;
    return copy;
  }

  /** Several rows may hold the same value; states it in the schema document. */
  public FieldSpec notUnique() {
    FieldSpec copy = copy();
    copy.unique = false;
    return copy;
  }

  /** As {@link #unique}, with the mark that Kong gives fields unique over all workspaces. */
  public FieldSpec uniqueAcrossWorkspaces() {
    FieldSpec copy = unique();
    copy.uniqueAcrossWorkspaces = true;
    return copy;
  }

  /** May be a reference into a vault. */
  public FieldSpec referenceable() {
    FieldSpec copy = copy();
    copy.referenceable = true;
    return copy;
  }

  /** A secret: never logged. */
  public FieldSpec encrypted() {
    FieldSpec copy = copy();
    copy.encrypted = true;
    return copy;
  }

  /** For foreign fields. */
  public FieldSpec onDelete(OnDelete action) {
    FieldSpec copy = copy();
    copy.onDelete = action;
    return copy;
  }

  /** A record whose fields another field of the entity chooses. */
  public FieldSpec abstractRecord() {
    FieldSpec copy = copy();
    copy.abstractRecord = true;
    return copy;
  }

  /** Shown and accepted, but not kept in the entity's own table. */
  public FieldSpec transientField() {
    FieldSpec copy = copy();
    copy.transientField = true;
    return copy;
  }

  /** Replaces every message except those about type and requiredness. */
  public FieldSpec err(String message) {
    FieldSpec copy = copy();
    copy.err = message;
    return copy;
  }

  /** What the field is for, in a sentence of our own. */
  public FieldSpec doc(String text) {
    FieldSpec copy = copy();
    copy.doc = text;
    return copy;
  }

  /** Still accepted and stored, but without effect or replaced. */
  public FieldSpec deprecated(Deprecation notice) {
    FieldSpec copy = copy();
    copy.deprecation = notice;
    return copy;
  }

  /** Adds a check of the value, run after all others. */
  public FieldSpec rule(ValueRule rule) {
    FieldSpec copy = copy();
    copy.rules = added(rules, rule);
    return copy;
  }

  /** Adds a check over fields of this record, named relative to it. */
  public FieldSpec check(Check check) {
    FieldSpec copy = copy();
    copy.checks = added(checks, check);
    return copy;
  }

  /** Adds a second spelling of something in this record. */
  public FieldSpec shorthand(Shorthand shorthand) {
    FieldSpec copy = copy();
    copy.shorthands = added(shorthands, shorthand);
    return copy;
  }

  /** Adds a field to this record. */
  public FieldSpec field(FieldSpec field) {
    FieldSpec copy = copy();
    copy.fields = added(fields, field);
    return copy;
  }

  /** How one form value becomes a list. */
  public FieldSpec listText(ListText reading) {
    FieldSpec copy = copy();
    copy.listText = reading;
    return copy;
  }

  /**
   * Reads a text where the field (or a list's element) is no scalar, {@code kafka:9092} for a
   * record of host and port. The reader answers null for text that it does not know.
   */
  public FieldSpec readText(Function<String, @Nullable JsonNode> reader) {
    FieldSpec copy = copy();
    copy.textReader = reader;
    return copy;
  }

  FieldSpec withFields(List<FieldSpec> newFields) {
    FieldSpec copy = copy();
    copy.fields = List.copyOf(newFields);
    return copy;
  }

  private FieldSpec copy() {
    try {
      return (FieldSpec) clone();
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static <T> List<T> added(List<T> list, T item) {
    List<T> longer = new ArrayList<>(list);
    longer.add(item);
    return List.copyOf(longer);
  }

  @Override
  public String toString() {
    return name + ":" + type.word();
  }
}
