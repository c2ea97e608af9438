package io.portcullis.e2e.golden;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares a JSON value with an expected one that may hold matchers: objects whose single member is
 * named {@code $…}. Numbers are compared by value, the order of members does not matter, and a
 * member nobody expects is a difference.
 */
final class JsonComparison {
  private static final Pattern UUID =
      Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Variables variables;
  private final InstantSource clock;
  private final List<ValuePath> unordered;
  private final List<ValuePath> ignored;
  private final List<ValuePath> optional;

  JsonComparison(
      Variables variables,
      InstantSource clock,
      List<ValuePath> unordered,
      List<ValuePath> ignored,
      List<ValuePath> optional) {
    this.variables = variables;
    this.clock = clock;
    this.unordered = List.copyOf(unordered);
    this.ignored = List.copyOf(ignored);
    this.optional = List.copyOf(optional);
  }

  JsonComparison(Variables variables, InstantSource clock) {
    this(variables, clock, List.of(), List.of(), List.of());
  }

  /** Whether {@code expected} stands for a member or header that must not be there. */
  static boolean isAbsent(JsonNode expected) {
    return "$absent".equals(matcher(expected));
  }

  void check(JsonNode expected, JsonNode got) throws Mismatch {
    check(expected, got, List.of());
  }

  private void check(JsonNode expected, JsonNode got, List<Object> trail) throws Mismatch {
    if (covers(ignored, trail)) {
      return;
    }
    String matcher = matcher(expected);
    if (matcher != null) {
      if (!fits(matcher, expected.get(matcher), got)) {
        throw new Mismatch(ValuePath.show(trail), expected, got);
      }
    } else if (expected.isObject() && got.isObject()) {
      checkMembers(expected, got, trail);
    } else if (expected.isArray() && got.isArray()) {
      if (expected.size() != got.size()) {
        throw new Mismatch(ValuePath.show(trail) + " length", expected, got);
      }
      if (covers(unordered, trail)) {
        checkInAnyOrder(expected, got, trail);
      } else {
        for (int i = 0; i < expected.size(); i++) {
          check(expected.get(i), got.get(i), longer(trail, i));
        }
      }
    } else if (!same(expected, got)) {
      throw new Mismatch(ValuePath.show(trail), expected, got);
    }
  }

  private void checkMembers(JsonNode expected, JsonNode got, List<Object> trail) throws Mismatch {
    Set<String> names = new TreeSet<>(expected.propertyNames());
    names.addAll(got.propertyNames());
    for (String name : names) {
      List<Object> member = longer(trail, name);
      JsonNode wanted = expected.get(name);
      JsonNode found = got.get(name);
      if (covers(ignored, member)) {
        continue;
      }
      if (found == null) {
        if (wanted != null && !isAbsent(wanted)) {
          throw new Mismatch(ValuePath.show(member), wanted, "(absent)");
        }
      } else if (wanted == null) {
        if (!covers(optional, member)) {
          throw new Mismatch(ValuePath.show(member), "(absent)", found);
        }
      } else {
        check(wanted, found, member);
      }
    }
  }

  private void checkInAnyOrder(JsonNode expected, JsonNode got, List<Object> trail)
      throws Mismatch {
    List<JsonNode> left = new ArrayList<>();
    got.forEach(left::add);
    for (int i = 0; i < expected.size(); i++) {
      JsonNode wanted = expected.get(i);
      List<Object> item = longer(trail, i);
      boolean found = false;
      for (int j = 0; j < left.size() && !found; j++) {
        try {
          check(wanted, left.get(j), item);
          left.remove(j);
          found = true;
        } catch (Mismatch other) {
          // the next one may be it
        }
      }
      if (!found) {
        throw new Mismatch(ValuePath.show(trail) + " (any order)", wanted, left);
      }
    }
  }

