package io.portcullis.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormaliserTest {
  @ParameterizedTest
  @CsvSource({
    "/norm/a, /norm/a",
    "//norm//a, /norm/a",
    "/norm/./a, /norm/a",
    "/norm/x/../a, /norm/a",
    "/norm/%61, /norm/a",
    "/n%6Frm/a/b, /norm/a/b",
    "/norm/a/%2e%2e/b, /norm/b",
    "/norm/a/%2E./b, /norm/b",
    "/norm%2fa, /norm%2Fa",
    "/norm/a/b/.., /norm/a/",
    "/norm/a/., /norm/a/",
    "/foo/.., /",
    "/foo/../, /",
    "/a//, /a/",
    "/..., /...",
    "/.a/..b/c., /.a/..b/c.",
    "/%7E%2525, /~%25" + "25",
    "/a%3fb%23c, /a%3Fb%23c",
    "/%C3%A9, /é",
  })
  void brings_a_path_into_its_normal_form(String raw, String normal) {
    assertThat(PathNormaliser.normalise(raw)).isEqualTo(normal);
  }

  @Test
  void reads_bytes_beyond_ascii_as_utf_8_and_keeps_what_is_not_escaped() {
    assertThat(PathNormaliser.normalise("/\u00c3\u00a9")).isEqualTo("/é");
    assertThat(PathNormaliser.normalise("/\u00e9")).isEqualTo("/%E9");
    assertThat(PathNormaliser.normalise("/%c3%a9/%ff%fe/x")).isEqualTo("/é/%FF%FE/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a",
        "/../norm",
        "/a/../..",
        "/a%00b",
        "/a/%zz",
        "/%",
        "/%2",
        "/a%2",
        "/%e",
        "/%-1"
      })
  void refuses_what_leaves_the_root_or_cannot_be_decoded(String raw) {
    assertThat(PathNormaliser.normalise(raw)).isNull();
  }

  @Test
  void hands_back_the_same_object_when_there_is_nothing_to_do() {
    String path = "/api/v1/users/12-3_4~/x.y:z@(1)";
    assertThat(PathNormaliser.normalise(path)).isSameAs(path);
    assertThat(PathNormaliser.escape(path)).isSameAs(path);
  }

  @ParameterizedTest
  @CsvSource({
    "/a b, /a%20b",
    "'/{}|\"<>^`\\', /%7B%7D%7C%22%3C%3E%5E%60%5C",
    "/[1]~, /[1]~",
    "/é, /%C3%A9",
    "/a%2Fb, /a%2Fb",
  })
  void escapes_for_the_upstream_what_is_neither_reserved_nor_unreserved(String path, String sent) {
    assertThat(PathNormaliser.escape(path)).isEqualTo(sent);
  }

  @Property
  void is_idempotent_across_a_hop(
      @ForAll @Chars({'/', '.', '%', '2', 'e', 'F', 'a', ' '}) @CharRange(from = 1, to = 255)
          String tail) {
    String normal = PathNormaliser.normalise("/" + tail);
    if (normal != null) {
      String again = PathNormaliser.normalise(PathNormaliser.escape(normal));
      assertThat(again).isEqualTo(normal);
    }
  }
}
