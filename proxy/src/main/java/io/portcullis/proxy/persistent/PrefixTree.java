package io.portcullis.proxy.persistent;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable radix tree: values under string keys, found by walking a text and meeting every key
 * that it starts with. A change copies the nodes on its way and shares the rest. Safe to read from
 * any thread.
 *
 * <p>The walk allocates nothing:
 *
 * <pre>{@code
 * for (var node = tree.root(); node != null; node = node.next(path)) {
 *   use(node.value()); // null between keys
 * }
 * }</pre>
 */
public final class PrefixTree<V> {
  private final Node<V> root;

  private PrefixTree(Node<V> root) {
    this.root = root;
  }

  public static <V> PrefixTree<V> empty() {
    return new PrefixTree<>(new Node<>("", 0, null, new char[0], newNodes(0)));
  }

  /** The node of the empty key, where every walk starts. */
  public Node<V> root() {
    return root;
  }

  public boolean isEmpty() {
    return root.value == null && root.children.length == 0;
  }

  /** The value of exactly that key, or null. */
  public @Nullable V get(String key) {
    for (Node<V> node = root; node != null; node = node.next(key)) {
      if (node.depth == key.length()) {
        return node.value;
      }
    }
    return null;
  }

  /** A tree in which {@code key} has that value. */
  public PrefixTree<V> with(String key, V value) {
    return new PrefixTree<>(root.with(key, value));
  }

  /** A tree without {@code key}. */
  public PrefixTree<V> without(String key) {
    Node<V> rest = root.without(key);
    return rest == null ? empty() : new PrefixTree<>(rest);
  }

  /** Visits every value. */
  public void forEach(Consumer<? super V> visitor) {
    root.forEach(visitor);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other spelling
  private static <V> Node<V>[] newNodes(int length) {
    return new Node[length];
  }

  /** A place in the tree: the end of a key, or where keys part. */
  public static final class Node<V> {
    private final String label;
    private final int depth;
    private final @Nullable V value;
    private final char[] firsts;
    private final Node<V>[] children;

    private Node(String label, int depth, @Nullable V value, char[] firsts, Node<V>[] children) {
      this.label = label;
      this.depth = depth;
      this.value = value;
      this.firsts = firsts;
      this.children = children;
    }

    /** The value of the key that ends here, or null. */
    public @Nullable V value() {
      return value;
    }

    /** The next node on the way along {@code text}, or null when no longer key fits. */
    public @Nullable Node<V> next(String text) {
      if (depth == text.length() || children.length == 0) {
        return null;
      }
      int at = find(text.charAt(depth));
      if (at < 0) {
        return null;
      }
      Node<V> child = children[at];
      return text.startsWith(child.label, depth) ? child : null;
    }

    /** Like {@link #next}, reading {@code text} from its end; for keys stored reversed. */
    public @Nullable Node<V> nextBackwards(String text) {
      int last = text.length() - 1;
      if (depth > last || children.length == 0) {
        return null;
      }
      int at = find(text.charAt(last - depth));
      if (at < 0) {
        return null;
      }
      Node<V> child = children[at];
      if (child.depth > text.length()) {
        return null;
      }
      for (int i = depth; i < child.depth; i++) {
        if (child.label.charAt(i - depth) != text.charAt(last - i)) {
          return null;
        }
      }
      return child;
    }

    private void forEach(Consumer<? super V> visitor) {
      if (value != null) {
        visitor.accept(value);
      }
      for (Node<V> child : children) {
        child.forEach(visitor);
      }
    }

    private int find(char first) {
      if (firsts.length <= 8) {
        for (int i = 0; i < firsts.length; i++) {
          if (firsts[i] == first) {
            return i;
          }
        }
        return -1;
      }
      return Arrays.binarySearch(firsts, first);
    }

    private Node<V> with(String key, V added) {
      if (key.length() == depth) {
        return new Node<>(label, depth, added, firsts, children);
      }
      char first = key.charAt(depth);
      int at = Arrays.binarySearch(firsts, first);
      if (at < 0) {
        Node<V> leaf =
            new Node<>(key.substring(depth), key.length(), added, new char[0], newNodes(0));
        return withChildAt(-at - 1, first, leaf);
      }
      Node<V> child = children[at];
      int common = commonLength(child.label, key, depth);
      if (common == child.label.length()) {
        return withChild(at, child.with(key, added));
      }
      Node<V> fork =
          new Node<V>(
              child.label.substring(0, common), depth + common, null, new char[0], newNodes(0));
      fork =
          fork.withChildAt(
              0, child.label.charAt(common), child.relabelled(child.label.substring(common)));
      return withChild(at, fork.with(key, added));
    }

    private @Nullable Node<V> without(String key) {
      if (key.length() == depth) {
        return new Node<>(label, depth, null, firsts, children).pruned();
      }
      int at = depth > key.length() ? -1 : Arrays.binarySearch(firsts, key.charAt(depth));
      if (at < 0 || !key.startsWith(children[at].label, depth)) {
        return this;
      }
      Node<V> rest = children[at].without(key);
      return rest == null ? withoutChild(at).pruned() : withChild(at, rest);
    }

    /** Null when nothing is left; merged with an only child when nothing else is here. */
    private @Nullable Node<V> pruned() {
      if (value != null || children.length > 1) {
        return this;
      }
      if (children.length == 0) {
        return null;
      }
      return depth == 0 ? this : children[0].relabelled(label + children[0].label);
    }

    private Node<V> relabelled(String newLabel) {
      return new Node<>(newLabel, depth, value, firsts, children);
    }

    private Node<V> withChild(int at, Node<V> child) {
      Node<V>[] copy = children.clone();
      copy[at] = child;
      return new Node<>(label, depth, value, firsts, copy);
    }

    private Node<V> withChildAt(int at, char first, Node<V> child) {
      char[] newFirsts = new char[firsts.length + 1];
      Node<V>[] newChildren = newNodes(children.length + 1);
      System.arraycopy(firsts, 0, newFirsts, 0, at);
      System.arraycopy(children, 0, newChildren, 0, at);
      newFirsts[at] = first;
      newChildren[at] = child;
      System.arraycopy(firsts, at, newFirsts, at + 1, firsts.length - at);
      System.arraycopy(children, at, newChildren, at + 1, children.length - at);
      return new Node<>(label, depth, value, newFirsts, newChildren);
    }

    private Node<V> withoutChild(int at) {
      char[] newFirsts = Arrays.copyOf(firsts, firsts.length - 1);
      Node<V>[] newChildren = Arrays.copyOf(children, children.length - 1);
      System.arraycopy(firsts, at + 1, newFirsts, at, newFirsts.length - at);
      System.arraycopy(children, at + 1, newChildren, at, newChildren.length - at);
      return new Node<>(label, depth, value, newFirsts, newChildren);
    }

    private static int commonLength(String label, String key, int from) {
      int most = Math.min(label.length(), key.length() - from);
      int common = 0;
      while (common < most && label.charAt(common) == key.charAt(from + common)) {
        common++;
      }
      return common;
    }
  }
}
