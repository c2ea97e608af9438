package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import io.portcullis.krakend.file.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of a file, read key by key. A value of another kind than is asked for is an error; keys
 * that nobody asked for are mistakes in the end. For one thread.
 */
final class Section {
  private final Value.Fields fields;
  private final String name;
  private final Findings findings;
  private final Set<String> known = new HashSet<>();

  /**
   * @param name what messages call it
   */
  Section(Value.Fields fields, String name, Findings findings) {
    this.fields = fields;
    this.name = name;
    this.findings = findings;
  }

  Position at() {
    return fields.at();
  }

  /** Where the name of a key stands; the beginning of the object when it has no such key. */
  Position at(String key) {
    Value.Member member = fields.members().get(key);
    return member == null ? fields.at() : member.nameAt();
  }

  boolean has(String key) {
    return fields.get(key) != null;
  }

  /** The value, whatever it is; null when there is none. */
  @Nullable Value any(String key) {
    known.add(key);
    return fields.get(key);
  }

  @Nullable String text(String key) {
    Value value = any(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Value.Text text) {
      return text.text();
    }
    wrong(key, value, "a string");
    return null;
  }

  String text(String key, String fallback) {
    String text = text(key);
    return text == null || text.isEmpty() ? fallback : text;
  }

  boolean truth(String key) {
    Boolean value = truthOrNull(key);
    return value != null && value;
  }

  @Nullable Boolean truthOrNull(String key) {
    Value value = any(key);
    if (value instanceof Value.Truth truth) {
      return truth.value();
    }
    if (value != null) {
      wrong(key, value, "a boolean");
    }
    return null;
  }

  /** A whole number; null when there is none. */
  @Nullable Integer integer(String key) {
    Value value = any(key);
    if (value instanceof Value.Numeric(JsonNode number, Position _)
        && number.doubleValue() == Math.rint(number.doubleValue())
        && Math.abs(number.doubleValue()) <= Integer.MAX_VALUE) {
      return (int) number.doubleValue();
    }
    if (value != null) {
      wrong(key, value, "a whole number");
    }
    return null;
  }

  /** A number; null when there is none. */
  @Nullable Double number(String key) {
    Value value = any(key);
    if (value instanceof Value.Numeric(JsonNode number, Position _)) {
      return number.doubleValue();
    }
    if (value != null) {
      wrong(key, value, "a number");
    }
    return null;
  }

  /** Texts of an array; a lone text counts as one. */
  List<String> texts(String key) {
    Value value = any(key);
    List<String> texts = new ArrayList<>();
    switch (value) {
      case null -> {}
      case Value.Text one -> texts.add(one.text());
      case Value.Items(List<Value> items, Position _) -> {
        for (Value item : items) {
          if (item instanceof Value.Text text) {
            texts.add(text.text());
          } else {
            wrong(key, item, "a string");
          }
        }
      }
      default -> wrong(key, value, "an array of strings");
    }
    return texts;
  }

  /** A duration as Go writes it; null when there is none, when it is none, or when it is zero. */
  @Nullable String duration(String key) {
    Value value = any(key);
    if (value instanceof Value.Text(String text, Position at)) {
      if (text.isEmpty()) {
        return null;
      }
      long nanos = Durations.nanos(text);
      if (nanos < 0) {
        findings.mistake(at, "'" + key + "': '" + text + "' is no duration and counts as 0");
      }
      return nanos > 0 ? text : null;
    }
    if (value instanceof Value.Numeric(JsonNode number, Position at)) {
      // A bare number is nanoseconds to Go.
      if (number.doubleValue() > 0) {
        findings.warning(at, "'" + key + "': a number without a unit is in nanoseconds");
      }
      return number.longValue() > 0 ? number.longValue() + "ns" : null;
    }
    if (value != null) {
      wrong(key, value, "a duration");
    }
    return null;
  }

  /** An object of this one; empty when there is none. */
  Section section(String key) {
    Value value = any(key);
    if (value instanceof Value.Fields inner) {
      return new Section(inner, name.isEmpty() ? key : name + "." + key, findings);
    }
    if (value != null) {
      wrong(key, value, "an object");
    }
    return new Section(new Value.Fields(Map.of(), fields.at()), key, findings);
  }

  /** Objects of an array; a lone object counts as one. */
  List<Section> sections(String key, String called) {
    Value value = any(key);
    List<Section> sections = new ArrayList<>();
    switch (value) {
      case null -> {}
      case Value.Fields one -> sections.add(new Section(one, called, findings));
      case Value.Items(List<Value> items, Position _) -> {
        for (Value item : items) {
          if (item instanceof Value.Fields inner) {
            sections.add(new Section(inner, called, findings));
          } else {
            wrong(key, item, "an object");
          }
        }
      }
      default -> wrong(key, value, "an array of objects");
    }
    return sections;
  }

  /** Members in the file's order, without comments. */
  List<Value.Member> members() {
    return fields.members().values().stream().filter(member -> !member.isComment()).toList();
  }

  /** Takes those keys over as they are, as far as they are there. */
  ObjectNode taken(String... keys) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String key : keys) {
      Value value = any(key);
      if (value != null) {
        object.set(key, Comments.without(value));
      }
    }
    return object;
  }

  /** Keys that mean something elsewhere and nothing here. */
  void ignore(String why, String... keys) {
    for (String key : keys) {
      if (any(key) != null) {
        findings.warning(at(key), "'" + key + "' " + why);
      }
    }
  }

  /** Whether somebody asked for that key. */
  boolean isKnown(String key) {
    return known.contains(key);
  }

  /** Keys that need nothing. */
  void accept(String... keys) {
    known.addAll(List.of(keys));
  }

  /** Warns of the keys that nobody asked for. */
  void finish() {
    for (Value.Member member : members()) {
      if (!known.contains(member.name())) {
        findings.mistake(
            member.nameAt(),
            "unknown key '"
                + member.name()
                + "'"
                + (name.isEmpty() ? "" : " in " + name)
                + " is ignored");
      }
    }
  }

  private void wrong(String key, Value value, String expected) {
    findings.error(value.at(), "'" + key + "': expected " + expected + ", got " + value.kind());
  }

  static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }
}
