package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the JSON of a form: names become paths, texts become what the schema wants. Where Kong
 * would refuse one text for a list, commas separate its elements, and a JSON array is read as such
 * ({@link ListText} says when). Thread-safe; never throws.
 */
public final class FormDecoder {
  private static final int HIGHEST_INDEX = 1000;

  /** A form value before its type is known. */
  private sealed interface Raw {
    /** {@code text} is null for a name without {@code =}. */
    record Text(@Nullable String text) implements Raw {}

    /** The same name several times. */
    record Several(List<Raw> values) implements Raw {}

    record Named(Map<String, Raw> values) implements Raw {}

    /** By explicit index. */
    record Indexed(NavigableMap<Integer, Raw> values) implements Raw {}
  }

  private sealed interface Step {
    record Name(String name) implements Step {}

    record Index(int index) implements Step {}

    record Append() implements Step {}
  }

  private final EntitySpecs specs;
  private final ObjectMapper json = JsonMapper.builder().build();

  public FormDecoder(EntitySpecs specs) {
    this.specs = specs;
  }

  /**
   * @param existing the stored row that a PATCH changes; null when the form makes a row
   */
  public ObjectNode decode(EntitySpec spec, List<FormPair> pairs, @Nullable ObjectNode existing) {
    Raw.Named root = new Raw.Named(new LinkedHashMap<>());
    for (FormPair pair : pairs) {
      List<Step> steps = steps(pair.name());
      if (!steps.isEmpty()) {
        put(root, steps, new Raw.Text(pair.value()));
      }
    }
    List<FieldSpec> fields = spec.fieldsFor(variantValues(root, existing));
    ObjectNode decoded = record(fields, spec.shorthands(), root);
    JsonNode timeToLive = spec.isExpiring() ? decoded.get(TimeToLive.OPTION) : null;
    if (timeToLive != null && timeToLive.isString()) {
      decoded.set(TimeToLive.OPTION, FormValues.number(timeToLive.stringValue()));
    }
    return existing == null ? spec.formCompletion().apply(decoded) : decoded;
  }

  /** What chooses a variant: top-level texts over the stored row. */
  private static ObjectNode variantValues(Raw.Named root, @Nullable ObjectNode existing) {
    ObjectNode values = Json.NODES.objectNode();
    if (existing != null) {
      values.setAll(existing);
    }
    root.values()
        .forEach(
            (name, raw) -> {
              if (raw instanceof Raw.Text text && text.text() != null) {
                values.put(name, text.text());
              }
            });
    return values;
  }

  private static List<Step> steps(String name) {
    List<Step> steps = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int i = 0;
    while (i < name.length()) {
      char c = name.charAt(i);
      int close = c == '[' ? name.indexOf(']', i) : -1;
      if (c == '.') {
        endWord(steps, word);
        i++;
      } else if (close > 0) {
        endWord(steps, word);
        String inside = name.substring(i + 1, close);
        steps.add(bracket(inside));
        i = close + 1;
      } else {
        word.append(c);
        i++;
      }
    }
    endWord(steps, word);
    return steps;
  }

  private static void endWord(List<Step> steps, StringBuilder word) {
    if (!word.isEmpty()) {
      steps.add(new Step.Name(word.toString()));
      word.setLength(0);
    }
  }

  private static Step bracket(String inside) {
    if (inside.isEmpty()) {
      return new Step.Append();
    }
    if (inside.matches("[0-9]{1,4}") && Integer.parseInt(inside) <= HIGHEST_INDEX) {
      return new Step.Index(Integer.parseInt(inside));
    }
    return new Step.Name(inside);
  }

  private static void put(Raw.Named root, List<Step> steps, Raw value) {
    Map<String, Raw> names = root.values();
    if (!(steps.getFirst() instanceof Step.Name first)) {
      return;
    }
    names.put(first.name(), with(names.get(first.name()), steps.subList(1, steps.size()), value));
  }

  private static Raw with(@Nullable Raw old, List<Step> steps, Raw value) {
    if (steps.isEmpty()) {
      return old == null ? value : appended(old, value);
    }
    List<Step> rest = steps.subList(1, steps.size());
    return switch (steps.getFirst()) {
      case Step.Name name -> {
        Raw.Named named =
            old instanceof Raw.Named already ? already : new Raw.Named(new LinkedHashMap<>());
        named.values().put(name.name(), with(named.values().get(name.name()), rest, value));
        yield named;
      }
      case Step.Index index -> {
        Raw.Indexed indexed =
            old instanceof Raw.Indexed already ? already : new Raw.Indexed(new TreeMap<>());
        indexed.values().put(index.index(), with(indexed.values().get(index.index()), rest, value));
        yield indexed;
      }
      case Step.Append append ->
          rest.isEmpty()
              ? appended(old == null ? new Raw.Several(new ArrayList<>()) : old, value)
              : with(old, rest, value);
    };
  }

