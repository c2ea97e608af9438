package io.portcullis.app.logging;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLineTest {
  @Test
  void writes_times_texts_and_numbers_and_leaves_out_what_is_null() {
    String line =
        new JsonLine(16)
            .time(1_700_000_000_007L)
            .add("text", "a\"\\\n\u0001\u2028😀")
            .add("nothing", null)
            .add("number", -5)
            .end();
    assertThat(line)
        .isEqualTo(
            "{\"@timestamp\":\"2023-11-14T22:13:20.007Z\",\"text\":\"a\\\"\\\\\\n"
                + "\\u0001\\u2028😀\",\"number\":-5}");
  }

  @Property(tries = 500)
  void any_text_comes_back_from_one_line(@ForAll String text) {
    String line = new JsonLine(16).add("text", text).end();
    assertThat(line.chars()).allMatch(c -> c >= ' ');
    JsonNode read = JsonMapper.shared().readTree(line);
    assertThat(read.get("text").stringValue()).isEqualTo(text);
  }
}
