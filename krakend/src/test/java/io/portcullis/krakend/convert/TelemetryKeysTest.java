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
        .containsExactly(
            "'buffer_size' has no effect: each snapshot is sent at once",
            "'endpoint': traces go to http://jaeger:4318/v1/traces, where Jaeger takes OTLP");
    JsonNode traces = plugin(converted, "opentelemetry");
    assertThat(traces.at("/traces_endpoint").asString()).isEqualTo("http://jaeger:4318/v1/traces");
    assertThat(traces.at("/sampling_rate").asDouble()).isEqualTo(1);
    assertThat(traces.at("/resource_attributes/service.name").asString()).isEqualTo("krakend");
    assertThat(traces.at("/queue").toString())
        .isEqualTo("{\"max_batch_size\":200,\"max_coalescing_delay\":1.0}");
    assertThat(traces.at("/propagation/inject").toString()).isEqualTo("[\"b3\",\"w3c\"]");
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
        .containsEntry("tracing_instrumentations", "request,balancer,http_client")
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

  @Test
  void opentelemetry_sends_to_its_first_collector_over_http_B57() throws Exception {
    Converted converted =
        file(
            "",
            """
            'telemetry/opentelemetry':{'service_name':'edge','service_version':'2',
              'deploy_env':'test','trace_sample_rate':0.25,'skip_paths':['/x'],
              'exporters':{'prometheus':[{'name':'p'}],'otlp':[
                {'name':'metrics','host':'m','disable_traces':true,'use_http':true},
                {'name':'a','host':'otel','port':4444,'use_http':true},
                {'name':'b','host':'other','use_http':true,'port':4318}]}},
            'telemetry/opencensus':{'sample_rate':100}
            """);

    JsonNode traces = plugin(converted, "opentelemetry");
    assertThat(traces.at("/traces_endpoint").asString()).isEqualTo("http://otel:4444/v1/traces");
    assertThat(traces.at("/sampling_rate").asDouble()).isEqualTo(0.25);
    assertThat(traces.at("/resource_attributes/service.name").asString()).isEqualTo("edge");
    assertThat(traces.at("/resource_attributes/service.version").asString()).isEqualTo("2");
    assertThat(traces.at("/resource_attributes/deployment.environment").asString())
        .isEqualTo("test");
    assertThat(converted.findings())
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "'skip_paths' has no effect here",
            "'prometheus' has no effect here: there is /metrics of the gateway",
            "traces go to the first of 'otlp' alone",
            "'telemetry/opencensus' has no effect beside telemetry/opentelemetry");
  }

  @Test
  void without_propagation_a_request_begins_its_own_trace() throws Exception {
    Converted converted =
        file(
            "",
            "'telemetry/opentelemetry':{'layers':{'global':{'disable_propagation':true}},"
                + "'exporters':{'otlp':[{'host':'otel','port':4318,'use_http':true}]}}");

    assertThat(plugin(converted, "opentelemetry").at("/propagation").toString())
        .isEqualTo("{\"extract\":[],\"inject\":[\"w3c\"],\"default_format\":\"w3c\"}");
    assertThat(converted.findings()).isEmpty();
  }

  @Test
  void layers_that_are_disabled_are_no_spans() throws Exception {
    String exporters = "'exporters':{'otlp':[{'host':'otel','port':4318,'use_http':true}]}}";
    Converted one =
        file(
            "",
            "'telemetry/opentelemetry':{'layers':{'global':{'report_headers':true},"
                + "'proxy':{'disable_traces':true},"
                + "'backend':{'traces':{'disable_stage':true}}},"
                + exporters);
    Converted none =
        file(
            "",
            "'telemetry/opencensus':{'sample_rate':100,'enabled_layers':{},"
                + "'exporters':{'jaeger':{'endpoint':'http://jaeger:14268'}}}");
    Converted all = file("", "'telemetry/opentelemetry':{" + exporters);

    assertThat(one.settings()).containsEntry("tracing_instrumentations", "request");
    assertThat(none.settings()).containsEntry("tracing_instrumentations", "off");
    assertThat(all.settings()).doesNotContainKey("tracing_instrumentations");
  }

  @Test
  void a_share_that_is_no_number_is_an_error() throws Exception {
    Converted converted =
        file(
            "",
            "'telemetry/opencensus':{'sample_rate':'all',"
                + "'exporters':{'jaeger':{'endpoint':'http://jaeger:14268'}}}");

    assertThat(converted.findings(Finding.Severity.ERROR))
        .extracting(Finding::message)
        .containsExactly("'sample_rate': expected a number, got a string");
  }

  @Test
  void a_collector_that_is_called_by_grpc_is_called_by_http() throws Exception {
    Converted converted =
        file("", "'telemetry/opentelemetry':{'exporters':{'otlp':[{'host':'otel'}]}}");

    JsonNode traces = plugin(converted, "opentelemetry");
    assertThat(traces.at("/traces_endpoint").asString()).isEqualTo("http://otel:4318/v1/traces");
    assertThat(traces.at("/sampling_rate").asDouble()).isEqualTo(1);
    assertThat(traces.at("/propagation/extract").toString()).isEqualTo("[\"w3c\"]");
    assertThat(converted.findings())
        .extracting(Finding::message)
        .containsExactly("traces go over HTTP to port 4318 of otel, not over gRPC");
  }

  @Test
  void traces_without_a_place_to_go_are_warnings_and_a_wrong_one_is_an_error() throws Exception {
    Converted nowhere = file("", "'telemetry/opencensus':{'exporters':{'zipkin':{}}}");
    Converted wrong =
        file(
            "",
            "'telemetry/opencensus':{'sample_rate':1,"
                + "'exporters':{'jaeger':{'endpoint':'jaeger:14268'}}}");

    assertThat(nowhere.document().path("plugins").toString()).doesNotContain("opentelemetry");
    assertThat(nowhere.findings())
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "without a 'sample_rate' above 0 nothing is traced",
            "'zipkin' has no effect here",
            "'telemetry/opencensus' sends traces to jaeger's 'endpoint' alone");
    assertThat(wrong.findings(Finding.Severity.ERROR))
        .extracting(Finding::message)
        .containsExactly("'endpoint': expected a URL, got 'jaeger:14268'");
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
