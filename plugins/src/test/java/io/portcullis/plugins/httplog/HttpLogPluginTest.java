package io.portcullis.plugins.httplog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.queue.QueueSettings;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpLogPluginTest {
  private final FakeGateway gateway = new FakeGateway();
  private final FakeLog log =
      FakeLog.answered(FakeGateway.route("r"), FakeGateway.service("svc"), 200);

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void sends_one_object_without_the_endpoints_query() {
    start("{'http_endpoint':'http://127.0.0.1:15503/in?dropped=1'}").log(log);

    UpstreamCaller.Call call = call(0);
    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.uri()).isEqualTo(URI.create("http://127.0.0.1:15503/in"));
    assertThat(call.timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(call.verifyTls()).isFalse();
    assertThat(call.headers().get("content-type")).isEqualTo("application/json");
    assertThat(call.headers().contains("authorization")).isFalse();
    JsonNode entry = JsonMapper.shared().readTree(call.body());
    assertThat(entry.at("/response/status").intValue()).isEqualTo(200);
    assertThat(entry.at("/route/name").stringValue()).isEqualTo("r");
  }

  @Test
  void user_information_becomes_basic_auth_and_headers_are_added() {
    start(
            "{'http_endpoint':'http://u:p@l.test','method':'PUT',"
                + "'content_type':'application/json; charset=utf-8','headers':{'X-Log':'1'}}")
        .log(log);

    UpstreamCaller.Call call = call(0);
    assertThat(call.method()).isEqualTo("PUT");
    assertThat(call.uri()).isEqualTo(URI.create("http://l.test/"));
    assertThat(call.headers().get("authorization")).isEqualTo("Basic dTpw");
    assertThat(call.headers().get("x-log")).isEqualTo("1");
    assertThat(call.headers().get("content-type")).isEqualTo("application/json; charset=utf-8");
  }

  @Test
  void batches_above_one_are_arrays() {
    PluginHandler handler =
        start(
            "{'http_endpoint':'http://l.test/','queue':{'max_batch_size':3,'max_coalescing_delay':3600}}");
    handler.log(log);
    handler.log(log);
    handler.log(log);

    assertThat(JsonMapper.shared().readTree(call(0).body())).hasSize(3);
  }

  @Test
  void a_batch_of_one_is_an_array_too_when_batches_may_be_larger() {
    start(
            "{'http_endpoint':'http://l.test/','queue':{'max_batch_size':3,'max_coalescing_delay':0.01}}")
        .log(log);

    assertThat(new String(call(0).body(), UTF_8)).startsWith("[{").endsWith("}]");
  }

  @Test
  void an_answer_of_300_or_more_is_tried_again() {
    gateway.answerStatus.set(500);
    start("{'http_endpoint':'http://l.test/','queue':{'initial_retry_delay':0.01}}").log(log);
    call(1);
    gateway.answerStatus.set(204);

    assertThat(call(1).body()).isEqualTo(call(0).body());
  }

  @Test
  void custom_fields_change_the_entry() {
    start(
            "{'http_endpoint':'http://l.test/','custom_fields_by_lua':"
                + "{'connection_type':'return 1','service':'nil'}}")
        .log(log);

    JsonNode entry = JsonMapper.shared().readTree(call(0).body());
    assertThat(entry.get("connection_type").intValue()).isEqualTo(1);
    assertThat(entry.has("service")).isFalse();
  }

  @Test
  void closing_the_last_handler_of_a_queue_sends_what_waits() {
    String config =
        "{'http_endpoint':'http://l.test/','queue':{'max_batch_size':9,'max_coalescing_delay':3600}}";
    PluginHandler one = start(config);
    PluginHandler two = start(config);
    one.log(log);
    two.log(log);
    one.close();
    assertThat(gateway.calls).isEmpty();
    two.close();

    assertThat(JsonMapper.shared().readTree(call(0).body())).hasSize(2);
  }

  @Test
  void deprecated_spellings_count_unless_they_have_their_old_default() {
    assertThat(settings("{'http_endpoint':'http://l.test','queue_size':7,'flush_timeout':4}"))
        .isEqualTo(new QueueSettings(7, 4, 10_000, null, 60, 0.01, 60, 1));
    assertThat(settings("{'http_endpoint':'http://l.test','queue_size':1,'flush_timeout':2}"))
        .isEqualTo(new QueueSettings(1, 1, 10_000, null, 60, 0.01, 60, 1));
  }

  private QueueSettings settings(String config) {
    var spec = new HttpLogPlugin().spec();
    var whole = spec.defaults();
    whole.setAll(FakeGateway.json(config));
    return spec.decode(whole).queueSettings();
  }

  private PluginHandler start(String config) {
    return gateway.start(new HttpLogPlugin(), config);
  }

  private UpstreamCaller.Call call(int index) {
    await().until(() -> gateway.calls.size() > index);
    return gateway.calls.get(index);
  }
}
