package io.portcullis.krakend.template;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.vault.Environment;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a template must not do, and where the message says that it is. */
class TemplateRefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "{{ nofunction }}               ~ 1:4: function \"nofunction\" is not defined",
        "{{ now }}                      ~ 1:4: function \"now\" is not defined",
        "{{ genPrivateKey \"rsa\" }}    ~ 1:4: function \"genPrivateKey\" is not defined",
        "{{ $x }}                       ~ 1:4: undefined variable \"$x\"",
        "{{ $x = 1 }}                   ~ 1:4: undefined variable \"$x\"",
        "{{ .x                          ~ 1:1: unclosed action",
        "{{/* x                         ~ 1:3: unclosed comment",
        "{{ (1 }}                       ~ 1:7: unclosed left paren",
        "{{ 1 ) }}                      ~ 1:6: unexpected right paren",
        "{{ if true }}                  ~ unexpected end of file: an action is not ended",
        "{{ end }}                      ~ 1:4: unexpected \"end\" in input",
        "{{ if true }}{{ else }}{{ else }}{{ end }} ~ expected end; found \"else\"",
        "{{ break }}                    ~ 1:4: {{break}} outside {{range}}",
        "{{ range $a, .b := .c }}{{ end }} ~ 1:14: range can only initialize variables",
        "{{ template x }}               ~ 1:13: unexpected \"x\" in template clause",
        "{{ template \"x\" }}           ~ template \"x\" is not defined; there are: t",
        "{{ 1 | 2 }}                    ~ 1:8: non executable command in pipeline stage 2",
        "{{ .s 3 }}                     ~ 1:4: at <.s>: can't give argument to non-function .s",
        "{{ .s.x }}                     ~ 1:4: at <.s.x>: can't evaluate field x in type string",
        "{{ .null.x }}                  ~ nil pointer evaluating interface {}.x",
        "{{ upper }}                    ~ wrong number of args for upper: want 1 got 0",
        "{{ get .m }}                   ~ wrong number of args for get: want 2 got 1",
        "{{ eq }}                       ~ wrong number of args for eq: want at least 1 got 0",
        "{{ upper 3 }}                  ~ 1:10: at <3>: expected string; found 3",
        "{{ upper .n }}                 ~ wrong type for value; expected string; got float64",
        "{{ upper .nope }}              ~ 1:10: at <.nope>: invalid value; expected string",
        "{{ eq \"a\" 1 }}               ~ error calling eq: incompatible types for comparison:"
            + " string and int",
        "{{ index .l 5 }}               ~ error calling index: index out of range: 5",
        "{{ fail \"no host\" }}         ~ error calling fail: no host",
        "{{ include \"gone\" }}         ~ error calling include: gone: no such file",
        "{{ 08 }}                       ~ 1:4: illegal number syntax: \"08\"",
        "{{ 3i }}                       ~ 1:4: illegal number syntax: \"3i\"",
        "{{ \"\\q\" }}                  ~ 1:4: invalid escape \\q",
        "{{ \"a }}                      ~ 1:4: unterminated quoted string",
        "{{ a#b }}                      ~ 1:5: bad character \"#\"",
        "{{ @ }}                        ~ 1:4: unexpected \"@\"",
      })
  void says_where_and_what(String template, String message) {
    assertThatThrownBy(() -> rendered(template))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("template: t:1:")
        .hasMessageContaining(message);
  }

  @Test
  void counts_lines_and_columns_of_the_file() {
    assertThatThrownBy(() -> rendered("{\n  \"a\": 1,\n  \"b\": {{ nope }}\n}"))
        .hasMessageStartingWith("template: t:3:11: function \"nope\" is not defined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }} ~ templates call each"
            + " other more than 200 deep",
        "{{ range 100000000 }}{{ end }}                           ~ gave up after 5000000 steps",
        "{{ repeat 100000000 \"xxxx\" }}                          ~ the text is longer than",
        "{{ indent 2000000000 \"a\" }}                            ~ the text is longer than",
        "{{ until 2000000 }}                                      ~ the list is longer than 1000000"
            + " items",
        "{{ $l := list 1 }}{{ range 60 }}{{ $l = concat $l $l }}{{ end }} ~ the list is longer"
            + " than",
        "{{ $s := \"xx\" }}{{ range 60 }}{{ $s = print $s $s }}{{ end }}  ~ the text is longer"
            + " than",
        "{{ $l := list 1 }}{{ range 500 }}{{ $l = list $l }}{{ end }}{{ $l }} ~ nested more than"
            + " 200 deep",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}      ~ nested more than 200"
            + " deep",
        "{{ $l := list 1 }}{{ range 100 }}{{ $l = list $l $l }}{{ end }}{{ $l }} ~ the text is"
            + " longer than",
      })
  void stops_what_runs_away(String template, String message) {
    assertThatThrownBy(() -> rendered(template))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(message);
  }

  @Test
  void stops_actions_nested_without_end() {
    assertThatThrownBy(() -> rendered("{{ if true }}".repeat(10_000)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested more than 100 deep");
    assertThatThrownBy(() -> rendered("{{ " + "(".repeat(10_000)))
        .isInstanceOf(TemplateException.class);
  }

  private static void rendered(String template) {
    TemplateSet templates =
        new TemplateSet(
            FunctionTable.of(
                Environment.EMPTY,
                name -> {
                  throw new FunctionException(name + ": no such file");
                }));
    templates.add("t", new TemplateSource("t", template));
    Object settings = JsonText.read("{\"s\":\"text\",\"n\":10,\"null\":null,\"m\":{},\"l\":[1,2]}");
    TemplateRun.render(
        templates, templates.find("t").orElseThrow(), settings == null ? Map.of() : settings);
  }
}
