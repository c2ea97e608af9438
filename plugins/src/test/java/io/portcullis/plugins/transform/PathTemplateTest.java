package io.portcullis.plugins.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTest {
  @ParameterizedTest
  @CsvSource({
    "/new/path, /new/path",
    "/a b?c=d#e, /a%20b?c=d%23e",
    "/é, /%C3%A9",
    "/%41%4, /%41%254",
    "/x/$(headers.h), /x/a/b%3Fc%20%0D%0A%2F",
  })
  void is_escaped_where_it_must_be(String path, String expected) {
    assertThat(PathTemplate.of(path).of(header("a/b?c \r\n%2F"))).isEqualTo(expected);
  }

  @Property
  void no_value_ends_the_path(@ForAll @CharRange(from = 0, to = 255) String value) {
    assertThat(PathTemplate.of("/$(headers.h)").of(header(value)))
        .matches("/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*");
  }

  private static TemplateSource header(String value) {
    return new TemplateSource() {
      @Override
      public @Nullable String header(String lowerCaseName) {
        return Map.of("h", value).get(lowerCaseName);
      }

      @Override
      public @Nullable Object argument(String name) {
        return null;
      }

      @Override
      public @Nullable String capture(String name) {
        return null;
      }
    };
  }
}
