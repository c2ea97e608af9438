package io.portcullis.plugins.requesttransformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.plugins.transform.NamedText;
import io.portcullis.plugins.transform.TemplateSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartEditsTest {
  private static final String TYPE = "multipart/form-data; boundary=\"xx\"";
  private static final String BODY =
      """
      --xx
      Content-Disposition: form-data; name="a"

      1
      --xx
      Content-Type: image/png
      content-disposition: form-data; filename="x;name=q.png"; name=file

      \u0001\u00ff
      more
      --xx--
      """
          .replace("\n", "\r\n");

  @Test
  void removes_a_part() {
    assertThat(applied(BODY, List.of("file"), List.of(), List.of(), List.of()))
        .isEqualTo("--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xx--\r\n");
  }

  @Test
  void a_renamed_part_keeps_all_else() {
    assertThat(applied(BODY, List.of(), List.of("file:do\"c"), List.of(), List.of()))
        .isEqualTo(BODY.replace("name=file", "name=\"do%22c\""));
  }

  @Test
  void a_replaced_part_stays_in_its_place() {
    assertThat(applied(BODY, List.of(), List.of(), List.of("a:new", "nope:x"), List.of()))
        .isEqualTo(BODY.replace("1", "new"));
  }

  @Test
  void what_is_not_there_is_added() {
    assertThat(applied(BODY, List.of(), List.of(), List.of(), List.of("a:no", "b:é")))
        .isEqualTo(
            BODY.replace(
                "--xx--",
                "--xx\r\n"
                    + "Content-Disposition: form-data; name=\"b\"\r\n\r\n"
                    + "\u00c3\u00a9\r\n"
                    + "--xx--"));
  }

  @Test
  void nothing_to_do_leaves_the_body_alone() {
    assertThat(applied(BODY, List.of("nope"), List.of("no:x"), List.of("no:x"), List.of("a:x")))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--xx", "--xx\r\n", "text", "--xx\r\nno head end\r\n--xx--", "--yy--"})
  void what_is_not_understood_is_left_alone(String body) {
    assertThat(applied(body, List.of("a"), List.of("a:b"), List.of("a:b"), List.of())).isNull();
  }

  @Property(tries = 2_000)
  void no_body_makes_it_fail(
      @ForAll @CharRange(from = 9, to = 14) String noise, @ForAll boolean begins) {
    String body = (begins ? "--xx\r\n" : "") + noise + "\r\n--xx--";

    String changed = applied(body, List.of("a"), List.of(), List.of(), List.of("b:c"));

    assertThat(changed == null || changed.endsWith("--xx--\r\n")).isTrue();
  }

  private static @Nullable String applied(
      String body,
      List<String> remove,
      List<String> rename,
      List<String> replace,
      List<String> add) {
    byte[] changed =
        new MultipartEdits(
                remove, NamedText.fixed(rename), NamedText.fixed(replace), NamedText.fixed(add))
            .applied(body.getBytes(StandardCharsets.ISO_8859_1), TYPE, TemplateSource.NOTHING);
    return changed == null ? null : new String(changed, StandardCharsets.ISO_8859_1);
  }
}
