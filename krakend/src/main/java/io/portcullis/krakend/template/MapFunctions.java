package io.portcullis.krakend.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Functions for maps. {@code set}, {@code unset}, {@code merge} and {@code mergeOverwrite} change
 * the map they are given, as in Sprig. Where Go leaves the order of members open, it is sorted.
 */
final class MapFunctions {
  private static final Parameter ANY = Parameter.ANY;
  private static final Parameter MAP = Parameter.MAP;
  private static final Parameter STRING = Parameter.STRING;

  private MapFunctions() {}

  static void addTo(FunctionTable table) {
    table.addOpen("dict", ANY, MapFunctions::dict);
    table.add("get", of -> of.map(0).getOrDefault(of.string(1), ""), MAP, STRING);
    table.add("hasKey", of -> of.map(0).containsKey(of.string(1)), MAP, STRING);
    table.add(
        "set",
        of -> {
          Map<String, @Nullable Object> map = changeable(of, 0);
          map.put(of.string(1), of.any(2));
          return map;
        },
        MAP,
        STRING,
        ANY);
    table.add(
        "unset",
        of -> {
          if (of.any(0) == null) {
            return new TreeMap<String, @Nullable Object>();
          }
          of.map(0).remove(of.string(1));
          return of.map(0);
        },
        MAP,
        STRING);
    table.addOpen("keys", MAP, of -> all(of, map -> new ArrayList<@Nullable Object>(map.keySet())));
    table.add("values", of -> new ArrayList<>(new TreeMap<>(of.map(0)).values()), MAP);
    table.addOpen("pick", STRING, of -> picked(of, true), MAP);
    table.addOpen("omit", STRING, of -> picked(of, false), MAP);
    table.addOpen("pluck", MAP, MapFunctions::pluck, STRING);
    table.addOpen("dig", ANY, MapFunctions::dig, STRING, ANY, ANY);
    for (String prefix : List.of("merge", "mustMerge")) {
      table.addOpen(prefix, MAP, of -> merged(of, false), MAP);
      table.addOpen(prefix + "Overwrite", MAP, of -> merged(of, true), MAP);
    }
    table.add("deepCopy", of -> copy(of.any(0), 0), ANY);
    table.add("mustDeepCopy", of -> copy(of.any(0), 0), ANY);
  }

  private static Map<String, @Nullable Object> dict(Arguments of) {
    Map<String, @Nullable Object> map = new TreeMap<>();
    for (int i = 0; i < of.size(); i += 2) {
      map.put(GoText.of(of.any(i)), i + 1 < of.size() ? of.any(i + 1) : "");
    }
    return map;
  }

  private static Map<String, @Nullable Object> changeable(Arguments of, int index) {
    if (of.any(index) == null) {
      throw new FunctionException("assignment to entry in nil map");
    }
    return of.map(index);
  }

  private interface Listed {
    List<@Nullable Object> of(Map<String, @Nullable Object> map);
  }

  private static List<@Nullable Object> all(Arguments of, Listed listed) {
    List<@Nullable Object> all = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) {
      all.addAll(listed.of(of.map(i)));
    }
    return all;
  }

  private static Map<String, @Nullable Object> picked(Arguments of, boolean named) {
    Map<String, @Nullable Object> kept = new TreeMap<>();
    List<@Nullable Object> names = of.from(1);
    of.map(0)
        .forEach(
            (key, value) -> {
              if (names.contains(key) == named) {
                kept.put(key, value);
              }
            });
    return kept;
  }

  private static List<@Nullable Object> pluck(Arguments of) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 1; i < of.size(); i++) {
      if (of.map(i).containsKey(of.string(0))) {
        values.add(of.map(i).get(of.string(0)));
      }
    }
    return values;
  }

  /** {@code dig "a" "b" otherwise map}: the member at a path. */
  private static @Nullable Object dig(Arguments of) {
    Object step = Parameter.MAP.of(of.any(of.size() - 1));
    for (Object key : of.values().subList(0, of.size() - 2)) {
      Map<?, ?> map = step == null ? Map.of() : (Map<?, ?>) Parameter.MAP.of(step);
      if (map == null || !map.containsKey(Parameter.STRING.of(key))) {
        return of.any(of.size() - 2);
      }
      step = map.get(key);
    }
    return step;
  }

  private static @Nullable Object merged(Arguments of, boolean overwrite) {
    for (int i = 1; i < of.size(); i++) {
      if (!of.map(i).isEmpty()) {
        merge(changeable(of, 0), of.map(i), overwrite, 0);
      }
    }
    return of.any(0);
  }

  /** Members that are empty count as absent; maps within maps are merged as well. */
  @SuppressWarnings("unchecked") // Every map among values has texts as keys.
  private static void merge(
      Map<String, @Nullable Object> into,
      Map<String, @Nullable Object> from,
      boolean overwrite,
      int depth) {
    Limits.checkDepth(depth, 200);
    from.forEach(
        (key, value) -> {
          Object old = into.get(key);
          if (old instanceof Map<?, ?> inner && value instanceof Map<?, ?> more) {
            merge(
                (Map<String, @Nullable Object>) inner,
                (Map<String, @Nullable Object>) more,
                overwrite,
                depth + 1);
          } else if (overwrite || !GoValues.truth(old)) {
            into.put(key, value);
          }
        });
  }

  private static @Nullable Object copy(@Nullable Object value, int depth) {
    Limits.checkDepth(depth, 200);
    return switch (value) {
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>(list.size());
        list.forEach(item -> items.add(copy(item, depth + 1)));
        yield items;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> members = new TreeMap<>();
        map.forEach((key, member) -> members.put(String.valueOf(key), copy(member, depth + 1)));
        yield members;
      }
      case null, default -> value;
    };
  }
}
