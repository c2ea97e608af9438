package io.portcullis.krakend.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.krakend.file.ConfigurationText;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TelemetryKeysTest {
  /** The training's configuration, all in one. */
  private static final String TRAINING =
      """
      'telemetry/metrics':{'collection_time':'30s','listen_address':':8090'},
      'telemetry/influx':{'address':'http://influxdb:8086','ttl':'25s','buffer_size':100,
        'username':'krakend-dev','password':'pas5w0rd'},
      'telemetry/logging':{'level':'DEBUG','prefix':'[KRAKEND]','syslog':false,'stdout':true},
      'telemetry/gelf':{'address':'logstash:12201','enable_tcp':false},
      'telemetry/opencensus':{'sample_rate':100,'reporting_period':1,
        'enabled_layers':{'backend':true,'router':true},
        'exporters':{'jaeger':{'endpoint':'http://jaeger:14268/api/traces','service_name':'krakend'}}},
      'security/cors':{'allow_origins':['*'],'allow_methods':['POST','GET'],
        'allow_headers':['Origin'],'expose_headers':['Content-Length'],'max_age':'12h'},
      'router':{'disable_access_log':false,'logger_skip_paths':['/__health']}
      """;

  @Test
  void the_configuration_of_the_training_becomes_plugins_and_settings_B55_B57() throws Exception {
    Converted converted = file("'sequential_start':true,", TRAINING);

    assertThat(converted.findings())
        .extracting(Finding::message)
        .containsExactly("unknown namespace 'telemetry/opencensus' is ignored");
    JsonNode stats = plugin(converted, "stats");
    assertThat(stats.at("/collection_time").asDouble()).isEqualTo(30);
    assertThat(stats.at("/listen_address").asString()).isEqualTo(":8090");
    assertThat(stats.at("/names/get-users-id").asString()).isEqualTo("/users/{id}");
    assertThat(stats.at("/influx/address").asString()).isEqualTo("http://influxdb:8086");
    assertThat(stats.at("/influx/ttl").asDouble()).isEqualTo(25);
    assertThat(stats.at("/influx/db").asString()).isEqualTo("krakend");
    assertThat(stats.at("/influx/username").asString()).isEqualTo("krakend-dev");
    assertThat(stats.at("/influx/password").asString()).isEqualTo("pas5w0rd");
    JsonNode gelf = plugin(converted, "gelf-log");
    assertThat(gelf.at("/host").asString()).isEqualTo("logstash");
    assertThat(gelf.at("/port").asInt()).isEqualTo(12201);
    assertThat(gelf.at("/enable_tcp").asBoolean(true)).isFalse();
    assertThat(converted.settings())
        .containsEntry("log_level", "debug")
        .containsEntry("error_log", "/dev/stdout")
        .containsEntry(
            "log_format", "[KRAKEND] %{time:2006/01/02 - 15:04:05.000} ▶ %{level} %{message}")
        .containsEntry("error_log_gelf", "udp://logstash:12201")
        .doesNotContainKey("error_log_syslog")
        .containsEntry("access_log_skip_paths", "/__health")
        .doesNotContainKey("access_log");
  }

  @Test
  void an_address_without_a_port_is_refused_and_influx_needs_metrics() throws Exception {
    Converted converted =
        file("", "'telemetry/gelf':{'address':':x'},'telemetry/influx':{'address':'http://i'}");

    assertThat(converted.findings(Finding.Severity.ERROR))
        .extracting(Finding::message)
        .containsExactly("'address': expected host:port, got ':x'");
    assertThat(converted.findings(Finding.Severity.MISTAKE))
        .extracting(Finding::message)
        .containsExactly("'telemetry/influx' pushes nothing without telemetry/metrics");
  }

  @Test
  void metrics_without_an_endpoint_do_not_listen() throws Exception {
    Converted converted =
        file("", "'telemetry/metrics':{'endpoint_disabled':true,'listen_address':':8090'}");

    assertThat(converted.findings()).isEmpty();
    assertThat(plugin(converted, "stats").has("listen_address")).isFalse();
    assertThat(plugin(converted, "stats").at("/collection_time").asDouble()).isEqualTo(60);
  }

  private static Converted file(String root, String extra) throws Exception {
    String text =
        "{'version':3,"
            + root
            + "'host':['http://h'],'endpoints':[{'endpoint':'/users/{id}',"
            + "'backend':[{'url_pattern':'/{id}'}]}],'extra_config':{"
            + extra
            + "}}";
    return RootConverter.convert(
        ConfigurationText.parse("krakend.json", text.replace('\'', '"')),
        new Surroundings(Map.of(), null, false, "9.9"));
  }

  private static JsonNode plugin(Converted converted, String name) {
    for (JsonNode plugin : converted.document().path("plugins")) {
      if (plugin.path("name").asString("").equals(name)) {
        return plugin.path("config");
      }
    }
    throw new AssertionError("no " + name + " in " + converted.document());
  }
}
