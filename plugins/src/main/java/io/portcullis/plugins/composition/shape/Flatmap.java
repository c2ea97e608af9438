package io.portcullis.plugins.composition.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operations that reach into arrays. Paths are dotted; elements go by their index at the start,
 * which they keep while earlier ones are deleted. What has no members in the end is null, whether
 * it was emptied here or came so. Immutable.
 */
public final class Flatmap {
  private static final String ANY = "*";

  private sealed interface Step {
    record Move(String[] from, String[] to) implements Step {}

    record Delete(String[] path) implements Step {}

    record Append(String[] from, String[] to) implements Step {}
  }

  private final List<Step> steps = new ArrayList<>();

  public Flatmap(List<FlatmapStep> operations) {
    for (FlatmapStep operation : operations) {
      List<String> args = operation.args();
      switch (operation.type()) {
        case "del" -> args.forEach(path -> steps.add(new Step.Delete(Trees.segments(path))));
        case "move" -> {
          if (args.size() >= 2) {
            steps.add(new Step.Move(Trees.segments(args.get(0)), Trees.segments(args.get(1))));
          }
        }
        case "append" -> {
          if (args.size() >= 2) {
            steps.add(new Step.Append(Trees.segments(args.get(0)), Trees.segments(args.get(1))));
          }
        }
        default -> {
          // Unknown operations are skipped, as files that name them expect.
        }
      }
    }
  }

  /** The changed object, a new one. */
  public Map<String, Object> apply(Map<String, Object> object) {
    FlatNode root = FlatNode.of(object);
    for (Step step : steps) {
      switch (step) {
        case Step.Delete delete ->
            visit(root, delete.path(), 0, new ArrayList<>(), FlatNode::remove);
        case Step.Move move -> move(root, move.from(), move.to());
        case Step.Append append -> append(root, append.from(), append.to());
      }
    }
    return root.toObject();
  }

  private static void move(FlatNode root, String[] from, String[] to) {
    int last = to.length - 1;
    visit(
        root,
        from,
        0,
        new ArrayList<>(),
        (parent, label) -> {
          Object value = parent.get(label);
          if (value == null) {
            return;
          }
          if (to.length == from.length) {
            // The last name alone changes, even where the paths part earlier.
            if (!to[last].equals(ANY)) {
              parent.rename(label, to[last]);
            }
          } else if (to.length > from.length) {
            parent.remove(label);
            FlatNode holder = parent;
            for (int i = from.length - 1; i < last; i++) {
              holder = holder.openChild(to[i]);
            }
            holder.put(to[last], value);
          }
        });
    if (to.length < from.length) {
      promote(root, from, to);
    }
  }

  /** Lifts values to a shallower place; {@code *} of the new path takes the matched label. */
  private static void promote(FlatNode root, String[] from, String[] to) {
    List<String> labels = new ArrayList<>();
    visit(
        root,
        from,
        0,
        labels,
        (parent, label) -> {
          Object value = parent.get(label);
          if (value == null) {
            return;
          }
          parent.remove(label);
          FlatNode holder = root;
          for (int i = 0; i < to.length - 1; i++) {
            holder = holder.openChild(to[i].equals(ANY) ? labels.get(i) : to[i]);
          }
          int last = to.length - 1;
          String name =
              to[last].equals(ANY) ? last < labels.size() ? labels.get(last) : label : to[last];
          holder.put(name, value);
        });
  }

  private static void append(FlatNode root, String[] from, String[] to) {
    List<String> labels = new ArrayList<>();
    visit(
        root,
        from,
        0,
        labels,
        (parent, label) -> {
          if (!(parent.get(label) instanceof FlatNode source) || !source.isArray()) {
            return;
          }
          FlatNode destination = existing(root, to, labels);
          if (destination != null && destination.isArray() && destination != source) {
            destination.takeAll(source);
            parent.remove(label);
          }
        });
  }

  private static @Nullable FlatNode existing(FlatNode root, String[] path, List<String> labels) {
    FlatNode node = root;
    for (int i = 0; i < path.length; i++) {
      String label = path[i].equals(ANY) && i < labels.size() ? labels.get(i) : path[i];
      if (!(node.get(label) instanceof FlatNode child)) {
        return null;
      }
      node = child;
    }
    return node;
  }

  @FunctionalInterface
  private interface Visit {
    void at(FlatNode parent, String label);
  }

  /**
   * Calls {@code visit} for each place that the path names.
   *
   * @param labels what the path's segments before the last matched, during the call
   */
  private static void visit(
      FlatNode node, String[] path, int depth, List<String> labels, Visit visit) {
    String segment = path[depth];
    List<String> matched = segment.equals(ANY) ? node.labels() : List.of(segment);
    for (String label : matched) {
      if (depth == path.length - 1) {
        visit.at(node, label);
      } else if (node.get(label) instanceof FlatNode child) {
        labels.add(label);
        visit(child, path, depth + 1, labels, visit);
        labels.removeLast();
      }
    }
  }
}
