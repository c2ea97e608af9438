package io.portcullis.app.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogFormatTest {
  private static final Instant TIME = Instant.parse("2024-03-09T04:05:06.070Z");

  @Test
  void krakend_line_has_prefix_time_mark_level_and_message_B55() {
    String line =
        of(
            "[KRAKEND] %{time:2006/01/02 - 15:04:05.000} ▶ %{level} %{message}",
            entry(Level.WARNING, "careful"));

    String time =
        DateTimeFormatter.ofPattern("yyyy/MM/dd - HH:mm:ss.SSS", Locale.ROOT)
            .withZone(ZoneId.systemDefault())
            .format(TIME);
    assertThat(line).isEqualTo("[KRAKEND] " + time + " ▶ WARNING careful");
  }

  @Test
  void patterns_know_all_verbs_and_how_they_are_formatted() {
    LogRecord entry = entry(Level.FINE, "x");
    entry.setLoggerName("a.b.C");
    String pattern =
        "%{level:.2s}|%{level:8s}|%{color:bold}%{module}|%{shortpkg}|%{program}|%{id:03x}|%{id}";

    LogFormat format = LogFormat.of(pattern + " %{message} {not} %{} 100%");

    assertThat(format.errors().of(entry))
        .isEqualTo("DE|   DEBUG|a.b.C|C|portcullis|001|1 x {not} %{} 100%");
    assertThat(format.errors().of(entry)).contains("|002|2 x");
    assertThat(of("%{pid} %{message}", entry)).isEqualTo(ProcessHandle.current().pid() + " x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2006-01-02T15:04:05.000Z07:00;2024-03-09T04:05:06.070Z",
        "2006-01-02T15:04:05.999;2024-03-09T04:05:06.07",
        "Mon Jan _2 03:04:05PM;Sat Mar  9 04:05:06AM",
        "2/1/06 3:4:5 -0700;9/3/24 4:5:6 +0000",
        "Monday, 02 January 002 (-07:00);Saturday, 09 March 069 (+00:00)",
        "05.000000;06.070000"
      })
  void times_are_laid_out_as_go_does(String layout, String shown) {
    assertThat(GoTimeLayout.of(layout).withZone(ZoneOffset.UTC).format(TIME)).isEqualTo(shown);
  }

  @Test
  void logstash_gets_its_own_field_names_in_one_line() {
    LogRecord entry = entry(Level.SEVERE, "say \"no\"");
    entry.setThrown(new IllegalStateException("why"));

    String line = of("logstash:KRAKEND", entry);

    assertThat(line).doesNotContain("\n");
    JsonNode json = JsonMapper.shared().readTree(line);
    assertThat(json.path("@timestamp").asString()).isEqualTo("2024-03-09T04:05:06.070Z");
    assertThat(json.path("@version").asInt()).isEqualTo(1);
    assertThat(json.path("level").asString()).isEqualTo("ERROR");
    assertThat(json.path("module").asString()).isEqualTo("KRAKEND");
    assertThat(json.path("message").asString())
        .startsWith("say \"no\"\njava.lang.IllegalStateException: why\n");
  }

  @ParameterizedTest
  @CsvSource({
    "pretty,'expected text, ecs, json, logstash or a pattern with %{message}, got ''pretty'''",
    "%{mesage},unknown verb %{mesage}",
    "%{level:.q},'''.q'' formats nothing'"
  })
  void other_formats_are_refused(String text, String why) {
    assertThatThrownBy(() -> LogFormat.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static String of(String format, LogRecord entry) {
    return LogFormat.of(format).errors().of(entry);
  }

  private static LogRecord entry(Level level, String message) {
    LogRecord entry = new LogRecord(level, message);
    entry.setInstant(TIME);
    return entry;
  }
}
