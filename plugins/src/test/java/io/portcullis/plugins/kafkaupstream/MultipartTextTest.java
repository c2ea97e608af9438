package io.portcullis.plugins.kafkaupstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTextTest {
  private static final String TYPE = "multipart/form-data; boundary=b";

  @Test
  void parts_are_read_by_name() throws Exception {
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"one\"\r\n\r\n1\r\n"
            + "--b\r\ncontent-disposition: form-data; name=\"many\"\r\n\r\nx\r\ny\r\n"
            + "--b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"many\";"
            + " filename=\"f\"\r\n\r\n\r\n"
            + "--b\r\nX: y\r\n\r\nnameless\r\n--b--\r\n";

    assertThat(MultipartText.parse(TYPE, body).toString())
        .isEqualTo("{\"one\":\"1\",\"many\":[\"x\\r\\ny\",\"\"]}");
    assertThat(MultipartText.parse("multipart/form-data; boundary=\"b\"", body)).hasSize(2);
    assertThat(MultipartText.parse(TYPE, "--b--")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "--b", "--b\r\n", "--b\r\n\r\n", "--b\r\nA: b\r\n\r\nx"})
  void what_does_not_end_is_refused(String body) {
    assertThatThrownBy(() -> MultipartText.parse(TYPE, body))
        .isInstanceOf(UnreadableBodyException.class);
  }

  @Test
  void a_type_without_boundary_is_refused() {
    assertThatThrownBy(() -> MultipartText.parse("multipart/form-data", "--b--"))
        .isInstanceOf(UnreadableBodyException.class);
  }

  @Property
  void no_body_fails_in_another_way(@ForAll String start, @ForAll String end) {
    try {
      MultipartText.parse(TYPE, start + "--b\r\n\r\n" + end + "\r\n--b--");
      MultipartText.parse(TYPE, start + "\r\n--b" + end);
    } catch (UnreadableBodyException expected) {
      assertThat(expected).hasMessage("Cannot parse multipart body");
    }
  }
}
