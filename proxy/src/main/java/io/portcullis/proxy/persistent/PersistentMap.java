package io.portcullis.proxy.persistent;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map: a trie over the bits of the hash, five at a time. A change copies the few
 * nodes on its way and shares the rest. Safe to read from any thread.
 *
 * @param <K> with {@code equals} and {@code hashCode}
 */
public final class PersistentMap<K, V> {
  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;

  private final @Nullable Node<K, V> root;
  private final int size;

  private PersistentMap(@Nullable Node<K, V> root, int size) {
    this.root = root;
    this.size = size;
  }

  public static <K, V> PersistentMap<K, V> empty() {
    return new PersistentMap<>(null, 0);
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The value of that key, or null. */
  public @Nullable V get(K key) {
    Node<K, V> node = root;
    int hash = spread(key);
    for (int shift = 0; node != null; shift += BITS) {
      switch (node) {
        case Branch<K, V> branch -> node = branch.child(bit(hash, shift));
        case Leaf<K, V> leaf -> {
          return leaf.find(hash, key);
        }
      }
    }
    return null;
  }

  /** A map in which {@code key} has that value. */
  public PersistentMap<K, V> with(K key, V value) {
    int hash = spread(key);
    Leaf<K, V> leaf = new Leaf<>(hash, key, value, null);
    if (root == null) {
      return new PersistentMap<>(leaf, 1);
    }
    boolean known = get(key) != null;
    return new PersistentMap<>(put(root, leaf, 0), known ? size : size + 1);
  }

  /** A map without {@code key}; this one if it is not in here. */
  public PersistentMap<K, V> without(K key) {
    if (root == null || get(key) == null) {
      return this;
    }
    return new PersistentMap<>(remove(root, spread(key), key, 0), size - 1);
  }

  /** Visits every entry, in no order that means anything. */
  public void forEach(BiConsumer<? super K, ? super V> visitor) {
    visit(root, visitor);
  }

  private static <K, V> void visit(
      @Nullable Node<K, V> node, BiConsumer<? super K, ? super V> visitor) {
    switch (node) {
      case null -> {}
      case Branch<K, V> branch -> {
        for (Node<K, V> child : branch.children) {
          visit(child, visitor);
        }
      }
      case Leaf<K, V> leaf -> {
        for (Leaf<K, V> next = leaf; next != null; next = next.sameHash) {
          visitor.accept(next.key, next.value);
        }
      }
    }
  }

  private static <K, V> Node<K, V> put(Node<K, V> node, Leaf<K, V> leaf, int shift) {
    return switch (node) {
      case Branch<K, V> branch -> {
        int bit = bit(leaf.hash, shift);
        Node<K, V> child = branch.child(bit);
        yield branch.with(bit, child == null ? leaf : put(child, leaf, shift + BITS));
      }
      case Leaf<K, V> old when old.hash == leaf.hash ->
          new Leaf<>(leaf.hash, leaf.key, leaf.value, old.without(leaf.key));
      case Leaf<K, V> old -> {
        Branch<K, V> branch = new Branch<K, V>(0, newNodes(0)).with(bit(old.hash, shift), old);
        yield put(branch, leaf, shift);
      }
    };
  }

  private static <K, V> @Nullable Node<K, V> remove(Node<K, V> node, int hash, K key, int shift) {
    return switch (node) {
      case Branch<K, V> branch -> {
        int bit = bit(hash, shift);
        Node<K, V> child = branch.child(bit);
        if (child == null) {
          yield branch;
        }
        Node<K, V> rest = remove(child, hash, key, shift + BITS);
        yield rest == null ? branch.without(bit) : branch.with(bit, rest).collapsed();
      }
      case Leaf<K, V> leaf -> leaf.without(key);
    };
  }

  private static int bit(int hash, int shift) {
    return 1 << (hash >>> shift & MASK);
  }

  private static int spread(Object key) {
    int hash = key.hashCode();
    return hash ^ hash >>> 16;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other spelling
  private static <K, V> Node<K, V>[] newNodes(int length) {
    return new Node[length];
  }

  private sealed interface Node<K, V> {}

  /** Children by five bits of the hash; {@code bitmap} says which are there. */
  private static final class Branch<K, V> implements Node<K, V> {
    final int bitmap;
    final Node<K, V>[] children;

    Branch(int bitmap, Node<K, V>[] children) {
      this.bitmap = bitmap;
      this.children = children;
    }

    @Nullable Node<K, V> child(int bit) {
      return (bitmap & bit) == 0 ? null : children[Integer.bitCount(bitmap & bit - 1)];
    }

    Branch<K, V> with(int bit, Node<K, V> child) {
      int at = Integer.bitCount(bitmap & bit - 1);
      if ((bitmap & bit) != 0) {
        Node<K, V>[] copy = children.clone();
        copy[at] = child;
        return new Branch<>(bitmap, copy);
      }
      Node<K, V>[] copy = newNodes(children.length + 1);
      System.arraycopy(children, 0, copy, 0, at);
      copy[at] = child;
      System.arraycopy(children, at, copy, at + 1, children.length - at);
      return new Branch<>(bitmap | bit, copy);
    }

    @Nullable Node<K, V> without(int bit) {
      if (children.length == 1) {
        return null;
      }
      int at = Integer.bitCount(bitmap & bit - 1);
      Node<K, V>[] copy = Arrays.copyOf(children, children.length - 1);
      System.arraycopy(children, at + 1, copy, at, copy.length - at);
      return new Branch<>(bitmap & ~bit, copy).collapsed();
    }

    /** A lone leaf needs no branch above it. */
    Node<K, V> collapsed() {
      return children.length == 1 && children[0] instanceof Leaf<K, V> leaf ? leaf : this;
    }
  }

  /** One entry, and behind it those whose hash is the same. */
  private static final class Leaf<K, V> implements Node<K, V> {
    final int hash;
    final K key;
    final V value;
    final @Nullable Leaf<K, V> sameHash;

    Leaf(int hash, K key, V value, @Nullable Leaf<K, V> sameHash) {
      this.hash = hash;
      this.key = key;
      this.value = value;
      this.sameHash = sameHash;
    }

    @Nullable V find(int wantedHash, K wanted) {
      if (hash != wantedHash) {
        return null;
      }
      for (Leaf<K, V> leaf = this; leaf != null; leaf = leaf.sameHash) {
        if (leaf.key.equals(wanted)) {
          return leaf.value;
        }
      }
      return null;
    }

    @Nullable Leaf<K, V> without(K unwanted) {
      if (key.equals(unwanted)) {
        return sameHash;
      }
      return sameHash == null ? this : new Leaf<>(hash, key, value, sameHash.without(unwanted));
    }
  }
}
