package io.portcullis.krakend.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of one call, already of the types that the function declares. */
record Arguments(List<@Nullable Object> values) {
  int size() {
    return values.size();
  }

  @Nullable Object any(int index) {
    return values.get(index);
  }

  String string(int index) {
    return (String) present(index);
  }

  long integer(int index) {
    return (Long) present(index);
  }

  double decimal(int index) {
    return (Double) present(index);
  }

  boolean truth(int index) {
    return (Boolean) present(index);
  }

  /** Empty and not to be changed when nil was given. */
  @SuppressWarnings("unchecked") // Every map among values has texts as keys.
  Map<String, @Nullable Object> map(int index) {
    Object value = values.get(index);
    return value == null ? Map.of() : (Map<String, @Nullable Object>) value;
  }

  List<@Nullable Object> from(int index) {
    return values.subList(index, values.size());
  }

  private Object present(int index) {
    Object value = values.get(index);
    if (value == null) {
      throw new IllegalStateException("argument " + index + " is not there");
    }
    return value;
  }
}
