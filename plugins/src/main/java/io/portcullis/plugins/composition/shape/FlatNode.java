package io.portcullis.plugins.composition.shape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object or array while a flatmap works on it: arrays have labels too, their indexes. */
final class FlatNode {
  private final boolean array;
  private final Map<String, Object> children = new LinkedHashMap<>();
  private int nextIndex;

  private FlatNode(boolean array) {
    this.array = array;
  }

  static FlatNode of(Map<String, Object> object) {
    FlatNode node = new FlatNode(false);
    object.forEach((name, value) -> node.children.put(name, child(value)));
    return node;
  }

  private static FlatNode of(List<?> list) {
    FlatNode node = new FlatNode(true);
    for (Object value : list) {
      node.add(child(value));
    }
    return node;
  }

  private static Object child(Object value) {
    Map<String, Object> object = Trees.object(value);
    if (object != null) {
      return of(object);
    }
    return value instanceof List<?> list ? of(list) : value;
  }

  boolean isArray() {
    return array;
  }

  List<String> labels() {
    return new ArrayList<>(children.keySet());
  }

  @Nullable Object get(String label) {
    return children.get(label);
  }

  void put(String label, Object value) {
    children.put(label, value);
  }

  void remove(String label) {
    children.remove(label);
  }

  /** Gives a child another label; a child that has it already is replaced. */
  void rename(String label, String newLabel) {
    Object value = children.remove(label);
    if (value != null) {
      children.put(newLabel, value);
    }
  }

  /** The child of that label, made an empty object if it is none. */
  FlatNode openChild(String label) {
    if (children.get(label) instanceof FlatNode child) {
      return child;
    }
    FlatNode child = new FlatNode(false);
    children.put(label, child);
    return child;
  }

  /** Adds the elements of another array at the end. */
  void takeAll(FlatNode other) {
    other.children.values().forEach(this::add);
  }

  private void add(Object value) {
    children.put(Integer.toString(nextIndex), value);
    nextIndex++;
  }

  Map<String, Object> toObject() {
    Map<String, Object> object = new LinkedHashMap<>();
    children.forEach((name, value) -> object.put(name, plain(value)));
    return object;
  }

  private static Object plain(Object value) {
    if (!(value instanceof FlatNode node)) {
      return value;
    }
    if (node.children.isEmpty()) {
      return JsonNull.NULL;
    }
    if (!node.array) {
      return node.toObject();
    }
    List<Object> list = new ArrayList<>(node.children.size());
    for (Object element : node.children.values()) {
      list.add(plain(element));
    }
    return list;
  }
}
