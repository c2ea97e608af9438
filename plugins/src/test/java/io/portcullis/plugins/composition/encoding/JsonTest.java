package io.portcullis.plugins.composition.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.shape.RandomData;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonTest {
  @Property
  void what_is_written_reads_as_what_it_was(@ForAll("objects") Map<String, Object> object)
      throws UnreadableAnswerException {
    assertThat(JsonReader.read(JsonWriter.write(object), Allowance.UNLIMITED)).isEqualTo(object);
  }

  @Property
  void any_text_is_written_as_json(@ForAll String text) {
    String written = new String(JsonWriter.write(text), StandardCharsets.UTF_8);
    String legal = new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);

    assertThat(JsonMapper.shared().readTree(written).stringValue()).isEqualTo(legal);
    assertThat(written).doesNotContain("<", ">", "&");
  }

  @Test
  void the_last_of_equal_names_counts_and_the_rest_of_the_text_does_not() throws Exception {
    assertThat(read("{\"a\":1,\"a\":\"x\"} trailing")).isEqualTo(Map.of("a", "x"));
  }

  @Test
  void broken_text_is_refused() {
    for (String broken : new String[] {"", " ", "{", "{\"a\":}", "[1,]", "tru", "01"}) {
      assertThatThrownBy(() -> read(broken))
          .as(broken)
          .isInstanceOf(UnreadableAnswerException.class);
    }
  }

  @Test
  void long_texts_are_put_together_of_their_pieces() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 1_000_000; i++) {
      text.append(i).append("\u00e9\ud83d\ude00 ");
    }
    String number = "1".repeat(700_000);
    Object read = read("[\"" + text + "\"," + number + "]");

    assertThat(new String(JsonWriter.write(read), StandardCharsets.UTF_8))
        .isEqualTo("[\"" + text + "\"," + number + "]");
  }

  private static Object read(String text) throws UnreadableAnswerException {
    return JsonReader.read(text.getBytes(StandardCharsets.UTF_8), Allowance.UNLIMITED);
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return RandomData.objects();
  }
}
