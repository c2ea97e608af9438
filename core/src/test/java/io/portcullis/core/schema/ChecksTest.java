package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.string;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ChecksTest {
  @Test
  void exactly_one_of_refuses_none_and_two() {
    Check check = Checks.exactlyOneOf("a", "b");
    String message = "exactly one of these fields must be non-empty: 'a', 'b'";
    assertThat(messages(check, "{}")).containsExactly(message);
    assertThat(messages(check, "{\"a\":\"x\",\"b\":\"y\"}")).containsExactly(message);
    assertThat(messages(check, "{\"a\":\"x\",\"b\":null}")).isEmpty();
  }

  @Test
  void mutually_exclusive_refuses_two() {
    Check check = Checks.mutuallyExclusive("a", "b");
    assertThat(messages(check, "{}")).isEmpty();
    assertThat(messages(check, "{\"a\":\"x\",\"b\":\"y\"}"))
        .containsExactly("only one or none of these fields must be set: 'a', 'b'");
  }

  @Test
  void mutually_required_refuses_some() {
    Check check = Checks.mutuallyRequired("a", "b");
    assertThat(messages(check, "{}")).isEmpty();
    assertThat(messages(check, "{\"a\":\"x\",\"b\":\"y\"}")).isEmpty();
    assertThat(messages(check, "{\"a\":\"x\"}"))
        .containsExactly("all or none of these fields must be set: 'a', 'b'");
  }

  @Test
  void distinct_refuses_equal_values() {
    Check check = Checks.distinct("a", "b");
    assertThat(messages(check, "{\"a\":null,\"b\":null}")).isEmpty();
    assertThat(messages(check, "{\"a\":\"x\",\"b\":\"x\"}"))
        .containsExactly("values of these fields must be distinct: 'a', 'b'");
  }

  @Test
  void exclusive_sets_refuse_fields_of_both() {
    Check check = Checks.mutuallyExclusiveSets(List.of("a"), List.of("b"));
    assertThat(messages(check, "{\"a\":\"x\"}")).isEmpty();
    assertThat(messages(check, "{\"a\":\"x\",\"b\":\"y\"}"))
        .containsExactly("these sets are mutually exclusive: ('a'), ('b')");
    assertThat(check.describe(""))
        .hasValueSatisfying(
            json ->
                assertThat(json)
                    .hasToString(
                        "{\"mutually_exclusive_sets\":{\"set1\":[\"a\"],\"set2\":[\"b\"]}}"));
  }

  @Test
  void a_nested_check_names_fields_from_the_outside() {
    Check check = Checks.atLeastOneOf("a", "b").under("config");
    assertThat(messages(check, "{\"config\":{}}"))
        .containsExactly("at least one of these fields must be non-empty: 'config.a', 'config.b'");
    assertThat(check.describe(""))
        .hasValueSatisfying(
            json ->
                assertThat(json).hasToString("{\"at_least_one_of\":[\"config.a\",\"config.b\"]}"));
  }

  @ParameterizedTest
  @CsvSource({
    "^%u+$, GET, true",
    "^%u+$, get, false",
    "^[^:]+:.*$, a:b, true",
    "^[^:]+:.*$, ab, false",
    "%w*%p*@+%w*%.?%w*, a@b.test, true",
    "^%*%., *.a, true",
    "^%*%., a.*, false",
    "%-x$, a-x, true",
    "^a-b$, aaab, true",
    "a.c, abc, true"
  })
  void lua_patterns_match_as_in_lua(String pattern, String text, boolean matches) {
    assertThat(LuaPattern.of(pattern).matches(text)).isEqualTo(matches);
  }

  private static List<String> messages(Check check, String json) {
    Violations violations = new Violations();
    check.run(
        new CheckRun(
            new Validator(name -> Optional.empty(), false),
            List.of(string("a"), string("b")),
            SampleSchemas.object(json),
            violations,
            ""));
    JsonNode entity = violations.fields().get(Violations.ENTITY);
    return entity == null ? List.of() : entity.valueStream().map(JsonNode::stringValue).toList();
  }
}
