package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTreeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12 | 12",
        "-0x1F | -31",
        "0b101 | 5",
        "017 | 15",
        "0 | 0",
        "1_000 | 1000",
        "12345678901234567890 | 12345678901234567890",
        "1.5 | 1.5",
        ".5 | 0.5",
        "1e3 | 1000.0",
        "+7 | 7",
        "yes | true",
        "Off | false",
        "~ | null",
        "null | null",
        "12:30 | \"12:30\"",
        "2020-01-01 | \"2020-01-01\"",
        "1.2.3 | \"1.2.3\"",
        "::1 | \"::1\"",
        "-- | \"--\"",
        "!!str 12 | \"12\"",
        "!!int 12 | 12",
        "! 12 | \"12\"",
        "\"12\" | \"12\"",
        "y | \"y\""
      })
  void unquoted_values_have_the_types_of_yaml(String yaml, String json) throws Exception {
    assertThat(YamlTree.parse("a: " + yaml)).hasToString("{\"a\":" + json + "}");
  }

  @Test
  void aliases_are_copies_and_merges_fill_gaps() throws Exception {
    assertThat(
            YamlTree.parse(
                """
                base: &b {x: 1, y: 2}
                more: &m {y: 3, z: 4}
                one: {<<: [*b, *m], x: 9}
                two: *b
                """))
        .hasToString(
            "{\"base\":{\"x\":1,\"y\":2},\"more\":{\"y\":3,\"z\":4},"
                + "\"one\":{\"x\":9,\"y\":2,\"z\":4},\"two\":{\"x\":1,\"y\":2}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: &a [*a] | line 1, column 8: '*a' stands inside the value that it names",
        "a: *b | line 1, column 4: '*b' names nothing",
        "{a: 1, a: 2} | line 1, column 8: 'a' is given twice",
        "{[1]: 2} | line 1, column 2: a name that is no plain text",
        "a: !!binary x | line 1, column 4: 'x' cannot be read as tag:yaml.org,2002:binary",
        "a: !!set {x} | line 1, column 4: unsupported tag tag:yaml.org,2002:set",
        "a: !!java.net.URL [x] | line 1, column 4: unsupported tag tag:yaml.org,2002:java.net.URL",
        "a: {<<: 5} | line 1, column 4: '<<' needs a mapping"
      })
  void what_is_no_plain_data_is_refused_with_its_place(String yaml, String message) {
    assertThatThrownBy(() -> YamlTree.parse(yaml))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessage(message);
  }

  @Test
  void there_is_one_document() {
    assertThatThrownBy(() -> YamlTree.parse("a: 1\n---\nb: 2\n"))
        .hasMessage("line 2, column 1: a second document");
  }

  @Test
  void a_small_text_does_not_become_a_large_tree() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append(("*a" + (i - 1) + ",").repeat(10)).append("x]\n");
    }
    assertThatThrownBy(() -> YamlTree.parse(bomb.toString()))
        .hasMessageContaining("aliases that stand for more than 500000 values");
  }

  @Test
  void depth_is_bounded() {
    assertThatThrownBy(() -> YamlTree.parse("[".repeat(100_000)))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("nested deeper than 64 levels");
    assertThatThrownBy(() -> DocumentText.parse("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(UnreadableFileException.class);
  }

  @Test
  void texts_that_no_database_holds_are_refused() {
    assertThatThrownBy(() -> DocumentText.parse("{\"a\":[\"x\\u0000\"]}"))
        .hasMessage("a text with the character U+0000");
    assertThatThrownBy(() -> DocumentText.parse("a: \"\\0\""))
        .hasMessage("a text with the character U+0000");
    assertThatThrownBy(() -> DocumentText.parse("{\"a\":1e999}"))
        .isInstanceOf(UnreadableFileException.class);
  }
}
