package io.portcullis.krakend.file;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A value of a configuration file, and where it stands. Immutable. */
public sealed interface Value {
  Position at();

  /** What a message calls this kind of value. */
  String kind();

  /** The same as JSON, a new tree at each call. */
  JsonNode json();

  /** Where a JSON Pointer leads to; where the way ends when it leads nowhere. */
  default Position at(String pointer) {
    Position at = at();
    Value value = this;
    for (String step : pointer.split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      if (value instanceof Fields fields && fields.members().get(name) != null) {
        Member member = fields.members().get(name);
        at = member.nameAt();
        value = member.value();
      } else if (value instanceof Items(List<Value> items, Position _)
          && name.matches("\\d{1,6}")
          && Integer.parseInt(name) < items.size()) {
        value = items.get(Integer.parseInt(name));
        at = value.at();
      }
    }
    return at;
  }

  /** A text. */
  record Text(String text, Position at) implements Value {
    @Override
    public String kind() {
      return "a string";
    }

    @Override
    public JsonNode json() {
      return JsonNodeFactory.instance.stringNode(text);
    }
  }

  /**
   * A number.
   *
   * @param number an int, long, BigInteger, double or BigDecimal node
   */
  record Numeric(JsonNode number, Position at) implements Value {
    @Override
    public String kind() {
      return "a number";
    }

    @Override
    public JsonNode json() {
      return number;
    }
  }

  /** True or false. */
  record Truth(boolean value, Position at) implements Value {
    @Override
    public String kind() {
      return "a boolean";
    }

    @Override
    public JsonNode json() {
      return JsonNodeFactory.instance.booleanNode(value);
    }
  }

  /** Null. */
  record Nothing(Position at) implements Value {
    @Override
    public String kind() {
      return "null";
    }

    @Override
    public JsonNode json() {
      return JsonNodeFactory.instance.nullNode();
    }
  }

  /** An array. */
  record Items(List<Value> items, Position at) implements Value {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "an array";
    }

    @Override
    public JsonNode json() {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      items.forEach(item -> array.add(item.json()));
      return array;
    }
  }

  /**
   * A member of an object.
   *
   * @param nameAt where its name stands
   */
  record Member(String name, Position nameAt, Value value) {
    /** Whether nobody looks at it: {@code $schema}, {@code @comment} and the like. */
    public boolean isComment() {
      return !name.isEmpty() && "@$_#".indexOf(name.charAt(0)) >= 0;
    }
  }

  /**
   * An object.
   *
   * @param members by name, in the file's order
   */
  record Fields(Map<String, Member> members, Position at) implements Value {
    public Fields {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The value of that name; null when there is none, or when it is null. */
    public @Nullable Value get(String name) {
      Member member = members.get(name);
      return member == null || member.value() instanceof Nothing ? null : member.value();
    }

    /** The object of that name; null when there is none, or something else. */
    public @Nullable Fields fields(String name) {
      return get(name) instanceof Fields fields ? fields : null;
    }

    @Override
    public String kind() {
      return "an object";
    }

    @Override
    public ObjectNode json() {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      members.forEach((name, member) -> object.set(name, member.value().json()));
      return object;
    }
  }
}
