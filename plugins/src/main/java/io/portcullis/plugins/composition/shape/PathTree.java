package io.portcullis.plugins.composition.shape;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Dotted paths merged into a tree, to keep or to remove what they name, with everything below it.
 * Paths lead through objects only: nothing inside of arrays has one. Immutable once built.
 */
final class PathTree {
  private final Map<String, PathTree> children = new HashMap<>();
  private boolean whole;

  /** What is removed: a path stands for everything below it, whatever else is listed. */
  static PathTree removed(List<String> paths) {
    PathTree root = new PathTree();
    for (String path : paths) {
      root.at(path).whole = true;
    }
    return root;
  }

  /** What is kept: of a path and one below it the one that is listed later counts. */
  static PathTree kept(List<String> paths) {
    PathTree root = new PathTree();
    for (String path : paths) {
      PathTree tree = root;
      for (String segment : Trees.segments(path)) {
        tree.whole = false;
        tree = tree.children.computeIfAbsent(segment, _ -> new PathTree());
      }
      tree.children.clear();
      tree.whole = true;
    }
    return root;
  }

  private PathTree at(String path) {
    PathTree tree = this;
    for (String segment : Trees.segments(path)) {
      tree = tree.children.computeIfAbsent(segment, _ -> new PathTree());
    }
    return tree;
  }

  /** Removes what no path names, and objects that this leaves empty. */
  void keep(Map<String, Object> object) {
    Iterator<Map.Entry<String, Object>> entries = object.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Object> entry = entries.next();
      PathTree tree = children.get(entry.getKey());
      if (tree == null || !tree.keepsSomeOf(entry.getValue())) {
        entries.remove();
      }
    }
  }

  private boolean keepsSomeOf(Object value) {
    if (whole) {
      return true;
    }
    Map<String, Object> object = Trees.object(value);
    if (object == null) {
      return false;
    }
    keep(object);
    return !object.isEmpty();
  }

  /** Removes what a path names. */
  void remove(Map<String, Object> object) {
    for (Map.Entry<String, PathTree> child : children.entrySet()) {
      if (child.getValue().whole) {
        object.remove(child.getKey());
      } else {
        @Nullable Map<String, Object> inner = Trees.object(object.get(child.getKey()));
        if (inner != null) {
          child.getValue().remove(inner);
        }
      }
    }
  }
}
