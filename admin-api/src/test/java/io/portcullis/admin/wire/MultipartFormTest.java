package io.portcullis.admin.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class MultipartFormTest {
  private static final String TYPE = "multipart/form-data; boundary=b";

  private static List<String> read(String type, String body) {
    return MultipartForm.parse(type, body.getBytes(StandardCharsets.UTF_8)).pairs().stream()
        .map(pair -> pair.name() + "=" + pair.value())
        .toList();
  }

  private static String part(String name, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }

  @Test
  void reads_parts_in_order() {
    assertThat(read(TYPE, part("host", "a.test") + part("tags[]", "x") + "--b--\r\n"))
        .containsExactly("host=a.test", "tags[]=x");
  }

  @Test
  void a_file_is_its_content() {
    String body =
        "--b\r\ncontent-disposition: form-data; filename=\"c; name=x.pem\"; name=cert\r\n"
            + "Content-Type: application/octet-stream\r\n\r\nline 1\r\nline 2\r\n\r\n--b--";
    assertThat(read(TYPE, body)).containsExactly("cert=line 1\r\nline 2\r\n");
  }

  @Test
  void of_equal_names_the_last_counts() {
    assertThat(read(TYPE, part("tags", "x") + part("tags", "y") + "--b--"))
        .containsExactly("tags=y");
  }

  @Test
  void without_a_closing_boundary_it_is_empty() {
    assertThat(read(TYPE, part("host", "h"))).isEmpty();
  }

  @Test
  void without_a_boundary_in_the_header_it_is_empty() {
    assertThat(read("multipart/form-data", part("host", "h") + "--b--")).isEmpty();
  }

  @Test
  void a_longer_boundary_is_another_one() {
    assertThat(read(TYPE, part("host", "--bb\r\nx") + "--b--")).containsExactly("host=--bb\r\nx");
  }

  @Test
  void a_quoted_boundary_is_read() {
    assertThat(read("multipart/form-data; boundary=\"b\"", part("host", "h") + "--b--"))
        .containsExactly("host=h");
  }

  @Property(tries = 300)
  void any_value_comes_back(@ForAll @StringLength(max = 40) @AlphaChars String value) {
    assertThat(read(TYPE, part("x", value) + "--b--")).containsExactly("x=" + value);
  }

  @Property(tries = 500)
  void any_bytes_are_read_without_an_accident(@ForAll byte[] body, @ForAll String boundary) {
    MultipartForm.parse("multipart/form-data; boundary=" + boundary, body);
  }
}
