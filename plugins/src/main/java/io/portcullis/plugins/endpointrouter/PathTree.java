package io.portcullis.plugins.endpointrouter;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one method, segment by segment. Texts go before placeholders, these before the rest.
 * It is built by one thread and then read by all.
 */
final class PathTree {
  /** What stands at the end of a path. */
  enum Leaf {
    ENDPOINT,
    HEALTH,
    ECHO,
    DEBUG
  }

  /** A path as it is written, and what stands there. */
  record Found(String path, Leaf leaf) {}

  private static final class Node {
    final Map<String, Node> texts = new TreeMap<>();

    /** The same by lower case; of several that differ in case the first. */
    final Map<String, String> spellings = new HashMap<>();

    @Nullable Node placeholder;
    @Nullable Leaf rest;
    @Nullable Leaf end;
  }

  private final Node root = new Node();

  void add(String path, Leaf leaf) {
    Node node = root;
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      if (segment.equals("*") && i == segments.length - 1) {
        node.rest = leaf;
        return;
      }
      if (segment.indexOf('{') >= 0) {
        Node next = node.placeholder == null ? new Node() : node.placeholder;
        node.placeholder = next;
        node = next;
      } else {
        node.spellings.putIfAbsent(segment.toLowerCase(Locale.ROOT), segment);
        node = node.texts.computeIfAbsent(segment, text -> new Node());
      }
    }
    node.end = leaf;
  }

  /** What a path leads to; null when it leads nowhere. */
  @Nullable Leaf find(String path) {
    Found found = find(root, path, 1, new StringBuilder(), /* exact= */ true);
    return found == null ? null : found.leaf();
  }

  /** Where a path leads when case does not matter, and how it is spelled there. */
  @Nullable Found findInAnyCase(String path) {
    return find(root, path, 1, new StringBuilder(), /* exact= */ false);
  }

  private static @Nullable Found find(
      Node node, String path, int from, StringBuilder spelled, boolean exact) {
    int slash = path.indexOf('/', from);
    String segment = slash < 0 ? path.substring(from) : path.substring(from, slash);
    int length = spelled.length();
    String text = exact ? segment : node.spellings.get(segment.toLowerCase(Locale.ROOT));
    Node next = text == null ? null : node.texts.get(text);
    Found found = null;
    if (next != null) {
      found = below(next, path, slash, spelled.append('/').append(text), exact);
    }
    if (found == null && node.placeholder != null && !segment.isEmpty()) {
      spelled.setLength(length);
      found = below(node.placeholder, path, slash, spelled.append('/').append(segment), exact);
    }
    if (found == null && node.rest != null) {
      spelled.setLength(length);
      found = new Found(spelled + "/" + path.substring(from), node.rest);
    }
    return found;
  }

  private static @Nullable Found below(
      Node node, String path, int slash, StringBuilder spelled, boolean exact) {
    if (slash >= 0) {
      return find(node, path, slash + 1, spelled, exact);
    }
    return node.end == null ? null : new Found(spelled.toString(), node.end);
  }
}
