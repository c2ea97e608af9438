package io.portcullis.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomFieldsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"websocket\" | websocket",
        "return 'a' .. 1 .. 2.5; | a12.5",
        "return 2 + 3 * 4 - 6 / 2 | 11",
        "return (2 + 3) * 4 | 20",
        "return 2 ^ 3 ^ 2 | 512",
        "return -2 ^ 2 | -4",
        "return -5 % 3 | 1",
        "return '10' + 5 | 15",
        "return 10 .. '' | 10",
        "return not nil | true",
        "return nil or 'x' | x",
        "return false and 1 or 2 | 2",
        "return 1 < 2 and 'a' <= 'b' | true",
        "return 1 == '1' | false",
        "return 'a' ~= 'b' | true",
        "return #'abc' | 3",
        "return 0x1F + 1e2 | 131",
        "return kong.response.get_status() >= 200 | true",
        "return kong.request.get_header('X-None') or \"none\" | none",
        "return kong.request.get_header \"X-Some\" | some",
        "return tostring(nil) .. tostring(1) | nil1",
        "return tonumber('0.5') | 0.5",
        "return kong.request.get_method() .. ' ' .. kong.request.get_path() | GET /t",
        "return kong.request.get_query_arg('q') | first",
        "return kong.request.get_query_arg('bare') | true",
        "return kong.request.get_query_arg('none') | null",
        "return kong.request.get_port() | 8000",
        "return kong.response.get_source() | service",
        "return string.upper('ab') .. string.lower('CD') | ABcd",
        "return math.floor(os.time() / 7) | 242857143",
        "os.time() | 1700000003",
        "os.time() - ngx.req.start_time() | 3.25",
        "os.time() - 1 | 1700000002",
        "ngx.req.start_time() | 1700000000.25",
        "return 'tab\\t\\'q\\'' | tab\t'q'",
      })
  void evaluates_as_lua_does(String chunk, String expected) {
    FakeExchangeLog log = new FakeExchangeLog();
    log.requestHeaders.add("x-some", "some");
    log.uri = "/t?q=first&q=second&bare";
    Object value =
        ExpressionParser.parse(chunk).value(log, () -> Instant.ofEpochMilli(1_700_000_003_500L));

    assertThat(value instanceof Double number ? Expression.spell(number) : String.valueOf(value))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nope nope",
        "",
        "return 1 +",
        "return (1",
        "return 'a",
        "return {}",
        "return 1, 2",
        "local x = 1 return x",
        "return os.execute('id')",
        "return io.popen('id')",
        "return kong.request.get_header()",
        "return os.time(1)",
        "while true do end",
        "return function() end",
        "return 1..2",
        "return 3x",
        "return '\\q'",
        "return x.y",
        "-- comment only",
      })
  void refuses_what_it_does_not_understand_with_a_reason(String chunk) {
    assertThat(CustomFields.problem(chunk)).startsWith("Error parsing function: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "-", "not ", "2^"})
  void deep_nesting_is_refused_and_not_a_stack_overflow(String opening) {
    assertThat(CustomFields.problem("return " + opening.repeat(100_000) + "1"))
        .startsWith("Error parsing function: ");
  }

  @Property
  void no_text_makes_the_parser_fail_in_another_way(@ForAll @StringLength(max = 60) String chunk) {
    CustomFields.problem(chunk);
    CustomFields.problem("return " + chunk);
  }

  @Property(tries = 300)
  void a_quoted_text_is_itself(@ForAll @StringLength(max = 30) String text) {
    String quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";

    assertThat(ExpressionParser.parse(quoted).value(new FakeExchangeLog(), Instant::now))
        .isEqualTo(text);
  }
}
