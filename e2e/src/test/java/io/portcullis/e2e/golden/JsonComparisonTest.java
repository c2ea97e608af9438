package io.portcullis.e2e.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

final class JsonComparisonTest {
  private static final String UUID = "0a4ad306-0000-4000-8000-00000000cafe";

  private final Variables variables = new Variables();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":1,"b":[1,2]}                | {"b":[1.0,2],"a":1.0}     | true
          {"a":1}                          | {"a":1,"b":null}          | false
          {"a":1,"b":{"$absent":true}}     | {"a":1}                   | true
          {"a":{"$absent":true}}           | {"a":null}                | false
          []                               | {}                        | false
          {"$empty":true}                  | {}                        | true
          {"$empty":true}                  | []                        | true
          {"$empty":true}                  | [0]                       | false
          "1"                              | 1                         | false
          true                             | 1                         | false
          {"$int":true}                    | 3.0                       | true
          {"$int":true}                    | 3.5                       | false
          {"$number":true}                 | 3.5                       | true
          {"$string":true}                 | 3                         | false
          {"$bool":true}                   | false                     | true
          {"$any":true}                    | null                      | true
          {"$uuid":true}                   | "0a4ad306-0000-4000-8000-00000000cafe"  | true
          {"$uuid":true}                   | "0a4ad306"                | false
          {"$contains":["b","c"]}          | "abc"                     | true
          {"$contains":"d"}                | "abc"                     | false
          {"$regex":"^a.c$"}               | "abc"                     | true
          {"$regex":"b"}                   | "abc"                     | true
          {"$between":[1,5]}               | 5                         | true
          {"$between":[1,5]}               | 6                         | false
          {"$in":[1,"x"]}                  | "x"                       | true
          {"$len":2}                       | [1,2]                     | true
          {"$includes":[{"a":1}]}          | [0,{"a":1}]               | true
          {"$includes":[{"a":1}]}          | [0,{"a":2}]               | false
          {"$superset":{"a":{"$int":true}}}| {"a":1,"b":2}             | true
          {"$superset":{"a":1}}            | {"b":2}                   | false
          {"$not":{"$contains":"b"}}       | "abc"                     | false
          {"$literal":{"$int":true}}       | {"$int":true}             | true
          {"$now":60}                      | 1000030.5                 | true
          {"$seconds":60}                  | 1000030                   | true
          {"$seconds":60}                  | 1000030.5                 | false
          {"$now":60}                      | 1000061                   | false
          """)
  void compares_values_and_matchers(String expected, String got, boolean fits) {
    assertThat(fits(comparison(), expected, got)).isEqualTo(fits);
  }

  @Test
  void knows_values_that_were_saved() {
    variables.save("id", JsonNodeFactory.instance.stringNode(UUID));
    assertThat(fits(comparison(), "{\"$ref\":\"id\"}", "\"" + UUID + "\"")).isTrue();
    assertThat(fits(comparison(), "{\"$template\":\"/a/${id}\"}", "\"/a/" + UUID + "\"")).isTrue();
  }

  @Test
  void compares_an_array_in_any_order_when_told_so() {
    String expected = "{\"data\":[{\"$int\":true},\"a\"]}";
    String got = "{\"data\":[\"a\",1]}";
    assertThat(fits(comparison(), expected, got)).isFalse();
    assertThat(
            fits(
                new JsonComparison(variables, at(1_000_000), paths("data"), List.of(), List.of()),
                expected,
                got))
        .isTrue();
  }

  @Test
  void passes_over_ignored_and_optional_members_at_any_depth() {
    JsonComparison comparison =
        new JsonComparison(
            variables, at(1_000_000), List.of(), paths("data[*].id"), paths("**.description"));
    assertThat(
            fits(
                comparison,
                "{\"data\":[{\"id\":1,\"x\":{}}]}",
                "{\"data\":[{\"id\":2,\"x\":{\"description\":\"…\"}}]}"))
        .isTrue();
    assertThat(fits(comparison, "{\"x\":{}}", "{\"x\":{\"other\":1}}")).isFalse();
  }

  private static List<ValuePath> paths(String... texts) {
    return Arrays.stream(texts).map(ValuePath::parse).toList();
  }

  private JsonComparison comparison() {
    return new JsonComparison(variables, at(1_000_000));
  }

  private static InstantSource at(long seconds) {
    return InstantSource.fixed(Instant.ofEpochSecond(seconds));
  }

  private static boolean fits(JsonComparison comparison, String expected, String got) {
    JsonMapper json = JsonMapper.shared();
    try {
      comparison.check(json.readTree(expected), json.readTree(got));
      return true;
    } catch (Mismatch difference) {
      return false;
    }
  }
}
