package io.portcullis.plugins.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.log.CustomFields;
import io.portcullis.core.log.LogEntry;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CelFieldsTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cel:'websocket' | \"websocket\"",
        "cel: request.method + ' ' + request.uri | \"GET /t\"",
        "cel:response.status >= 200 && response.status < 300 | true",
        "cel:double(latencies.request) / 1000.0 | 0.031",
        "cel:response.status / 100 | 2",
        "cel:has(consumer.username) ? consumer.username : 'nobody' | \"nobody\"",
        "cel:has(request.headers.upgrade) | false",
        "cel:route.name.startsWith('r') | true",
        "cel:tries.size() | 0",
        "cel:tries.exists(t, has(t.state)) | false",
        "cel:{'a': [1, 2.5, null, 'x']} | {\"a\":[1,2.5,null,\"x\"]}",
        "cel:source == 'upstream' | true",
        "cel:started_at | 0",
      })
  void reads_the_entry(String expression, String expected) {
    assertThat(field(expression).toString()).isEqualTo(expected);
  }

  @Test
  void null_takes_a_field_away_and_a_failure_leaves_it_out() {
    assertThat(entry(Map.of("service", "cel:null")).has("service")).isFalse();
    assertThat(entry(Map.of("x", "cel:request.headers['none']")).has("x")).isFalse();
    assertThat(entry(Map.of("x", "cel:1 / (response.status - 200)")).has("x")).isFalse();
    assertThat(entry(Map.of("x", "cel:duration('1s')")).has("x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cel:", "cel:nobody", "cel:request.", "cel:1 + 'a'", "cel:f(1)", "lua:1"})
  void what_is_no_expression_is_refused_when_it_is_written(String expression) {
    assertThat(CustomFields.problem(expression)).startsWith("Error parsing function: ");
    assertThatThrownBy(() -> CustomFields.of(Map.of("x", expression)))
        .isInstanceOf(RuntimeException.class);
  }

  private JsonNode field(String expression) {
    return entry(Map.of("x", expression)).get("x");
  }

  private ObjectNode entry(Map<String, String> fields) {
    FakeLog log = FakeLog.answered(FakeGateway.route("r"), FakeGateway.service("svc"), 200);
    return new LogEntry(gateway.node(), gateway.clock(), CustomFields.of(fields)).object(log);
  }
}