  private boolean fits(String matcher, JsonNode argument, JsonNode got) {
    return switch (matcher) {
      case "$any" -> true;
      case "$uuid" -> got.isString() && UUID.matcher(got.stringValue()).matches();
      case "$int" -> got.isNumber() && isWhole(got.decimalValue());
      case "$number" -> got.isNumber();
      case "$string" -> got.isString();
      case "$bool" -> got.isBoolean();
      case "$empty" ->
          got.isContainer() && got.isEmpty() || got.isString() && got.stringValue().isEmpty();
      case "$ref" -> same(variables.get(argument.stringValue()), got);
      case "$template" -> same(variables.fill(argument), got);
      case "$contains" -> got.isString() && containsAll(argument, got.stringValue());
      case "$regex" ->
          got.isString()
              && Pattern.compile(variables.fill(argument.stringValue()))
                  .matcher(got.stringValue())
                  .find();
      case "$now" -> got.isNumber() && secondsFromNow(got) <= argument.doubleValue();
      case "$seconds" -> got.isIntegralNumber() && secondsFromNow(got) <= argument.doubleValue();
      case "$between" ->
          got.isNumber()
              && got.decimalValue().compareTo(argument.get(0).decimalValue()) >= 0
              && got.decimalValue().compareTo(argument.get(1).decimalValue()) <= 0;
      case "$in" -> argument.valueStream().anyMatch(allowed -> same(allowed, got));
      case "$len" ->
          (got.isString() ? got.stringValue().length() : got.isContainer() ? got.size() : -1)
              == argument.intValue();
      case "$includes" ->
          got.isArray()
              && argument
                  .valueStream()
                  .allMatch(wanted -> got.valueStream().anyMatch(item -> equal(wanted, item)));
      case "$superset" ->
          got.isObject()
              && argument
                  .propertyStream()
                  .allMatch(
                      wanted ->
                          got.has(wanted.getKey())
                              && equal(wanted.getValue(), got.get(wanted.getKey())));
      case "$not" -> !equal(argument, got);
      case "$literal" -> same(argument, got);
      case "$absent" -> false;
      default -> throw new IllegalStateException("unknown matcher " + matcher);
    };
  }

  private boolean containsAll(JsonNode argument, String text) {
    if (argument.isString()) {
      return text.contains(variables.fill(argument.stringValue()));
    }
    return argument
        .valueStream()
        .allMatch(part -> text.contains(variables.fill(part.stringValue())));
  }

  private double secondsFromNow(JsonNode time) {
    return Math.abs(time.doubleValue() - clock.millis() / 1000.0);
  }

  /** Inside a matcher the step's own path lists do not reach. */
  private boolean equal(JsonNode expected, JsonNode got) {
    try {
      new JsonComparison(variables, clock).check(expected, got);
      return true;
    } catch (Mismatch difference) {
      return false;
    }
  }

  private static @Nullable String matcher(JsonNode expected) {
    if (expected.isObject() && expected.size() == 1) {
      String name = expected.propertyNames().iterator().next();
      return name.startsWith("$") ? name : null;
    }
    return null;
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  private static boolean same(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue()) == 0;
    }
    if (one.isArray() && other.isArray()) {
      if (one.size() != other.size()) {
        return false;
      }
      for (int i = 0; i < one.size(); i++) {
        if (!same(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (one.isObject() && other.isObject()) {
      return one.size() == other.size()
          && one.propertyStream()
              .allMatch(
                  member ->
                      other.has(member.getKey())
                          && same(member.getValue(), other.get(member.getKey())));
    }
    return one.equals(other);
  }

  private static boolean covers(List<ValuePath> patterns, List<Object> trail) {
    for (ValuePath pattern : patterns) {
      if (pattern.covers(trail)) {
        return true;
      }
    }
    return false;
  }

  private static List<Object> longer(List<Object> trail, Object part) {
    List<Object> result = new ArrayList<>(trail);
    result.add(part);
    return result;
  }
}
