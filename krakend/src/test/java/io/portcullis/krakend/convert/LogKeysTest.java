package io.portcullis.krakend.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.krakend.file.ConfigurationText;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogKeysTest {
  @Test
  void syslog_gets_prefix_and_facility_and_the_console_nothing_unless_asked() throws Exception {
    Converted converted =
        file("'telemetry/logging':{'syslog':true,'prefix':'[EDGE]','syslog_facility':'local5'}");

    assertThat(converted.findings()).isEmpty();
    assertThat(converted.settings())
        .containsEntry("error_log", "off")
        .containsEntry("error_log_syslog", "unix:/dev/log,facility=local5,tag=[EDGE]");
    assertThat(file("'telemetry/logging':{'syslog':true,'stdout':true}").settings())
        .containsEntry("error_log", "/dev/stdout")
        .containsEntry("error_log_syslog", "unix:/dev/log,facility=local3,tag=krakend");
  }

  @Test
  void a_log_without_a_place_is_told_of() throws Exception {
    Converted silent = file("'telemetry/logging':{'level':'ERROR'}");

    assertThat(silent.findings())
        .extracting(Finding::message)
        .containsExactly("'telemetry/logging' has neither stdout nor syslog, so nothing is logged");
    assertThat(silent.settings())
        .containsEntry("error_log", "off")
        .containsEntry("log_level", "error");
    Converted sent =
        file(
            "'telemetry/logging':{'level':'ERROR'},'telemetry/gelf':{'address':'h','enable_tcp':true}");
    assertThat(sent.findings()).isEmpty();
    assertThat(sent.settings()).containsEntry("error_log_gelf", "tcp://h:12201");
  }

  @Test
  void without_the_block_lines_stay_as_they_are() throws Exception {
    assertThat(file("").settings()).doesNotContainKeys("error_log", "log_format", "log_level");
  }

  @Test
  void formats_are_taken_over() throws Exception {
    assertThat(format("'format':'logstash','prefix':'[EDGE]'")).isEqualTo("logstash:KRAKEND");
    assertThat(format("'format':'custom','custom_format':'%{level:.1s} %{message}'"))
        .isEqualTo("%{level:.1s} %{message}");
    assertThat(format("'format':'default'"))
        .isEqualTo("%{time:2006/01/02 - 15:04:05.000} ▶ %{level} %{message}");
    assertThat(
            file("'telemetry/logging':{'stdout':true,'prefix':'EDGE'},'telemetry/logstash':{'enabled':true}")
                .settings())
        .containsEntry("log_format", "logstash:EDGE");
    assertThat(
            file("'telemetry/logging':{'stdout':true},'telemetry/logstash':{'enabled':false}")
                .settings()
                .get("log_format"))
        .startsWith("%{time");
  }

  @Test
  void what_is_wrong_is_told_with_its_line() throws Exception {
    assertThat(finding("'format':'custom','custom_format':'%{mesage}'"))
        .isEqualTo("ERROR 2 'custom_format': unknown verb %{mesage}");
    assertThat(finding("'format':'custom'")).isEqualTo("ERROR 2 'custom_format' has no %{message}");
    assertThat(finding("'format':'xml'"))
        .isEqualTo("MISTAKE 2 unknown format 'xml' counts as default");
    assertThat(finding("'custom_format':'%{message}'"))
        .isEqualTo("MISTAKE 2 'custom_format' has no effect without format 'custom'");
    assertThat(finding("'syslog':true,'syslog_facility':'mail'"))
        .isEqualTo("MISTAKE 2 unknown facility 'mail' counts as local3");
    assertThat(finding("'level':'LOUD'")).isEqualTo("MISTAKE 2 unknown level 'LOUD'");
    assertThat(finding("'access_log_format':'json'"))
        .isEqualTo(
            "WARNING 2 'access_log_format' has no effect here: the access log has Kong's format");
    assertThat(finding("'backend_level':'DEBUG'"))
        .isEqualTo("WARNING 2 'backend_level' has no effect here: 'level' counts for all entries");
    assertThat(file("'telemetry/logstash':{'enabled':true}").findings())
        .extracting(Finding::message)
        .containsExactly("'telemetry/logstash' logs nothing without telemetry/logging");
  }

  private static String format(String logging) throws Exception {
    return file("'telemetry/logging':{'stdout':true," + logging + "}").settings().get("log_format");
  }

  private static String finding(String logging) throws Exception {
    Finding only =
        file("'telemetry/logging':{'stdout':true," + logging + "}").findings().getFirst();
    return only.severity() + " " + only.at().line() + " " + only.message();
  }

  private static Converted file(String extra) throws Exception {
    String text = "{'version':3,'extra_config':{\n" + extra + "}}";
    return RootConverter.convert(
        ConfigurationText.parse("krakend.json", text.replace('\'', '"')),
        new Surroundings(Map.of(), null, false, "9.9"));
  }
}
