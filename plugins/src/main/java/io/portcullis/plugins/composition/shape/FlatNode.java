package io.portcullis.plugins.composition.shape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object or array while a flatmap works on it: arrays have labels too, their indexes. */
final class FlatNode {
  private static final String ANY = "*";

  private final boolean array;
  private final boolean cameEmpty;
  private final Map<String, Object> children = new LinkedHashMap<>();
  private int nextIndex;

  private FlatNode(boolean array, boolean cameEmpty) {
    this.array = array;
    this.cameEmpty = cameEmpty;
  }

  static FlatNode of(Map<String, Object> object) {
    FlatNode node = new FlatNode(false, object.isEmpty());
    object.forEach((name, value) -> node.children.put(name, child(value)));
    return node;
  }

  private static FlatNode of(List<?> list) {
    FlatNode node = new FlatNode(true, list.isEmpty());
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

  /** Whether it is an array, and not one that was emptied: that is null. */
  boolean isArray() {
    return array && !isNull();
  }

  private boolean isNull() {
    return children.isEmpty() && !cameEmpty;
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

  /**
   * Gives a child, or each one, another label where it stands. The last of those that get it stays,
   * and none that had it before.
   *
   * @param label {@code *} for each
   */
  void rename(String label, String newLabel) {
    if (!label.equals(ANY) && !children.containsKey(label)) {
      return;
    }
    Map<String, Object> before = new LinkedHashMap<>(children);
    children.clear();
    before.forEach(
        (name, value) -> {
          if (label.equals(ANY) || name.equals(label)) {
            children.remove(newLabel);
            children.put(newLabel, value);
          } else if (!name.equals(newLabel)) {
            children.put(name, value);
          }
        });
  }

  /** The child of that label, made an empty object if it is none. */
  FlatNode openChild(String label) {
    if (children.get(label) instanceof FlatNode child) {
      return child;
    }
    FlatNode child = new FlatNode(false, false);
    children.put(label, child);
    return child;
  }

  /** Adds the elements of another array at the end. */
  void takeAll(FlatNode other) {
    other.children.values().forEach(this::add);
  }

  private void add(Object value) {
    // An element may have been given a label that is free otherwise.
    while (children.putIfAbsent(Integer.toString(nextIndex), value) != null) {
      nextIndex++;
    }
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
    if (node.isNull()) {
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