  private static Raw appended(Raw old, Raw value) {
    if (old instanceof Raw.Several several) {
      several.values().add(value);
      return several;
    }
    List<Raw> values = new ArrayList<>();
    values.add(old);
    values.add(value);
    return new Raw.Several(values);
  }

  private ObjectNode record(List<FieldSpec> fields, List<Shorthand> shorthands, Raw.Named raw) {
    ObjectNode record = Json.NODES.objectNode();
    raw.values()
        .forEach((name, value) -> record.set(name, typed(find(fields, shorthands, name), value)));
    return record;
  }

  private static @Nullable FieldSpec find(
      List<FieldSpec> fields, List<Shorthand> shorthands, String name) {
    for (FieldSpec field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    for (Shorthand shorthand : shorthands) {
      if (shorthand.field().name().equals(name)) {
        return shorthand.field();
      }
    }
    return null;
  }

  private JsonNode typed(@Nullable FieldSpec field, Raw raw) {
    return switch (raw) {
      case Raw.Text text -> text(field, text.text());
      case Raw.Several several -> list(field, several.values());
      case Raw.Indexed indexed -> list(field, filled(indexed.values()));
      case Raw.Named named -> object(field, named);
    };
  }

  /** Indexes count from 1; a list that uses 0 counts from there. Holes become null. */
  private static List<Raw> filled(NavigableMap<Integer, Raw> values) {
    List<Raw> list = new ArrayList<>();
    for (int i = values.containsKey(0) ? 0 : 1; i <= values.lastKey(); i++) {
      list.add(values.getOrDefault(i, new Raw.Text("")));
    }
    return list;
  }

  private JsonNode object(@Nullable FieldSpec field, Raw.Named named) {
    if (field != null && field.type() == FieldType.RECORD) {
      return record(field.fields(), field.shorthands(), named);
    }
    if (field != null && field.type() == FieldType.FOREIGN) {
      Optional<EntitySpec> target = field.reference().flatMap(specs::byName);
      return record(target.map(EntitySpec::fields).orElse(List.of()), List.of(), named);
    }
    ObjectNode object = Json.NODES.objectNode();
    FieldSpec value = field == null ? null : field.values;
    named.values().forEach((name, raw) -> object.set(name, typed(value, raw)));
    return object;
  }

  private ArrayNode list(@Nullable FieldSpec field, List<Raw> values) {
    FieldSpec element = field == null || !field.type().isList() ? null : field.elements;
    ArrayNode list = Json.NODES.arrayNode();
    values.forEach(value -> list.add(typed(element, value)));
    return list;
  }

  private JsonNode text(@Nullable FieldSpec field, @Nullable String text) {
    if (text == null) {
      return Json.of(true);
    }
    if (text.isEmpty()) {
      return Json.of(null);
    }
    if (field == null) {
      return Json.of(text);
    }
    return switch (field.type()) {
      case INTEGER, NUMBER -> FormValues.number(text);
      case BOOLEAN -> FormValues.bool(text);
      case ARRAY, SET -> listFromText(field, text);
      case RECORD, MAP -> {
        JsonNode read = field.textReader == null ? null : field.textReader.apply(text);
        yield read == null ? Json.of(text) : read;
      }
      case STRING, FOREIGN, ANY -> Json.of(text);
    };
  }

  private JsonNode listFromText(FieldSpec field, String text) {
    FieldSpec element = field.elements == null ? Types.STRING : field.elements;
    JsonNode whole = text(element, text);
    boolean legal = isLegal(element, whole);
    if (!legal && text.startsWith("[")) {
      ArrayNode literal = arrayLiteral(text);
      if (literal != null) {
        return literal;
      }
    }
    boolean mayDivide =
        switch (field.listText) {
          case WHEN_REFUSED -> !legal;
          case WHENEVER_LEGAL -> true;
          case NEVER -> false;
        };
    if (mayDivide && text.indexOf(',') >= 0) {
      ArrayNode parts = Json.NODES.arrayNode();
      for (String part : text.split(",", -1)) {
        JsonNode value = text(element, part.strip());
        if (!isLegal(element, value)) {
          parts = null;
          break;
        }
        parts.add(value);
      }
      if (parts != null) {
        return parts;
      }
    }
    return Json.NODES.arrayNode().add(whole);
  }

  private boolean isLegal(FieldSpec element, JsonNode value) {
    return !value.isNull() && new Validator(specs::byName, false).check(element, value) == null;
  }

  private @Nullable ArrayNode arrayLiteral(String text) {
    try {
      return json.readTree(text) instanceof ArrayNode array ? array : null;
    } catch (JacksonException noJson) {
      return null;
    }
  }
}
