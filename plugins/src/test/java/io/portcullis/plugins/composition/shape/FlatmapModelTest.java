package io.portcullis.plugins.composition.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Flatmaps against a model that looks at every place of the data for each operation, and that
 * copies all of it for each change.
 */
class FlatmapModelTest {
  @Property(tries = 3000)
  void operations_do_what_the_model_does(
      @ForAll("objects") Map<String, Object> object, @ForAll("steps") List<FlatmapStep> steps) {
    Branch model = Branch.of(object);
    for (FlatmapStep step : steps) {
      List<List<String>> paths =
          step.args().stream().map(arg -> List.of(arg.split("\\."))).toList();
      switch (step.type()) {
        case "del" -> paths.forEach(path -> places(model, path).forEach(model::take));
        case "move" -> move(model, paths.get(0), paths.get(1));
        default -> append(model, paths.get(0), paths.get(1));
      }
    }

    Object expected = plain(model);
    assertThat(new Flatmap(steps).apply(object))
        .isEqualTo(expected == JsonNull.NULL ? Map.of() : expected);
  }

  private static void move(Branch root, List<String> from, List<String> to) {
    List<List<String>> places = places(root, from);
    int last = from.size() - 1;
    if (from.size() == to.size()) {
      if (!to.getLast().equals("*")) {
        places.stream()
            .map(place -> place.subList(0, last))
            .distinct()
            .forEach(above -> root.branch(above).relabel(from.getLast(), to.getLast()));
      }
      return;
    }
    List<Object> values = new ArrayList<>();
    places.forEach(place -> values.add(root.take(place)));
    for (int i = 0; i < places.size(); i++) {
      List<String> target = new ArrayList<>();
      if (to.size() > from.size()) {
        target.addAll(places.get(i).subList(0, last));
        target.addAll(to.subList(last, to.size()));
      } else {
        target.addAll(matched(to, places.get(i)));
      }
      root.put(target, values.get(i));
    }
  }

  private static void append(Branch root, List<String> from, List<String> to) {
    for (List<String> place : places(root, from)) {
      List<String> target = matched(to, place);
      if (root.at(place) instanceof Branch source
          && source.isFilledArray()
          && root.at(target) instanceof Branch destination
          && destination.isFilledArray()
          && !place.equals(target)) {
        destination.extend(new ArrayList<>(source.children));
        root.take(place);
      }
    }
  }

  private static List<String> matched(List<String> pattern, List<String> place) {
    List<String> path = new ArrayList<>(pattern);
    for (int i = 0; i < Math.min(path.size(), place.size()); i++) {
      if (path.get(i).equals("*")) {
        path.set(i, place.get(i));
      }
    }
    return path;
  }

  /** Those of all places of the data that the pattern names. */
  private static List<List<String>> places(Branch root, List<String> pattern) {
    List<List<String>> all = new ArrayList<>();
    root.list(List.of(), all);
    return all.stream()
        .filter(place -> place.size() == pattern.size() && matched(pattern, place).equals(place))
        .toList();
  }

  private static Object plain(Object value) {
    if (!(value instanceof Branch branch)) {
      return value;
    }
    if (branch.children.isEmpty() && !branch.cameEmpty) {
      return JsonNull.NULL;
    }
    if (branch.array) {
      return branch.children.stream().map(child -> plain(child.value)).toList();
    }
    Map<String, Object> object = new LinkedHashMap<>();
    branch.children.forEach(child -> object.put(child.label, plain(child.value)));
    return object;
  }

  private record Child(String label, Object value) {}

  /** An object or array: its children in a row. */
  private static final class Branch {
    private final boolean array;
    private final boolean cameEmpty;
    private List<Child> children = new ArrayList<>();
    private int size;

    private Branch(boolean array, boolean cameEmpty) {
      this.array = array;
      this.cameEmpty = cameEmpty;
    }

    static Branch of(Map<?, ?> object) {
      Branch branch = new Branch(false, object.isEmpty());
      object.forEach((name, value) -> branch.children.add(new Child((String) name, item(value))));
      return branch;
    }

    private static Branch of(List<?> list) {
      Branch branch = new Branch(true, list.isEmpty());
      for (Object value : list) {
        branch.children.add(new Child(Integer.toString(branch.size++), item(value)));
      }
      return branch;
    }

    private static Object item(Object value) {
      return switch (value) {
        case Map<?, ?> object -> of(object);
        case List<?> list -> of(list);
        default -> value;
      };
    }

    boolean isFilledArray() {
      return array && (cameEmpty || !children.isEmpty());
    }

    void list(List<String> above, List<List<String>> all) {
      for (Child child : children) {
        List<String> place = new ArrayList<>(above);
        place.add(child.label);
        all.add(place);
        if (child.value instanceof Branch branch) {
          branch.list(place, all);
        }
      }
    }

    @Nullable Object at(List<String> path) {
      Object value = this;
      for (String label : path) {
        value = value instanceof Branch branch ? branch.child(label) : null;
      }
      return value;
    }

    Branch branch(List<String> path) {
      return (Branch) Objects.requireNonNull(at(path));
    }

    private @Nullable Object child(String label) {
      return children.stream()
          .filter(child -> child.label.equals(label))
          .map(Child::value)
          .findFirst()
          .orElse(null);
    }

    Object take(List<String> place) {
      Branch parent = branch(place.subList(0, place.size() - 1));
      Object value = Objects.requireNonNull(parent.child(place.getLast()));
      parent.children.removeIf(child -> child.label.equals(place.getLast()));
      return value;
    }

    void put(List<String> path, Object value) {
      String label = path.getFirst();
      if (path.size() > 1) {
        Branch next = child(label) instanceof Branch branch ? branch : new Branch(false, false);
        next.put(path.subList(1, path.size()), value);
        set(label, next);
      } else {
        set(label, value);
      }
    }

    private void set(String label, Object value) {
      boolean there = child(label) != null;
      children.replaceAll(child -> child.label.equals(label) ? new Child(label, value) : child);
      if (!there) {
        children.add(new Child(label, value));
      }
    }

    void extend(List<Child> more) {
      for (Child child : more) {
        while (child(Integer.toString(size)) != null) {
          size++;
        }
        children.add(new Child(Integer.toString(size++), child.value));
      }
    }

    void relabel(String label, String newLabel) {
      List<Child> moved = new ArrayList<>(children);
      moved.removeIf(child -> !label.equals("*") && !child.label.equals(label));
      List<Child> kept = new ArrayList<>();
      for (Child child : children) {
        if (child.equals(moved.getLast())) {
          kept.add(new Child(newLabel, child.value));
        } else if (!moved.contains(child) && !child.label.equals(newLabel)) {
          kept.add(child);
        }
      }
      children = kept;
    }
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return RandomData.objects();
  }

  @Provide
  Arbitrary<List<FlatmapStep>> steps() {
    Arbitrary<String> path =
        Arbitraries.of("a", "b", "c", "d", "*", "0", "1")
            .list()
            .ofMinSize(1)
            .ofMaxSize(4)
            .map(segments -> String.join(".", segments));
    return Combinators.combine(
            Arbitraries.of("move", "move", "append", "append", "del"), path, path)
        .as((type, one, other) -> new FlatmapStep(type, List.of(one, other)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }
}
