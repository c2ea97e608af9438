package io.portcullis.plugins.composition.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FlatmapTest {
  private static final List<Object> EMPTY = List.of(Map.of(), List.of());

  /** The model goes through the plain data and asks each place for its path. */
  @Property
  void del_removes_every_place_that_a_path_names(
      @ForAll("objects") Map<String, Object> object, @ForAll("paths") List<String> paths) {
    Object expected = without("", object, paths);

    assertThat(flat(object, new FlatmapStep("del", paths)))
        .isEqualTo(expected == JsonNull.NULL ? Map.of() : expected);
  }

  @Property
  void a_move_there_and_back_changes_nothing(@ForAll("objects") Map<String, Object> object) {
    assertThat(
            flat(
                object,
                new FlatmapStep("move", List.of("a.b", "a.elsewhere")),
                new FlatmapStep("move", List.of("a.elsewhere", "a.b"))))
        .isEqualTo(flat(object));
  }

  @Property
  void a_first_level_move_renames(@ForAll("objects") Map<String, Object> object) {
    Map<String, Object> expected = new LinkedHashMap<>(flat(object));
    Object moved = expected.remove("a");
    if (moved != null) {
      expected.put("z", moved);
    }

    assertThat(flat(object, new FlatmapStep("move", List.of("a", "z")))).isEqualTo(expected);
  }

  @Test
  void moves_relabel_lift_and_embed() {
    Map<String, Object> object =
        object(
            "a",
            object("b", "1", "c", object("d", "2")),
            "l",
            list(object("x", "3"), object("x", "4")));

    assertThat(flat(object, new FlatmapStep("move", List.of("a.b", "other.z"))))
        .as("only the last name of a path of the same depth counts")
        .containsEntry("a", object("z", "1", "c", object("d", "2")));
    assertThat(flat(object, new FlatmapStep("move", List.of("a.c.d", "top"))))
        .containsEntry("top", "2")
        .containsEntry("a", object("b", "1", "c", JsonNull.NULL));
    assertThat(flat(object, new FlatmapStep("move", List.of("a.b", "a.x.y.z"))))
        .containsEntry("a", object("c", object("d", "2"), "x", object("y", object("z", "1"))));
    assertThat(flat(object, new FlatmapStep("move", List.of("l.*.x", "l.*"))))
        .containsEntry("l", list("3", "4"));
    assertThat(flat(object, new FlatmapStep("move", List.of("l.*.x", "l.*.y"))))
        .containsEntry("l", list(object("y", "3"), object("y", "4")));
    assertThat(flat(object, new FlatmapStep("move", List.of("none", "x")))).isEqualTo(object);
  }

  @Test
  void what_is_moved_is_taken_away_before_any_of_it_is_put_down() {
    Map<String, Object> object = object("b", object("x", object("x", "1")), "a", object("x", "2"));

    assertThat(flat(object, new FlatmapStep("move", List.of("*.x", "a"))))
        .isEqualTo(object("b", JsonNull.NULL, "a", "2"));
  }

  @Test
  void elements_stay_where_they_are_when_they_are_relabelled() {
    Map<String, Object> object = object("l", list("0", "1", "2"), "m", list("3"));

    assertThat(
            flat(
                object,
                new FlatmapStep("move", List.of("l.0", "l.3")),
                new FlatmapStep("append", List.of("m", "l"))))
        .isEqualTo(object("l", list("0", "1", "2", "3")));
  }

  @Test
  void what_came_empty_stays_so_and_what_was_emptied_is_null() {
    Map<String, Object> object =
        object("o", object(), "l", list(), "p", object("x", "1"), "m", list("2"), "n", list("3"));

    assertThat(
            flat(
                object,
                new FlatmapStep("del", List.of("p.x", "m.0")),
                new FlatmapStep("append", List.of("n", "m"))))
        .isEqualTo(
            object(
                "o",
                object(),
                "l",
                list(),
                "p",
                JsonNull.NULL,
                "m",
                JsonNull.NULL,
                "n",
                list("3")));
  }

  @Test
  void elements_keep_their_index_while_others_go() {
    Map<String, Object> object = object("l", list("0", "1", "2"));

    assertThat(
            flat(
                object,
                new FlatmapStep("del", List.of("l.0")),
                new FlatmapStep("del", List.of("l.1"))))
        .isEqualTo(object("l", list("2")));
  }

  @Test
  void append_joins_arrays_and_nothing_else() {
    Map<String, Object> object = object("a", list("1"), "b", list("2", "3"), "c", "text");

    assertThat(flat(object, new FlatmapStep("append", List.of("a", "b"))))
        .isEqualTo(object("b", list("2", "3", "1"), "c", "text"));
    assertThat(flat(object, new FlatmapStep("append", List.of("a", "c")))).isEqualTo(object);
    assertThat(flat(object, new FlatmapStep("append", List.of("a", "a")))).isEqualTo(object);
    assertThat(flat(object, new FlatmapStep("unknown", List.of("a", "b")))).isEqualTo(object);
  }

  private static Map<String, Object> flat(Map<String, Object> object, FlatmapStep... steps) {
    return new Flatmap(List.of(steps)).apply(object);
  }

  private static Object without(String path, Object value, List<String> patterns) {
    if (value instanceof Map<?, ?> members) {
      Map<String, Object> kept = new LinkedHashMap<>();
      members.forEach(
          (name, member) -> {
            if (patterns.stream().noneMatch(pattern -> names(pattern, path + name))) {
              kept.put((String) name, without(path + name + ".", member, patterns));
            }
          });
      return kept.isEmpty() && !EMPTY.contains(value) ? JsonNull.NULL : kept;
    }
    if (value instanceof List<?> elements) {
      List<Object> kept = new ArrayList<>();
      for (int i = 0; i < elements.size(); i++) {
        String place = path + i;
        if (patterns.stream().noneMatch(pattern -> names(pattern, place))) {
          kept.add(without(place + ".", elements.get(i), patterns));
        }
      }
      return kept.isEmpty() && !EMPTY.contains(value) ? JsonNull.NULL : kept;
    }
    return value;
  }

  private static boolean names(String pattern, String path) {
    String[] wanted = pattern.split("\\.");
    String[] given = path.split("\\.");
    if (wanted.length != given.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].equals("*") && !wanted[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Object> object(Object... members) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < members.length; i += 2) {
      object.put((String) members[i], members[i + 1]);
    }
    return object;
  }

  private static List<Object> list(Object... elements) {
    return new ArrayList<>(Arrays.asList(elements));
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return RandomData.objects();
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return Arbitraries.of("a", "b", "c", "d", "*", "0", "1")
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(steps -> String.join(".", steps))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }
}
