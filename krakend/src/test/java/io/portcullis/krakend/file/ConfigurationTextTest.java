package io.portcullis.krakend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.krakend.file.ConfigurationText.Format;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTextTest {
  private static final String JSON =
      """
      {
        "version": 3,
        "endpoints": [
          {"endpoint": "/a", "timeout": 1.5, "on": true, "none": null}
        ]
      }
      """;
  private static final String YAML =
      """
      version: 3
      endpoints:
        - endpoint: /a
          timeout: 1.5
          on: true
          none: ~
      """;
  private static final String TOML =
      """
      version = 3

      [[endpoints]]
      endpoint = "/a"
      timeout = 1.5
      on = true
      """;

  @Test
  void the_three_formats_say_the_same() throws Exception {
    String json = "{\"version\":3,\"endpoints\":[{\"endpoint\":\"/a\",\"timeout\":1.5,\"on\":true";

    assertThat(ConfigurationText.parse("a.json", JSON).json())
        .hasToString(json + ",\"none\":null}]}");
    assertThat(ConfigurationText.parse("a.yml", YAML).json())
        .hasToString(json + ",\"none\":null}]}");
    assertThat(ConfigurationText.parse("a.toml", TOML).json()).hasToString(json + "}]}");
  }

  @Test
  void names_and_values_know_their_places() throws Exception {
    assertThat(place("a.json", JSON)).containsExactly("4:6", "4:18");
    assertThat(place("a.yaml", YAML)).containsExactly("3:5", "3:15");
    assertThat(place("a.toml", TOML)).containsExactly("4:1", "4:1");
  }

  private static List<String> place(String file, String text) throws Exception {
    Value endpoints = ConfigurationText.parse(file, text).get("endpoints");
    Value.Fields first = (Value.Fields) ((Value.Items) endpoints).items().getFirst();
    Value.Member member = first.members().get("endpoint");
    return List.of(member.nameAt().toString(), member.value().at().toString());
  }

  @Test
  void toml_knows_the_lines_of_nested_tables() throws Exception {
    Value.Fields file =
        ConfigurationText.parse(
            "a.toml",
            """
            text = '''
            [not.a.table]
            '''
            [[endpoints]]
            endpoint = "/a"
              [[endpoints.backend]]
              "url_pattern" = "/b"
              [endpoints.backend.extra_config."qos/http-cache"]
              shared = true
            [[endpoints]]
            endpoint = "/c"
            """);
    List<Value> endpoints = ((Value.Items) file.members().get("endpoints").value()).items();
    Value.Fields first = (Value.Fields) endpoints.get(0);
    Value.Fields backend =
        (Value.Fields) ((Value.Items) first.members().get("backend").value()).items().getFirst();

    assertThat(backend.members().get("url_pattern").nameAt().line()).isEqualTo(7);
    Value.Fields cache =
        (Value.Fields)
            ((Value.Fields) backend.members().get("extra_config").value())
                .members()
                .get("qos/http-cache")
                .value();
    assertThat(cache.members().get("shared").nameAt().line()).isEqualTo(9);
    assertThat(((Value.Fields) endpoints.get(1)).members().get("endpoint").nameAt().line())
        .isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource({"krakend.tmpl,JSON", "out,JSON", "a.yml,YAML", "a.YAML,YAML", "a.toml,TOML"})
  void the_ending_tells_the_format_and_else_the_text(String file, Format format) {
    assertThat(Format.of(file, " {\"version\": 3}")).isEqualTo(format);
  }

  @Test
  void a_text_without_a_brace_is_yaml() {
    assertThat(Format.of("krakend.tmpl", "version: 3")).isEqualTo(Format.YAML);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "on", "no", "off", "2020-01-01", "12:30", "1.2.3"})
  void yaml_takes_for_text_what_gos_reader_does(String text) throws Exception {
    assertThat(ConfigurationText.parse("a.yml", "a: " + text).get("a"))
        .isInstanceOfSatisfying(
            Value.Text.class, value -> assertThat(value.text()).isEqualTo(text));
  }

  @ParameterizedTest
  @CsvSource({"0x1f,31", "0o17,15", "017,15", "1_000,1000", "-3,-3", "9999999999,9999999999"})
  void yaml_numbers_have_the_bases_of_go(String text, String number) throws Exception {
    assertThat(ConfigurationText.parse("a.yml", "a: " + text).json().get("a")).hasToString(number);
  }

  @Test
  void yaml_repeats_what_is_anchored_and_merges_mappings() throws Exception {
    String text =
        """
        base: &base {timeout: 1s, encoding: json}
        own: {<<: *base, encoding: xml}
        """;

    assertThat(ConfigurationText.parse("a.yml", text).json().get("own"))
        .hasToString("{\"encoding\":\"xml\",\"timeout\":\"1s\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.json | {\"a\": 1,} | a.json:1:9",
        "a.json | [] | a.json:1:1: expected an object, got an array",
        "a.yml | a: [1 | a.yml:1:6",
        "a.yml | a: *b | a.yml:1:4: '*b' names nothing",
        "a.yml | a: &b [*b] | a.yml:1:8: '*b' stands inside the value that it names",
        "a.yml | a: !java.net.URL [] | a.yml:1:4: unsupported tag !java.net.URL",
        "a.toml | a = | a.toml:1:"
      })
  void what_cannot_be_read_is_told_with_its_place(String file, String text, String message) {
    assertThatThrownBy(() -> ConfigurationText.parse(file, text))
        .isInstanceOf(UnreadableConfigurationException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.json", "a.yml", "a.toml"})
  void deep_nesting_is_refused_before_the_stack_ends(String file) {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String text =
        switch (file) {
          case "a.json" -> "{\"a\":" + deep + "}";
          case "a.yml" -> "a: " + deep;
          default -> "a = " + deep;
        };

    assertThatThrownBy(() -> ConfigurationText.parse(file, text))
        .isInstanceOf(UnreadableConfigurationException.class);
  }

  @Test
  void a_small_text_cannot_become_a_large_tree() {
    StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      text.append("a%d: &a%d [%s]\n".formatted(i, i, (before + ",").repeat(10)));
    }

    assertThatThrownBy(() -> ConfigurationText.parse("a.yml", text.toString()))
        .isInstanceOf(UnreadableConfigurationException.class)
        .hasMessageContaining("aliases that stand for more than");
  }
}
