package io.portcullis.proxy.persistent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class PersistentCollectionPropertyTest {
  @Property
  void a_map_holds_what_a_hash_map_would_and_old_versions_stay(
      @ForAll List<@IntRange(min = -40, max = 40) Integer> steps) {
    PersistentMap<Clumsy, Integer> map = PersistentMap.empty();
    Map<Clumsy, Integer> expected = new HashMap<>();
    List<PersistentMap<Clumsy, Integer>> versions = new ArrayList<>();
    List<Map<Clumsy, Integer>> histories = new ArrayList<>();
    for (int step : steps) {
      versions.add(map);
      histories.add(Map.copyOf(expected));
      Clumsy key = new Clumsy(Math.abs(step));
      if (step < 0) {
        map = map.without(key);
        expected.remove(key);
      } else {
        map = map.with(key, versions.size());
        expected.put(key, versions.size());
      }
    }
    versions.add(map);
    histories.add(expected);
    for (int i = 0; i < versions.size(); i++) {
      assertSame(versions.get(i), histories.get(i));
    }
  }

  @Property
  void a_tree_holds_what_a_hash_map_would_and_walks_along_every_prefix(
      @ForAll List<@Chars({'a', 'b', '/'}) @StringLength(max = 5) String> added,
      @ForAll List<@Chars({'a', 'b', '/'}) @StringLength(max = 5) String> removed,
      @ForAll @Chars({'a', 'b', '/'}) @StringLength(max = 8) String text) {
    PrefixTree<String> tree = PrefixTree.empty();
    Map<String, String> expected = new HashMap<>();
    for (String key : added) {
      tree = tree.with(key, key);
      expected.put(key, key);
    }
    PrefixTree<String> before = tree;
    for (String key : removed) {
      tree = tree.without(key);
      expected.remove(key);
    }
    for (String key : added) {
      assertThat(before.get(key)).isEqualTo(key);
      assertThat(tree.get(key)).isEqualTo(expected.get(key));
    }
    assertThat(tree.isEmpty()).isEqualTo(expected.isEmpty());
    List<String> all = new ArrayList<>();
    tree.forEach(all::add);
    assertThat(all).containsExactlyInAnyOrderElementsOf(expected.keySet());

    List<String> met = new ArrayList<>();
    List<String> metBackwards = new ArrayList<>();
    String reversed = new StringBuilder(text).reverse().toString();
    for (var node = tree.root(); node != null; node = node.next(text)) {
      if (node.value() != null) {
        met.add(node.value());
      }
    }
    for (var node = tree.root(); node != null; node = node.nextBackwards(reversed)) {
      if (node.value() != null) {
        metBackwards.add(node.value());
      }
    }
    assertThat(met)
        .containsExactlyElementsOf(
            expected.keySet().stream().filter(text::startsWith).sorted().toList());
    assertThat(metBackwards).isEqualTo(met);
  }

  private static void assertSame(
      PersistentMap<Clumsy, Integer> map, Map<Clumsy, Integer> expected) {
    assertThat(map.size()).isEqualTo(expected.size());
    Map<Clumsy, Integer> all = new HashMap<>();
    map.forEach(all::put);
    assertThat(all).isEqualTo(expected);
    expected.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    assertThat(map.get(new Clumsy(99))).isNull();
  }

  /** Hashes badly on purpose, low bits and all. */
  private record Clumsy(int value) {
    @Override
    public int hashCode() {
      return value % 3 == 0 ? value / 6 << 27 : value / 2;
    }
  }
}
