package io.portcullis.core.schema;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds records from checked JSON: components are fields in camelCase. A null list, set or map
 * becomes an empty one unless its component is nullable or an {@link Optional}.
 */
final class ConfigDecoder {
  private ConfigDecoder() {}

  static <R> R decode(Class<R> type, List<FieldSpec> fields, ObjectNode json) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      FieldSpec field = fieldOf(components[i], fields);
      JsonNode value = json.get(field.name());
      if (Json.isAbsent(value) && isPrimitiveOrDemanded(components[i])) {
        value = field.defaultValue().orElse(value == null ? Json.of(null) : value);
      }
      arguments[i] =
          value(
              components[i].getGenericType(),
              field,
              value == null ? Json.of(null) : value,
              isNullable(components[i].getAnnotatedType()));
    }
    try {
      return constructor(type).newInstance(arguments);
    } catch (InvocationTargetException refused) {
      Throwable cause = refused.getTargetException();
      throw new IllegalArgumentException(String.valueOf(cause.getMessage()), cause);
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException("cannot build " + type.getName(), broken);
    }
  }

  /**
   * @throws IllegalStateException naming the first component or field that has no partner, or whose
   *     type does not fit
   */
  static void verify(Class<?> type, List<FieldSpec> fields, String owner) {
    if (!type.isRecord()) {
      throw new IllegalStateException(owner + ": " + type.getName() + " is not a record");
    }
    Map<String, FieldSpec> left = new LinkedHashMap<>();
    fields.forEach(field -> left.put(camelCase(field.name()), field));
    for (RecordComponent component : type.getRecordComponents()) {
      FieldSpec field = left.remove(plainName(component));
      if (field == null) {
        throw new IllegalStateException(
            owner
                + ": component "
                + component.getName()
                + " of "
                + type.getName()
                + " is no field");
      }
      boolean always = field.isRequired() || field.defaultValue().isPresent();
      String where = owner + "." + field.name();
      if (!always && isPrimitiveOrDemanded(component) && !isCollection(component.getType())) {
        throw new IllegalStateException(
            where + " may be null, so its component must be @Nullable or an Optional");
      }
      verifyType(component.getGenericType(), field, where);
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          owner + ": " + type.getName() + " lacks components for " + left.keySet());
    }
    constructor(type);
  }

  private static void verifyType(Type type, FieldSpec field, String where) {
    Class<?> raw = rawType(type);
    if (raw == Optional.class) {
      verifyType(argument(type, 0), field, where);
      return;
    }
    if (JsonNode.class.isAssignableFrom(raw)) {
      return;
    }
    boolean fits =
        switch (field.type()) {
          case STRING -> raw == String.class;
          case INTEGER -> Set.of(int.class, Integer.class, long.class, Long.class).contains(raw);
          case NUMBER ->
              Set.of(double.class, Double.class, int.class, Integer.class, long.class, Long.class)
                  .contains(raw);
          case BOOLEAN -> raw == boolean.class || raw == Boolean.class;
          case ARRAY -> raw == List.class;
          case SET -> raw == Set.class || raw == List.class;
          case MAP -> raw == Map.class;
          case RECORD -> raw.isRecord();
          case FOREIGN, ANY -> false;
        };
    if (!fits) {
      throw new IllegalStateException(
          where + " is a " + field.type().word() + ", not a " + raw.getSimpleName());
    }
    if (field.type().isList() && field.elements != null) {
      verifyType(argument(type, 0), field.elements, where);
    } else if (field.type() == FieldType.MAP && field.values != null) {
      verifyType(argument(type, 1), field.values, where);
    } else if (field.type() == FieldType.RECORD) {
      verify(raw, field.fields(), where);
    }
  }

  private static @Nullable Object value(
      Type type, FieldSpec field, JsonNode json, boolean nullable) {
    Class<?> raw = rawType(type);
    if (raw == Optional.class) {
      return json.isNull()
          ? Optional.empty()
          : Optional.ofNullable(value(argument(type, 0), field, json, true));
    }
    if (JsonNode.class.isAssignableFrom(raw)) {
      return json.isNull() && nullable ? null : json;
    }
    if (json.isNull()) {
      return nullable ? null : empty(raw);
    }
    return switch (field.type()) {
      case STRING -> json.stringValue();
      case INTEGER, NUMBER -> number(raw, json);
      case BOOLEAN -> json.booleanValue();
      case ARRAY, SET -> list(type, raw, field, json);
      case MAP -> map(type, field, json);
      case RECORD -> decode(raw, field.fields(), (ObjectNode) json);
      case FOREIGN, ANY -> throw new IllegalStateException("no component can hold " + field);
    };
  }

  private static Object number(Class<?> raw, JsonNode json) {
    double number = Json.toDouble(json);
    if (raw == int.class || raw == Integer.class) {
      return Math.clamp(Math.round(number), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (raw == long.class || raw == Long.class) {
      return json.isIntegralNumber() ? json.longValue() : Math.round(number);
    }
    return number;
  }

  private static Object list(Type type, Class<?> raw, FieldSpec field, JsonNode json) {
    FieldSpec element = field.elements == null ? Types.STRING : field.elements;
    List<Object> values = new ArrayList<>(json.size());
    for (JsonNode item : json) {
      Object value = value(argument(type, 0), element, item, false);
      if (value != null) {
        values.add(value);
      }
    }
    return raw == Set.class
        ? Collections.unmodifiableSet(new LinkedHashSet<>(values))
        : List.copyOf(values);
  }

  private static Object map(Type type, FieldSpec field, JsonNode json) {
    FieldSpec element = field.values == null ? Types.STRING : field.values;
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      Object value = value(argument(type, 1), element, entry.getValue(), false);
      if (value != null) {
        values.put(entry.getKey(), value);
      }
    }
    return Collections.unmodifiableMap(values);
  }

  private static @Nullable Object empty(Class<?> raw) {
    if (raw == List.class) {
      return List.of();
    }
    if (raw == Set.class) {
      return Set.of();
    }
    if (raw == Map.class) {
      return Map.of();
    }
    if (raw == int.class) {
      return 0;
    }
    if (raw == long.class) {
      return 0L;
    }
    if (raw == double.class) {
      return 0.0;
    }
    return raw == boolean.class ? false : null;
  }

  private static boolean isCollection(Class<?> type) {
    return type == List.class || type == Set.class || type == Map.class;
  }

  private static boolean isPrimitiveOrDemanded(RecordComponent component) {
    return component.getType().isPrimitive()
        || (component.getType() != Optional.class
            && !isNullable(component.getAnnotatedType())
            && component.getType() != Object.class);
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static FieldSpec fieldOf(RecordComponent component, List<FieldSpec> fields) {
    String name = plainName(component);
    for (FieldSpec field : fields) {
      if (camelCase(field.name()).equals(name)) {
        return field;
      }
    }
    throw new IllegalStateException("no field for component " + component.getName());
  }

  /** A component may end in an underscore where the field's name is a word of the language. */
  private static String plainName(RecordComponent component) {
    String name = component.getName();
    return name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
  }

  static String camelCase(String snakeCase) {
    StringBuilder camel = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < snakeCase.length(); i++) {
      char c = snakeCase.charAt(i);
      if (c == '_' || c == '-') {
        upper = !camel.isEmpty();
      } else {
        char first = camel.isEmpty() ? Character.toLowerCase(c) : c;
        camel.append(upper ? Character.toUpperCase(c) : first);
        upper = false;
      }
    }
    return camel.toString();
  }

  private static Class<?> rawType(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> throw new IllegalStateException("cannot decode into " + type);
    };
  }

  private static Type argument(Type type, int index) {
    if (type instanceof ParameterizedType generic) {
      return generic.getActualTypeArguments()[index];
    }
    throw new IllegalStateException("cannot decode into raw " + type);
  }

  private static <R> Constructor<R> constructor(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
