package io.portcullis.krakend.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.krakend.file.ConfigurationText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RootConverterTest {
  private static final String BACKEND = "'backend':[{'url_pattern':'/b'}]";

  @Test
  void keys_of_the_root_are_inherited_and_own_ones_go_before() throws Exception {
    Converted converted =
        file(
            "'timeout':'1s','cache_ttl':'1h','output_encoding':'xml','host':['http://root'],"
                + "'allow_insecure_connections':true,"
                + "'extra_config':{'router':{'return_error_msg':true}},"
                + "'endpoints':["
                + "{'endpoint':'/a',"
                + BACKEND
                + "},"
                + "{'endpoint':'/b','method':'post','timeout':'100ms','cache_ttl':'2s',"
                + "'output_encoding':'json',"
                + "'backend':[{'host':['http://own'],'url_pattern':'/c','method':'get'}]}]");

    JsonNode first = composition(converted, 0);
    assertThat(first.at("/timeout").asString()).isEqualTo("1s");
    assertThat(first.at("/cache_ttl").asString()).isEqualTo("1h");
    assertThat(first.at("/output_encoding").asString()).isEqualTo("xml");
    assertThat(first.at("/return_error_msg").asBoolean()).isTrue();
    assertThat(first.at("/backend/0/host/0").asString()).isEqualTo("http://root");
    assertThat(first.at("/backend/0/method").asString()).isEqualTo("GET");
    assertThat(first.at("/backend/0/verify_tls").asBoolean(true)).isFalse();
    assertThat(first.at("/response_headers/X-Krakend").asString()).isEqualTo("Version 9.9");
    assertThat(first.at("/user_agent").asString()).isEqualTo("KrakenD Version 9.9");
    JsonNode second = composition(converted, 1);
    assertThat(second.at("/timeout").asString()).isEqualTo("100ms");
    assertThat(second.at("/cache_ttl").asString()).isEqualTo("2s");
    assertThat(second.at("/output_encoding").asString()).isEqualTo("json");
    assertThat(second.at("/backend/0/host/0").asString()).isEqualTo("http://own");
    assertThat(second.at("/backend/0/method").asString()).isEqualTo("GET");
    assertThat(converted.document().at("/routes/1/methods/0").asString()).isEqualTo("POST");
    assertThat(converted.findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "string,string",
    "xml,xml",
    "safejson,json",
    "rss,json",
  })
  void an_unknown_output_encoding_counts_as_the_backends(String read, String written)
      throws Exception {
    Converted converted =
        file(
            "'host':['http://h'],'endpoints':[{'endpoint':'/a','output_encoding':'XML',"
                + "'backend':[{'url_pattern':'/b','encoding':'"
                + read
                + "'}]}]");

    assertThat(composition(converted, 0).at("/output_encoding").asString()).isEqualTo(written);
    assertThat(converted.findings()).hasSize(1);
  }

  @Test
  void a_file_without_endpoints_answers_other_requests() throws Exception {
    Converted converted = file("'$schema':'x'");

    assertThat(converted.findings()).isEmpty();
    assertThat(converted.settings()).containsEntry("proxy_listen", "0.0.0.0:8080");
    assertThat(converted.document().at("/routes/0/plugins/0/config/health_path").asString())
        .isEqualTo("/__health");
  }

  @Test
  void everything_of_a_backend_is_taken_over() throws Exception {
    Converted converted =
        file(
            "'endpoints':[{'endpoint':'/a/{id}','input_headers':['X-A'],'concurrent_calls':3,"
                + "'extra_config':{'proxy':{'sequential':true,"
                + "'static':{'strategy':'always','data':{'$x':1}}}},"
                + "'backend':[{'host':['h'],'url_pattern':'/b/{id}','encoding':'XML',"
                + "'is_collection':true,'target':'t','group':'g','allow':['a'],'deny':['d'],"
                + "'mapping':{'a':'b'},'sd':'dns','disable_host_sanitize':true,"
                + "'extra_config':{"
                + "'backend/http':{'return_error_code':true},"
                + "'backend/http/client':{'send_body_on_redirect':true},"
                + "'modifier/martian':{'body.Modifier':{'@comment':'c','body':'e30='}},"
                + "'qos/http-cache':{'shared':true},"
                + "'qos/circuit-breaker':{'interval':60,'timeout':5,'max_errors':2,'name':'n'},"
                + "'qos/ratelimit/proxy':{'max_rate':3,'capacity':4},"
                + "'proxy':{'shadow':false,'flatmap_filter':[{'type':'del','args':['x']}]}"
                + "}},{'host':['h'],'url_pattern':'/c/{resp0_t}?j={JWT.sub}'}]}]");

    JsonNode config = composition(converted, 0);
    assertThat(converted.findings()).isEmpty();
    assertThat(config.at("/sequential").asBoolean()).isTrue();
    assertThat(config.at("/static/data").toString()).isEqualTo("{\"$x\":1}");
    assertThat(config.at("/concurrent_calls").asInt()).isEqualTo(3);
    assertThat(config.at("/backend/0").toString())
        .isEqualTo(
            ("{'host':['h'],'url_pattern':'/b/{id}','method':'GET','encoding':'xml',"
                    + "'is_collection':true,'target':'t','group':'g','allow':['a'],'deny':['d'],"
                    + "'mapping':{'a':'b'},'sd':'dns','disable_host_sanitize':true,"
                    + "'return_error_code':true,'send_body_on_redirect':true,"
                    + "'martian':{'body.Modifier':{'body':'e30='}},"
                    + "'http_cache':{'shared':true},"
                    + "'circuit_breaker':{'name':'n','interval':60,'timeout':5,'max_errors':2},"
                    + "'rate_limit':{'max_rate':3,'capacity':4},"
                    + "'flatmap_filter':[{'type':'del','args':['x']}]}")
                .replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"/a | ~/a$", "/a.b/{id} | ~/a\\.b/[^/]+$", "/files/* | ~/files/.*$", "/ | ~/$"})
  void paths_become_expressions(String path, String expression) throws Exception {
    Converted converted = file("'host':['h'],'endpoints':[" + endpoint(path, "GET") + "]");

    assertThat(converted.document().at("/routes/0/paths/0").asString()).isEqualTo(expression);
    assertThat(converted.document().at("/routes/0/strip_path").asBoolean(true)).isFalse();
  }

  @Test
  void more_particular_paths_go_first() throws Exception {
    Converted converted =
        file(
            "'host':['h'],'endpoints':["
                + String.join(
                    ",",
                    endpoint("/users/*", "GET"),
                    endpoint("/users/{id}", "GET"),
                    endpoint("/users/me", "GET"))
                + "]");

    JsonNode routes = converted.document().get("routes");
    assertThat(routes.get(2).get("regex_priority").asInt())
        .isGreaterThan(routes.get(1).get("regex_priority").asInt());
    assertThat(routes.get(1).get("regex_priority").asInt())
        .isGreaterThan(routes.get(0).get("regex_priority").asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'endpoint':'a' | 4:2: endpoint 'a' does not start with /",
        "'endpoint':'/a*' | 4:2: endpoint '/a*' has a * elsewhere than at the end, after a /",
        "'endpoint':'/__debug/a' | 4:2: endpoint '/__debug/a' is one of the gateway's own paths",
        "'endpoint':'/x.{id}' | 4:2: endpoint '/x.{id}' has a placeholder that is only a part of a"
            + " segment; disable_rest allows it",
        "'endpoint':'/a','backend':[] | 4:1: endpoint /a has no backends",
        "'endpoint':'/a','backend':[{'url_pattern':'/{id}'}] | 4:30: undefined output param 'id'!"
            + " endpoint: /a",
        "'endpoint':'/a','output_encoding':'no-op','backend':[{},{}] | 4:18: can not use NoOp"
            + " encoding with more than one backends connected to the same endpoint",
        "'endpoint':'/a','timeout':[] | 4:28: 'timeout': expected a duration, got an array"
      })
  void what_cannot_be_served_is_told_with_its_place(String endpoint, String message)
      throws Exception {
    String backend = endpoint.contains("backend") ? "" : "," + BACKEND;
    Converted converted = file("\n'host':['h'],\n'endpoints':[\n{" + endpoint + backend + "}]");

    assertThat(converted.isBroken()).isTrue();
    assertThat(converted.findings(Finding.Severity.ERROR))
        .extracting(finding -> finding.at() + ": " + finding.message())
        .containsExactly(message);
  }

  @Test
  void an_endpoint_that_is_there_twice_is_refused() throws Exception {
    Converted converted =
        file(
            "'host':['h'],'endpoints':["
                + String.join(
                    ",",
                    endpoint("/a/{id}", "GET"),
                    endpoint("/a/{id}", "POST"),
                    endpoint("/a/{name}", "GET"))
                + "]");

    assertThat(converted.findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .isEqualTo("endpoint GET /a/{name} is there already, in line 1"));
  }

  @Test
  void another_version_is_refused() throws Exception {
    Converted converted =
        RootConverter.convert(
            ConfigurationText.parse("k.json", "{\"version\":2}"), around(Map.of(), null));

    assertThat(converted.findings())
        .extracting(finding -> finding.at() + " " + finding.message())
        .containsExactly("1:2 unsupported version: 2 (want: 3)");
  }

  @Test
  void part_of_a_segment_may_be_a_placeholder_without_rest() throws Exception {
    Converted converted =
        file("'disable_rest':true,'host':['h'],'endpoints':[" + endpoint("/x.{id}", "GET") + "]");

    assertThat(converted.findings()).isEmpty();
    assertThat(converted.document().at("/routes/0/paths/0").asString()).isEqualTo("~/x\\.[^/]+$");
  }

  @Test
  void durations_without_a_unit_count_as_the_default() throws Exception {
    Converted converted =
        file("'timeout':'5','host':['h'],'endpoints':[" + endpoint("/a", "GET") + "]");

    assertThat(composition(converted, 0).at("/timeout").asString()).isEqualTo("2s");
    assertThat(converted.findings())
        .extracting(Finding::message)
        .containsExactly("'timeout': '5' is no duration and counts as 0");
  }

  @Test
  void unknown_keys_and_namespaces_are_warnings_and_comments_are_not() throws Exception {
    Converted converted =
        file(
            "'@comment':1,'_x':2,'#y':3,'nmae':'x','extra_config':{'$c':1,'telemetry/none':{}},"
                + "'endpoints':[{'endpoint':'/a','cashe_ttl':'1s','@c':1,'backend':[{'host':['h'],"
                + "'url_pattern':'/b','@c':1,'grup':'x','extra_config':{'@d':1,'some/thing':{}}}]}]");

    assertThat(converted.isBroken()).isFalse();
    assertThat(converted.findings())
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "unknown key 'nmae' is ignored",
            "unknown namespace 'telemetry/none' is ignored",
            "unknown key 'cashe_ttl' in endpoint is ignored",
            "unknown key 'grup' in backend is ignored",
            "unknown namespace 'some/thing' is ignored");
  }

  @Test
  void the_environment_goes_before_the_file_and_the_flag_before_both() throws Exception {
    String text = "{\"version\":3,\"port\":9000,\"timeout\":\"1s\",\"host\":[\"h\"]}";
    Map<String, String> environment =
        Map.of("KRAKEND_PORT", "9001", "KRAKEND_LISTEN_IP", "::1", "KRAKEND_HOST", "x");

    assertThat(convert(text, environment, null).settings())
        .containsEntry("proxy_listen", "[::1]:9001");
    assertThat(convert(text, environment, 9002).settings())
        .containsEntry("proxy_listen", "[::1]:9002");
  }

  @ParameterizedTest
  @CsvSource({
    "modifier/lua-proxy,endpoint",
    "modifier/lua-endpoint,endpoint",
    "modifier/lua-backend,backend"
  })
  void lua_is_answered_with_501_and_told_once(String namespace, String level) throws Exception {
    String lua = "'extra_config':{'" + namespace + "':{'pre':'x()'}}";
    Converted converted =
        file(
            "'host':['h'],'endpoints':[{'endpoint':'/a',"
                + (level.equals("endpoint") ? lua + "," + BACKEND : "'backend':[{" + lua + "}]")
                + "},"
                + endpoint("/b", "GET")
                + "]");

    assertThat(converted.isBroken()).isFalse();
    assertThat(converted.findings(Finding.Severity.UNSERVED))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .startsWith("Lua (" + namespace + ") is not supported; use "));
    JsonNode plugin = converted.document().at("/routes/0/plugins/0");
    assertThat(plugin.at("/name").asString()).isEqualTo("request-termination");
    assertThat(plugin.at("/config/status_code").asInt()).isEqualTo(501);
    assertThat(converted.document().at("/routes/1/plugins/0/name").asString())
        .isEqualTo("composition");
  }

  @Test
  void the_short_form_of_a_websocket_is_a_route_of_a_service() throws Exception {
    Converted converted =
        file(
            "'endpoints':[{'endpoint':'/ws','method':'GET','output_encoding':'json','backend':{"
                + "'url_pattern':'ws://backend.example.com/ws','encoding':'json'},"
                + "'extra_config':{'websocket':true}}]");

    assertThat(converted.findings()).isEmpty();
    JsonNode service = converted.document().at("/services/0");
    assertThat(service.at("/protocol").asString()).isEqualTo("ws");
    assertThat(service.at("/host").asString()).isEqualTo("backend.example.com");
    assertThat(service.at("/port").asInt()).isEqualTo(80);
    assertThat(converted.document().at("/routes/0/service").asString())
        .isEqualTo(service.at("/name").asString());
  }

  @Test
  void several_hosts_of_a_websocket_are_an_upstream() throws Exception {
    Converted converted =
        file(
            "'endpoints':[{'endpoint':'/ws/{room}','input_query_strings':['*'],'backend':[{"
                + "'host':['ws://a:8081','ws://b:8082'],'url_pattern':'/chat/{room}',"
                + "'disable_host_sanitize':true}],'extra_config':{'websocket':{"
                + "'enable_direct_communication':true,'input_headers':['Cookie'],"
                + "'subprotocols':['chat'],'max_message_size':3200000,'ping_period':'54s',"
                + "'timeout':'90s'}}}]");

    JsonNode document = converted.document();
    assertThat(document.at("/upstreams/0/targets").toString())
        .isEqualTo("[{\"target\":\"a:8081\"},{\"target\":\"b:8082\"}]");
    assertThat(document.at("/services/0/host").asString())
        .isEqualTo(document.at("/upstreams/0/name").asString());
    assertThat(document.at("/services/0/read_timeout").asInt()).isEqualTo(90_000);
    assertThat(document.at("/routes/0/paths/0").asString()).isEqualTo("~/ws/(?<room>[^/]+)$");
    assertThat(document.at("/routes/0/plugins").toString())
        .isEqualTo(
            "[{\"name\":\"request-transformer\",\"config\":{\"replace\":{\"uri\":"
                + "\"/chat/$(uri_captures.room)\"}}},"
                + "{\"name\":\"input-filter\",\"config\":{\"headers\":[\"Cookie\"],"
                + "\"query_strings\":[\"*\"]}},"
                + "{\"name\":\"websocket-limits\",\"config\":{\"max_message_size\":3200000,"
                + "\"ping_period\":54.0,\"subprotocols\":[\"chat\"]}}]");
    assertThat(converted.findings()).isEmpty();
  }

  @Test
  void what_has_no_effect_on_a_websocket_is_told_by_its_name() throws Exception {
    Converted converted =
        file(
            "'endpoints':[{'endpoint':'/ws','timeout':'3s','backend':[{'host':['ws://a'],"
                + "'url_pattern':'/ws','extra_config':{'qos/circuit-breaker':{}}}],"
                + "'extra_config':{'websocket':{'enable_direct_communication':true,"
                + "'ping_period':'60s','pong_wait':'60s','write_wait':'1s','read_buffer_size':1,"
                + "'write_buffer_size':1,'message_buffer_size':1,'max_retries':1,"
                + "'backoff_strategy':'linear','connect_event':true,'disconnect_event':true,"
                + "'return_error_details':true,'disable_otel_metrics':true}}}]");

    assertThat(converted.findings())
        .extracting(finding -> finding.message().split("'")[1])
        .containsExactlyInAnyOrder(
            "timeout",
            "extra_config",
            "ping_period",
            "write_wait",
            "read_buffer_size",
            "write_buffer_size",
            "message_buffer_size",
            "max_retries",
            "backoff_strategy",
            "connect_event",
            "disconnect_event",
            "return_error_details",
            "disable_otel_metrics");
    assertThat(converted.document().toString()).doesNotContain("websocket-limits");
  }

  @Test
  void who_waits_for_pongs_pings() throws Exception {
    Converted converted =
        file(
            "'endpoints':[{'endpoint':'/ws','backend':[{'host':['ws://a'],'url_pattern':'/ws'}],"
                + "'extra_config':{'websocket':{'enable_direct_communication':true,"
                + "'pong_wait':'60s'}}}]");

    assertThat(converted.findings()).isEmpty();
    assertThat(converted.document().at("/routes/0/plugins/1/config").toString())
        .isEqualTo("{\"pong_wait\":60.0,\"ping_period\":54.0}");
  }

  @Test
  void multiplexed_websockets_are_refused_with_the_way_out() throws Exception {
    Converted converted =
        file(
            "'endpoints':[{'endpoint':'/ws','backend':[{'host':['ws://a'],'url_pattern':'/ws'}],"
                + "'extra_config':{'websocket':{}}}]");

    assertThat(converted.findings(Finding.Severity.ERROR))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message()).contains("enable_direct_communication to true"));
  }

  @Test
  void the_health_page_is_for_any_probe() throws Exception {
    Converted converted =
        file(
            "'extra_config':{'router':{'health_path':'/h'},'security/cors':{},"
                + "'security/http':{'allowed_hosts':['a']},'security/bot-detector':{'deny':['b']}}");

    assertThat(converted.document().at("/plugins/0/config/max_age").asString()).isEqualTo("0s");
    assertThat(converted.document().at("/plugins/1/config/except_path").asString()).isEqualTo("/h");
    assertThat(converted.document().at("/plugins/2/config/except_path").asString()).isEqualTo("/h");
  }

  @Test
  void limits_and_checks_of_an_endpoint_become_its_plugins() throws Exception {
    Converted converted =
        file(
            "'host':['h'],'extra_config':{'qos/ratelimit/service':{'max_rate':5},"
                + "'security/cors':{'allow_origins':['*'],'max_age':'12h'}},"
                + "'endpoints':[{'endpoint':'/a',"
                + BACKEND
                + ",'extra_config':{"
                + "'qos/ratelimit/router':{'max_rate':100,'client_max_rate':1,'strategy':'header',"
                + "'key':'Authorization'},"
                + "'auth/validator':{'alg':'HS256','jwk_url':'http://x'},"
                + "'validation/json-schema':{'$schema':'s','required':['a']},"
                + "'validation/cel':[{'check_expr':'true'}],"
                + "'security/bot-detector':{'deny':['x']}}}]");

    assertThat(converted.findings()).isEmpty();
    List<String> names = converted.document().at("/routes/0/plugins").findValuesAsString("name");
    assertThat(names)
        .containsExactly(
            "token-bucket", "jwt-validator", "json-schema", "cel", "bot-detector", "composition");
    assertThat(converted.document().at("/routes/0/plugins/2/config/schema").toString())
        .isEqualTo("{\"$schema\":\"s\",\"required\":[\"a\"]}");
    assertThat(converted.document().at("/plugins").findValuesAsString("name"))
        .containsExactly("cross-origin", "token-bucket");
    assertThat(converted.document().at("/plugins/0/config/max_age").asString()).isEqualTo("12h");
  }

  private static String endpoint(String path, String method) {
    return "{'endpoint':'" + path + "','method':'" + method + "'," + BACKEND + "}";
  }

  private static JsonNode composition(Converted converted, int route) {
    JsonNode plugin = converted.document().at("/routes/" + route + "/plugins").path(0);
    assertThat(plugin.path("name").asString("")).isEqualTo("composition");
    return plugin.path("config");
  }

  private static Converted file(String members) throws Exception {
    return convert(("{" + members + ",'version':3}").replace('\'', '"'), Map.of(), null);
  }

  private static Converted convert(
      String text, Map<String, String> environment, @Nullable Integer port) throws Exception {
    return RootConverter.convert(
        ConfigurationText.parse("k.json", text), around(environment, port));
  }

  private static Surroundings around(Map<String, String> environment, @Nullable Integer port) {
    return new Surroundings(environment, port, false, "9.9");
  }
}
