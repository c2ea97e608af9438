package io.portcullis.admin.http;

import io.portcullis.admin.wire.PercentEncoding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoint of a path. Literal segments beat variable ones; a final slash is optional.
 * Never changed once built.
 */
final class PathTable {
  private final Node root = new Node();
  private final List<String> templates = new ArrayList<>();

  /** An endpoint and the decoded values of its variable segments. */
  record Match(Endpoint endpoint, List<String> parameters) {}

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private @Nullable Node variable;
    private @Nullable Endpoint endpoint;
  }

  PathTable(Collection<Endpoint> endpoints) {
    for (Endpoint endpoint : endpoints) {
      Node node = root;
      for (String segment : endpoint.segments()) {
        if (Endpoint.isParameter(segment)) {
          Node variable = node.variable == null ? new Node() : node.variable;
          node.variable = variable;
          node = variable;
        } else {
          node = node.literals.computeIfAbsent(segment, ignored -> new Node());
        }
      }
      if (node.endpoint != null) {
        throw new IllegalArgumentException(
            "two endpoints at " + endpoint.template() + " and " + node.endpoint.template());
      }
      node.endpoint = endpoint;
      templates.add(endpoint.template());
    }
    templates.sort(bySegment());
  }

  /** Every template, sorted segment by segment. */
  List<String> templates() {
    return List.copyOf(templates);
  }

  /** Looks a raw path up, as the client sent it. */
  Optional<Match> match(String rawPath) {
    if (rawPath.equals("/")) {
      return Optional.ofNullable(root.endpoint).map(endpoint -> new Match(endpoint, List.of()));
    }
    String path = withoutFinalSlash(rawPath);
    if (!path.startsWith("/") || path.length() == 1) {
      return Optional.empty();
    }
    String[] segments = path.substring(1).split("/", -1);
    Deque<String> parameters = new ArrayDeque<>();
    Endpoint found = find(root, segments, 0, parameters);
    return found == null
        ? Optional.empty()
        : Optional.of(new Match(found, List.copyOf(parameters)));
  }

  static String withoutFinalSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static @Nullable Endpoint find(
      Node node, String[] segments, int at, Deque<String> parameters) {
    if (at == segments.length) {
      return node.endpoint;
    }
    String segment = segments[at];
    Node literal = node.literals.get(segment);
    if (literal != null) {
      Endpoint found = find(literal, segments, at + 1, parameters);
      if (found != null) {
        return found;
      }
    }
    if (node.variable == null || segment.isEmpty()) {
      return null;
    }
    parameters.addLast(PercentEncoding.decodeSegment(segment));
    Endpoint found = find(node.variable, segments, at + 1, parameters);
    if (found == null) {
      parameters.removeLast();
    }
    return found;
  }

  private static Comparator<String> bySegment() {
    return (left, right) -> {
      String[] a = left.split("/");
      String[] b = right.split("/");
      for (int i = 0; i < Math.min(a.length, b.length); i++) {
        int order = a[i].compareTo(b[i]);
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(a.length, b.length);
    };
  }
}
