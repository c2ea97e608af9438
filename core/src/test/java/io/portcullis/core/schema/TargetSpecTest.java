package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.EDITOR;
import static io.portcullis.core.schema.SampleSchemas.accepted;
import static io.portcullis.core.schema.SampleSchemas.object;
import static io.portcullis.core.schema.SampleSchemas.rejected;
import static io.portcullis.core.schema.SampleSchemas.spec;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class TargetSpecTest {
  private static final String UPSTREAM =
      "\"upstream\":{\"id\":\"00000000-0000-4000-8000-000000000001\"}";

  @ParameterizedTest
  @CsvSource({
    "a.test, a.test:8000",
    "a.test:80, a.test:80",
    "A.Test:0081, A.Test:81",
    "a_b.test:0, a_b.test:0",
    "1.2.3.4, 1.2.3.4:8000",
    "001.002.003.000:81, 1.2.3.0:81",
    "::1, [0000:0000:0000:0000:0000:0000:0000:0001]:8000",
    "::, [0000:0000:0000:0000:0000:0000:0000:0000]:8000",
    "[::1]:80, [0000:0000:0000:0000:0000:0000:0000:0001]:80",
    "[2001:DB8::1], [2001:0db8:0000:0000:0000:0000:0000:0001]:8000",
    "1:2:3:4:5:6:7:8, [0001:0002:0003:0004:0005:0006:0007:0008]:8000",
    "[1:2:3:4:5:6:7::]:9, [0001:0002:0003:0004:0005:0006:0007:0000]:9"
  })
  void a_target_is_kept_in_one_form(String given, String kept) {
    ObjectNode target = accepted("targets", "{" + UPSTREAM + ",\"target\":\"" + given + "\"}");
    assertThat(target.get("target").stringValue()).isEqualTo(kept);
    assertThat(TargetText.normal(kept)).contains(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "b.test:65536",
        "b.test:x",
        "b.test:-1",
        "http://c.test",
        "1.2.3.256:80",
        "1.2.3",
        "c.test:80:80",
        "[::1",
        "[::1]80",
        ":80",
        "a-.test",
        "::ffff:1.2.3.4"
      })
  void what_is_no_host_is_refused(String target) {
    assertThat(TargetText.normal(target)).isEmpty();
    assertThat(rejected("targets", "{" + UPSTREAM + ",\"target\":\"" + target + "\"}").message())
        .isEqualTo(
            "schema violation (target: Invalid target ('"
                + target
                + "'); not a valid hostname or ip address)");
  }

  @Property(tries = 500)
  void the_kept_form_is_its_own(
      @ForAll
          @Chars({'a', '1', '0', '.', ':', '[', ']', 'F', '-', '_', ' ', '%'})
          @StringLength(max = 24)
          String text) {
    TargetText.normal(text)
        .ifPresent(kept -> assertThat(TargetText.normal(kept)).as(text).contains(kept));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1 | value should be between 0 and 65535",
        "65536 | value should be between 0 and 65535",
        "1.5 | expected an integer",
        "\"5\" | expected an integer"
      })
  void a_weight_is_an_integer_of_sixteen_bits(String weight, String message) {
    assertThat(
            rejected("targets", "{" + UPSTREAM + ",\"target\":\"a\",\"weight\":" + weight + "}")
                .message())
        .isEqualTo("schema violation (weight: " + message + ")");
  }

  @Test
  void instants_have_milliseconds_and_defaults_are_filled_in() {
    ObjectNode target =
        accepted("targets", "{" + UPSTREAM + ",\"target\":\"a\",\"created_at\":1500000000.5}");
    assertThat(target.get("created_at").doubleValue()).isEqualTo(1500000000.5);
    assertThat(target.get("weight").intValue()).isEqualTo(100);
    assertThat(target.get("tags").isNull()).isTrue();
  }

  @Test
  void a_patch_brings_the_target_into_the_same_form() {
    ObjectNode stored = accepted("targets", "{" + UPSTREAM + ",\"target\":\"a:1\"}");
    ObjectNode changed =
        accepted(
            EDITOR.update(
                spec("targets"), stored, object("{\"target\":\"::1\"}"), ForeignLookup.NONE));
    assertThat(changed.get("target").stringValue())
        .isEqualTo("[0000:0000:0000:0000:0000:0000:0000:0001]:8000");
  }
}
