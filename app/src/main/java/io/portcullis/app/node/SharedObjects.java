package io.portcullis.app.node;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One object per type for the life of the node: what the handlers of one plugin share. */
final class SharedObjects {
  private final Map<Class<?>, Object> objects = new ConcurrentHashMap<>();

  <T> T get(Class<T> type, Supplier<? extends T> first) {
    return type.cast(objects.computeIfAbsent(type, key -> first.get()));
  }

  /** Those of them that are of {@code type}. */
  <T> Collection<T> all(Class<T> type) {
    return objects.values().stream().filter(type::isInstance).map(type::cast).toList();
  }
}
