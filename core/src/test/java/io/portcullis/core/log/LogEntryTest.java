package io.portcullis.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.Response;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LogEntryTest {
  private static final UUID WORKSPACE = UUID.fromString("11111111-1111-4111-8111-111111111111");
  private static final String ID = "22222222-2222-4222-8222-222222222222";

  private final JsonMapper json = JsonMapper.builder().build();
  private final FakeExchangeLog log = new FakeExchangeLog();

  @Test
  void a_proxied_request_shows_every_member_once() {
    log.uri = "/t/x?a=1&b=2&b=3&c";
    log.upstreamUri = "/x?a=1&b=2&b=3&c";
    log.requestHeaders.add("host", "gw.test").add("authorization", "Basic eDp5");
    log.responseHeaders.add("set-cookie", "a=1").add("set-cookie", "b=2");
    log.route =
        Route.of(object("{'id':'" + ID + "','name':'r','hosts':null,'paths':['/t'],'tags':null}"));
    log.service =
        Service.of(
            object("{'id':'" + ID + "','host':'h','protocol':'http','port':80,'path':null}"));
    log.tries = List.of(new ExchangeLog.Try("127.0.0.1", 81, 5, 5_000_000, 0, 12_000, null, 0));

    assertThat(entry())
        .isEqualTo(
            object(
                """
                {"request":{"id":"0123456789abcdef0123456789abcdef","uri":"/t/x?a=1&b=2&b=3&c",
                  "url":"http://gw.test:8000/t/x?a=1&b=2&b=3&c",
                  "querystring":{"a":"1","b":["2","3"],"c":true},"method":"GET",
                  "headers":{"host":"gw.test","authorization":"REDACTED"},"size":71},
                 "upstream_uri":"/x?a=1&b=2&b=3&c","upstream_status":"200",
                 "response":{"status":200,"headers":{"set-cookie":["a=1","b=2"]},"size":345},
                 "latencies":{"kong":1,"proxy":3,"request":5,"receive":0},
                 "tries":[{"ip":"127.0.0.1","port":81,"balancer_start":5,"balancer_start_ns":5000000,
                  "balancer_latency":0,"balancer_latency_ns":12000}],
                 "route":{"id":"22222222-2222-4222-8222-222222222222","name":"r","paths":["/t"],
                  "ws_id":"11111111-1111-4111-8111-111111111111"},
                 "service":{"id":"22222222-2222-4222-8222-222222222222","host":"h","protocol":"http",
                  "port":80,"ws_id":"11111111-1111-4111-8111-111111111111"},
                 "client_ip":"127.0.0.1","started_at":1700000000250,"source":"upstream",
                 "workspace":"11111111-1111-4111-8111-111111111111","workspace_name":"default"}
                """));
  }

  @Test
  void an_unmatched_request_has_no_tries() {
    log.source = Response.Source.ERROR;
    log.upstreamStatuses = List.of();
    log.upstreamUri = "";
    log.upstreamLatency = -1;

    assertThat(entry().has("tries")).isFalse();
    assertThat(entry().get("upstream_status").stringValue()).isEmpty();
    assertThat(entry().get("source").stringValue()).isEqualTo("kong");
  }

  @Test
  void the_correlation_id_is_told_when_there_is_one() {
    assertThat(entry().has("correlation_id")).isFalse();
    log.correlationId = "c-1";

    assertThat(entry().get("correlation_id").stringValue()).isEqualTo("c-1");
  }

  @Test
  void every_failed_try_tells_its_state_and_code() {
    log.route = Route.of(object("{'id':'" + ID + "'}"));
    log.upstreamStatuses = List.of(502, 200);
    log.tries =
        List.of(
            new ExchangeLog.Try("127.0.0.1", 81, 5, 5, 0, 1, "failed", 502),
            new ExchangeLog.Try("127.0.0.1", 81, 6, 6, 0, 1, null, 0));

    ObjectNode entry = entry();
    assertThat(entry.get("upstream_status").stringValue()).isEqualTo("502, 200");
    assertThat(entry.at("/tries/0/state").stringValue()).isEqualTo("failed");
    assertThat(entry.at("/tries/0/code").intValue()).isEqualTo(502);
    assertThat(entry.at("/tries/1/state").isMissingNode()).isTrue();
  }

  @Test
  void who_called_is_told_without_a_workspace_and_without_the_secret() {
    log.consumer = Consumer.of(object("{'id':'" + ID + "','username':'a','custom_id':null}"));
    log.credential =
        Credential.of(
            "jwt_secrets", "key", object("{'id':'" + WORKSPACE + "','key':'k','secret':'s'}"));

    assertThat(entry().get("consumer")).isEqualTo(object("{'id':'" + ID + "','username':'a'}"));
    assertThat(entry().get("authenticated_entity")).isEqualTo(object("{'id':'" + WORKSPACE + "'}"));
  }

  @Test
  void a_tls_request_tells_the_handshake() {
    log.tls = new ExchangeLog.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384");

    assertThat(entry().at("/request/tls"))
        .isEqualTo(
            object(
                "{'version':'TLSv1.3','cipher':'TLS_AES_256_GCM_SHA384','client_verify':'NONE'}"));
  }

  @Test
  void custom_fields_add_nest_and_remove() {
    log.requestHeaders.add("upgrade", "foo");
    log.service = Service.of(object("{'id':'" + ID + "','host':'h','protocol':'http'}"));
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("kind", "return 'web'");
    fields.put("up.grade", "return kong.request.get_header('Upgrade')");
    fields.put("n", "return 1 + 1");
    fields.put("half", "1 / 2");
    fields.put("service", "return nil");
    fields.put("flag", "return true");
    fields.put("nested.deep.er", "return 'x'");
    fields.put("absent.too", "nil");
    fields.put("duration", "os.time() - ngx.req.start_time()");
    fields.put("broken", "1 + nil");
    fields.put("kind.sub", "return 1");

    ObjectNode entry = entry(fields);
    assertThat(entry.get("kind").stringValue()).isEqualTo("web");
    assertThat(entry.at("/up/grade").stringValue()).isEqualTo("foo");
    assertThat(entry.get("n")).isEqualTo(object("{'n':2}").get("n"));
    assertThat(entry.get("half").doubleValue()).isEqualTo(0.5);
    assertThat(entry.has("service")).isFalse();
    assertThat(entry.get("flag").booleanValue()).isTrue();
    assertThat(entry.at("/nested/deep/er").stringValue()).isEqualTo("x");
    assertThat(entry.has("absent")).isFalse();
    assertThat(entry.get("duration").doubleValue()).isEqualTo(3.25);
    assertThat(entry.has("broken")).isFalse();
  }

  @Test
  void query_arguments_are_decoded_and_bounded() {
    assertThat(QueryString.ofUri("/p?a=%C3%A9+b&%41=&&=x&z%zz=1"))
        .isEqualTo(object("{'a':'é b','A':'','z%zz':'1'}"));
    assertThat(QueryString.ofUri("/p")).isEmpty();
    assertThat(QueryString.ofUri("/p?")).isEmpty();
    assertThat(QueryString.ofUri("/p?" + "a&".repeat(5_000)).get("a")).hasSize(1_000);
  }

  private ObjectNode entry() {
    return entry(Map.of());
  }

  private ObjectNode entry(Map<String, String> customFields) {
    NodeInformation node =
        new NodeInformation(UUID.randomUUID(), "host", 1, WORKSPACE, "kong/3.9.1");
    LogEntry entries =
        new LogEntry(
            node, () -> Instant.ofEpochMilli(1_700_000_003_500L), CustomFields.of(customFields));
    JsonNode read = json.readTree(entries.bytes(log));
    return (ObjectNode) read;
  }

  private ObjectNode object(String text) {
    return (ObjectNode) json.readTree(text.replace('\'', '"'));
  }
}
