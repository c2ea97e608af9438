package io.portcullis.plugins.composition.shape;

import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Objects with few names, so that paths of tests meet something. */
public final class RandomData {
  private static final int DEPTH = 3;

  private RandomData() {}

  public static Arbitrary<Map<String, Object>> objects() {
    return Arbitraries.maps(names(), values(DEPTH)).ofMaxSize(4).map(LinkedHashMap::new);
  }

  static Arbitrary<String> names() {
    return Arbitraries.of("a", "b", "c", "d");
  }

  private static Arbitrary<Object> values(int depth) {
    Arbitrary<Object> scalars =
        Arbitraries.of(
            "text", "", "é<&>\u2028", Boolean.TRUE, JsonNull.NULL, new NumberLiteral("1.10"));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<Object> objects =
        Arbitraries.maps(names(), values(depth - 1))
            .ofMaxSize(4)
            .map(map -> new LinkedHashMap<>(map));
    Arbitrary<Object> lists =
        values(depth - 1).list().ofMaxSize(3).map(list -> new java.util.ArrayList<>(list));
    return Arbitraries.oneOf(scalars, objects, objects, lists);
  }
}
