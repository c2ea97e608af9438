package io.portcullis.plugins.composition.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shapes of random data against models that list every leaf with its path. */
class PartShapeTest {
  private static final String[] NAMES = {"a", "b", "c", "d"};

  @Test
  void of_an_allowed_path_and_one_below_it_the_later_one_counts() {
    assertThat(kept("a", "a.b")).hasToString("{a={b=1}}");
    assertThat(kept("a.b", "a")).hasToString("{a={b=1, c=2}}");
  }

  private static Map<String, Object> kept(String... allow) {
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("b", 1);
    inner.put("c", 2);
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("a", inner);
    return shape("", List.of(allow), List.of(), Map.of(), "").apply(object);
  }

  /** What stays is every leaf below an allowed path, and nothing empty but what came empty. */
  @Property
  void allow_keeps_the_leaves_below_its_paths(
      @ForAll("objects") Map<String, Object> object, @ForAll("paths") List<String> listed) {
    List<String> allow =
        listed.stream()
            .filter(path -> listed.stream().noneMatch(up -> path.startsWith(up + '.')))
            .toList();
    Set<String> kept = new LinkedHashSet<>();
    for (String leaf : leaves(object)) {
      String path = leaf.substring(0, leaf.indexOf('='));
      if (allow.stream().anyMatch(allowed -> isBelow(path, allowed))) {
        kept.add(leaf);
      }
    }

    Map<String, Object> shaped = shape("", allow, List.of(), Map.of(), "").apply(copy(object));

    assertThat(leaves(shaped)).isEqualTo(kept);
  }

  @Property
  void deny_removes_the_leaves_below_its_paths(
      @ForAll("objects") Map<String, Object> object, @ForAll("paths") List<String> deny) {
    Set<String> kept = new LinkedHashSet<>();
    for (String leaf : leaves(object)) {
      String path = leaf.substring(0, leaf.indexOf('='));
      if (deny.stream().noneMatch(denied -> isBelow(path, denied))) {
        kept.add(leaf);
      }
    }

    Map<String, Object> shaped = shape("", List.of(), deny, Map.of(), "").apply(copy(object));

    // Objects that were emptied stay; they are no leaves of the original.
    Set<String> leaves = leaves(shaped);
    leaves.removeIf(leaf -> leaf.endsWith("={}") && !kept.contains(leaf));
    assertThat(leaves).isEqualTo(kept);
  }

  @Property
  void deny_is_not_looked_at_beside_allow(
      @ForAll("objects") Map<String, Object> object,
      @ForAll("paths") List<String> allow,
      @ForAll("paths") List<String> deny) {
    assertThat(shape("", allow, deny, Map.of(), "").apply(copy(object)))
        .isEqualTo(shape("", allow, List.of(), Map.of(), "").apply(copy(object)));
  }

  @Property
  void the_target_is_the_object_at_its_path(
      @ForAll("objects") Map<String, Object> object, @ForAll("path") String target) {
    Object value = at(object, target);

    assertThat(shape(target, List.of(), List.of(), Map.of(), "").apply(copy(object)))
        .isEqualTo(value instanceof Map ? value : Map.of());
  }

  @Property
  void mapping_renames_and_group_wraps(@ForAll("objects") Map<String, Object> object) {
    Map<String, Object> expected = new LinkedHashMap<>(object);
    Object moved = expected.remove("a");
    if (moved != null) {
      expected.put("z", moved);
    }

    assertThat(shape("", List.of(), List.of(), Map.of("a", "z.ignored"), "g").apply(copy(object)))
        .isEqualTo(Map.of("g", expected));
  }

  private static PartShape shape(
      String target,
      List<String> allow,
      List<String> deny,
      Map<String, String> mapping,
      String group) {
    return new PartShape(target, allow, deny, mapping, group, List.of());
  }

  private static boolean isBelow(String path, String ancestor) {
    return path.equals(ancestor) || path.startsWith(ancestor + ".");
  }

  /** {@code path=value} of everything that is no filled object. */
  private static Set<String> leaves(Map<String, Object> object) {
    Set<String> leaves = new LinkedHashSet<>();
    leaves("", object, leaves);
    return leaves;
  }

  private static void leaves(String prefix, Map<?, ?> object, Set<String> leaves) {
    object.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
            leaves(prefix + name + ".", inner, leaves);
          } else {
            leaves.add(prefix + name + "=" + value);
          }
        });
  }

  private static @Nullable Object at(Map<String, Object> object, String path) {
    Object value = object;
    for (String step : path.split("\\.")) {
      value = value instanceof Map<?, ?> inner ? inner.get(step) : null;
    }
    return value;
  }

  static Map<String, Object> copy(Map<String, Object> object) {
    Map<String, Object> copy = new LinkedHashMap<>();
    object.forEach((name, value) -> copy.put(name, copyOf(value)));
    return copy;
  }

  @SuppressWarnings("unchecked") // made here
  private static Object copyOf(Object value) {
    return switch (value) {
      case Map<?, ?> map -> copy((Map<String, Object>) map);
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(element -> copy.add(copyOf(element)));
        yield copy;
      }
      default -> value;
    };
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return RandomData.objects();
  }

  @Provide
  Arbitrary<String> path() {
    return Arbitraries.of(Arrays.asList(NAMES))
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(steps -> String.join(".", steps));
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return path().list().ofMinSize(1).ofMaxSize(5);
  }
}
