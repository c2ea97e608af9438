package io.portcullis.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FingerprintTest {
  @Test
  void neither_the_order_of_keys_nor_the_spelling_of_numbers_matters() {
    assertThat(of("{\"a\":1,\"b\":[2.0,null]}")).isEqualTo(of("{\"b\":[2,null],\"a\":1.0}"));
  }

  @Test
  void values_that_differ_have_different_ones() {
    assertThat(
            new String[] {
              of("{\"a\":1}"),
              of("{\"a\":2}"),
              of("{\"a\":\"1\"}"),
              of("{\"a\":null}"),
              of("{}"),
              of("{\"a\":[1]}"),
              of("{\"a\":true}"),
              of("{\"a\":false}"),
              of("{\"a\":\"b\",\"c\":\"d\"}"),
              of("{\"a\":\"bs1:cs1:d\"}"),
              of("{\"a\":[[1],2]}"),
              of("{\"a\":[[1,2]]}"),
              of("{\"a\":0.5}")
            })
        .doesNotHaveDuplicates()
        .allMatch(text -> text.matches("[0-9a-f]{32}"));
  }

  private static String of(String json) {
    return Fingerprint.of(JsonMapper.shared().readTree(json));
  }
}
