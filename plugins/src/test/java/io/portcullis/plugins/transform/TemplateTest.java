package io.portcullis.plugins.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final TemplateSource SOURCE =
      new TemplateSource() {
        private static final Map<String, String> HEADERS =
            Map.of("x-in", "In", "plain_name", "underscored", "utf", "\u00c3\u00a9");

        @Override
        public @Nullable String header(String lowerCaseName) {
          return HEADERS.get(lowerCaseName);
        }

        @Override
        public @Nullable Object argument(String name) {
          return name.equals("bare") ? Boolean.TRUE : name.equals("q") ? "7" : null;
        }

        @Override
        public @Nullable String capture(String name) {
          return Map.of("1", "first", "user", "ann").get(name);
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain | plain",
        "`` | ``",
        "$(headers.x_in) | In",
        "$(headers.X_In) | In",
        "$(headers['x-in']) | In",
        "$(headers[\"X-IN\"]) | In",
        "$(headers.plain_name) | underscored",
        "$(headers.nope) | ``",
        "$(headers.nope or 'd') | d",
        "$(headers['no'] or headers['x-in']) | In",
        "$(headers.x_in and 'yes' or 'no') | yes",
        "$(headers.nope and 'yes' or 'no') | no",
        "a-$(query_params.q)-b | a-7-b",
        "$(query_params.bare) | true",
        "$(query_params['q'] .. '/' .. uri_captures[1]) | 7/first",
        "$(uri_captures.user)$(uri_captures['1']) | annfirst",
        "$(shared.x or 'none') | none",
        "$(headers.x_in == 'In' and 'same' or 'other') | same",
        "$(headers.x_in ~= 'In') | false",
        "$(not headers.nope) | true",
        "$((headers.nope or 'A'):lower()) | a",
        "$(string.upper(headers.x_in)) | IN",
        "$(headers.x_in:sub(2)) | n",
        "$(headers.x_in:sub(-2, -2)) | I",
        "$(tostring(headers.nope)) | nil",
        "$(1) | 1",
        "$(')') | )",
        "$(bad syntax here | $(bad syntax here",
        "$5 and (7) | $5 and (7)",
      })
  void shows_the_value(String template, String expected) {
    assertThat(Template.of(template).of(SOURCE)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$()",
        "$(headers)",
        "$(os.time())",
        "$(headers.a b)",
        "$(headers.x_in:gsub('a', 'b'))",
        "$(headers.)",
        "$(headers[q])",
        "$(1 +)",
        "$(string.lower())",
        "$('\\q')",
      })
  void refuses_what_it_does_not_understand(String template) {
    assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> Template.of(template));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$(headers.nope .. 'x')", "$(headers.nope:lower())", "$(true .. 'x')"})
  void nil_and_booleans_are_no_text(String template) {
    Text text = Template.of(template);

    assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> text.of(SOURCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"é", "$('é')", "$(headers.utf)", "$(headers.utf:lower())"})
  void text_is_made_of_the_octets_of_utf_8(String template) {
    assertThat(Template.of(template).of(SOURCE)).isEqualTo("\u00c3\u00a9");
  }

  @Property(tries = 3_000)
  void no_text_makes_it_fail_otherwise(
      @ForAll @Chars({'$', '(', ')', '\'', '[', ']', '.', 'o', 'r', ' ', 'h', '1', '"', '\\', ':'})
          String text) {
    try {
      assertThat(Template.of("$(headers" + text).of(SOURCE)).isNotNull();
      assertThat(Template.of(text).of(SOURCE)).isNotNull();
    } catch (TemplateException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }
}
