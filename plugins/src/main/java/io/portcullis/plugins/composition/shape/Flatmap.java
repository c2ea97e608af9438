package io.portcullis.plugins.composition.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operations that reach into arrays. Paths are dotted; elements go by their index at the start,
 * which they keep while earlier ones are deleted. An operation finds all of its places before it
 * changes any. What was emptied is null; what came empty stays so. Immutable.
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
        case Step.Delete delete -> take(places(root, delete.path()));
        case Step.Move move -> move(root, move.from(), move.to());
        case Step.Append append -> append(root, append.from(), append.to());
      }
    }
    return root.toObject();
  }

  private static void move(FlatNode root, String[] from, String[] to) {
    int last = from.length - 1;
    if (to.length == from.length) {
      // The last name alone changes, even where the paths part earlier.
      if (!to[last].equals(ANY)) {
        String[] above = Arrays.copyOf(from, last);
        for (FlatNode parent : nodes(root, above)) {
          parent.rename(from[last], to[last]);
        }
      }
      return;
    }
    List<Place> places = places(root, from);
    List<Object> values = take(places);
    for (int i = 0; i < values.size(); i++) {
      Place place = places.get(i);
      if (to.length > from.length) {
        String[] below = Arrays.copyOfRange(to, last, to.length);
        put(place.parent(), below, values.get(i));
      } else {
        put(root, filled(to, place.labels()), values.get(i));
      }
    }
  }

  private static void append(FlatNode root, String[] from, String[] to) {
    for (Place place : places(root, from)) {
      if (place.value() instanceof FlatNode source && source.isArray()) {
        FlatNode destination = existing(root, filled(to, place.labels()));
        if (destination != null && destination.isArray() && destination != source) {
          destination.takeAll(source);
          place.parent().remove(place.label());
        }
      }
    }
  }

  private static @Nullable FlatNode existing(FlatNode root, String[] path) {
    FlatNode node = root;
    for (String label : path) {
      if (!(node.get(label) instanceof FlatNode child)) {
        return null;
      }
      node = child;
    }
    return node;
  }

  /** Removes what is at the places, and answers it. */
  private static List<Object> take(List<Place> places) {
    List<Object> values = new ArrayList<>(places.size());
    for (Place place : places) {
      values.add(place.value());
      place.parent().remove(place.label());
    }
    return values;
  }

  /** Puts a value where a path leads; what is no object or array on the way becomes an object. */
  private static void put(FlatNode node, String[] path, Object value) {
    FlatNode holder = node;
    for (int i = 0; i < path.length - 1; i++) {
      holder = holder.openChild(path[i]);
    }
    holder.put(path[path.length - 1], value);
  }

  /** The path with the labels that were matched in the places of {@code *}. */
  private static String[] filled(String[] path, List<String> labels) {
    String[] filled = path.clone();
    for (int i = 0; i < path.length && i < labels.size(); i++) {
      if (path[i].equals(ANY)) {
        filled[i] = labels.get(i);
      }
    }
    return filled;
  }

  /**
   * Something that a path names.
   *
   * @param labels of all that is above it and of itself
   * @param value what was there when it was found
   */
  private record Place(FlatNode parent, List<String> labels, Object value) {
    String label() {
      return labels.getLast();
    }
  }

  private static List<Place> places(FlatNode root, String[] path) {
    List<Place> places = new ArrayList<>();
    visit(root, path, List.of(), places);
    return places;
  }

  private static void visit(FlatNode node, String[] path, List<String> above, List<Place> places) {
    String segment = path[above.size()];
    for (String label : segment.equals(ANY) ? node.labels() : List.of(segment)) {
      Object value = node.get(label);
      if (value == null) {
        continue;
      }
      List<String> labels = new ArrayList<>(above);
      labels.add(label);
      if (labels.size() == path.length) {
        places.add(new Place(node, labels, value));
      } else if (value instanceof FlatNode child) {
        visit(child, path, labels, places);
      }
    }
  }

  /** The objects and arrays that a path names; the root is the empty path's. */
  private static List<FlatNode> nodes(FlatNode root, String[] path) {
    if (path.length == 0) {
      return List.of(root);
    }
    List<FlatNode> nodes = new ArrayList<>();
    for (Place place : places(root, path)) {
      if (place.value() instanceof FlatNode node) {
        nodes.add(node);
      }
    }
    return nodes;
  }
}
