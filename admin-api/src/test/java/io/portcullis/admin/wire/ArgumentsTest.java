package io.portcullis.admin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  private static List<String> read(String text) {
    return Arguments.parse(text).pairs().stream()
        .map(pair -> pair.bare() ? pair.name() : pair.name() + "=" + pair.value())
        .toList();
  }

  @Test
  void pieces_are_split_before_they_are_decoded() {
    assertThat(read("a=1&b=x%26y%3D&a=2&flag&c="))
        .containsExactly("a=1", "b=x&y=", "a=2", "flag", "c=");
  }

  @Test
  void pieces_without_a_name_are_dropped() {
    assertThat(read("&&=x&host=h&")).containsExactly("host=h");
  }

  @Test
  void a_thousand_are_allowed_and_no_more() {
    String thousand =
        IntStream.range(0, 1000).mapToObj(i -> "a" + i + "=1").collect(Collectors.joining("&"));
    assertThat(Arguments.parse(thousand).pairs()).hasSize(1000);
    assertThatThrownBy(() -> Arguments.parse(thousand + "&b=1"))
        .isInstanceOf(Refusal.class)
        .hasMessage("{\"message\":\"Too many arguments\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "tags=a;true;[a]",
        "tags=a,b;true;[a, b]",
        "tags=a/b;false;[a, b]",
        "tags[]=a;true;[a]",
        "tags=a&tags=b;true;[a]",
        "tags=a,;true;[a, ,]"
      })
  void tags_are_all_of_or_one_of(String query, boolean all, String tags) {
    TagFilter filter = TagFilter.of(Arguments.parse(query)).orElseThrow();
    assertThat(filter.all()).isEqualTo(all);
    assertThat(filter.tags().toString()).isEqualTo(tags);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "tags=;cannot be null",
        "tags=a,b/c;invalid filter syntax",
        "tags=%FF;invalid filter syntax",
        "tags=a,b,c,d,e,f;cannot query more than 5 tags"
      })
  void bad_tags_are_refused(String query, String reason) {
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> TagFilter.of(Arguments.parse(query)));
    assertThat(refusal.body().toString())
        .isEqualTo(
            "{\"code\":11,\"name\":\"invalid options\",\"message\":\"invalid option (tags: "
                + reason
                + ")\",\"options\":{\"tags\":\""
                + reason
                + "\"}}");
  }
}
