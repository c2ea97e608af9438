package io.portcullis.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.proxy.testkit.TestCertificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SniIndexTest {
  private static final Map<String, ShownKeys> KEYS = new HashMap<>();

  private static ShownKeys keys(String name) {
    return KEYS.computeIfAbsent(
        name, made -> ShownKeys.of(TestCertificate.ecdsa("localhost").certified()));
  }

  private static SniIndex index(String... names) {
    SniIndex index = SniIndex.empty();
    for (String name : names) {
      index = index.with(name, keys(name));
    }
    return index;
  }

  @ParameterizedTest
  @CsvSource({
    "a.b.test, a.b.test",
    "A.B.Test., a.b.test",
    "x.b.test, *.b.test",
    "a.b.other, a.b.*",
    "x.y.b.test, *",
    "b.test, *",
    "localhost, *",
    "., *",
    "a., *"
  })
  void the_exact_name_wins_over_wildcards_and_the_first_label_over_the_last(
      String asked, String name) {
    SniIndex index = index("*", "a.b.test", "*.b.test", "a.b.*");
    assertThat(index.find(asked)).isSameAs(keys(name));
  }

  @Test
  void without_a_match_nothing_is_found_and_a_lone_star_takes_that_too() {
    assertThat(index("a.test").find("b.test")).isNull();
    assertThat(index("a.test").find(null)).isNull();
    assertThat(index("a.test", "*").find(null)).isSameAs(keys("*"));
    assertThat(index("UP.test").find("up.test")).isSameAs(keys("UP.test"));
    assertThat(index("a.test").without("A.test").find("a.test")).isNull();
  }

  @Property(tries = 500)
  void finds_what_looking_at_every_name_finds(
      @ForAll("names") List<String> names, @ForAll("asked") String asked) {
    SniIndex index = index(names.toArray(String[]::new));
    String best = null;
    for (String name : names) {
      if (matches(name, asked) && (best == null || rank(name) > rank(best))) {
        best = name;
      }
    }
    assertThat(index.find(asked)).isSameAs(best == null ? null : keys(best));
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of("a.a", "a.b", "*.a", "*.b", "a.*", "b.*", "*", "a.b.a", "*.b.a", "a.b.*")
        .list()
        .uniqueElements()
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> asked() {
    return Arbitraries.of("a.a", "a.b", "b.a", "b.b", "a", "a.b.a", "b.b.a", "a.b.b", "c.c");
  }

  private static boolean matches(String name, String asked) {
    return asked.matches(name.equals("*") ? ".*" : name.replace(".", "\\.").replace("*", "[^.]+"));
  }

  private static int rank(String name) {
    return name.equals("*") ? 0 : name.endsWith("*") ? 1 : name.startsWith("*") ? 2 : 3;
  }
}
