package io.portcullis.plugins.jose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GenerationalCacheTest {
  private final GenerationalCache<Integer, String> cache = new GenerationalCache<>(100);

  @Test
  void never_holds_more_than_its_maximum() {
    for (int i = 0; i < 10_000; i++) {
      cache.put(i, "v");
      assertThat(cache.size()).isLessThanOrEqualTo(102);
    }
  }

  @Test
  void keeps_what_is_read() {
    cache.put(-1, "kept");
    for (int i = 0; i < 10_000; i++) {
      cache.put(i, "v");
      assertThat(cache.get(-1)).isEqualTo("kept");
    }
    assertThat(cache.get(0)).isNull();
  }
}
