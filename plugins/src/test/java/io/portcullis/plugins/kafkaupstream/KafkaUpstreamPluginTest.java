package io.portcullis.plugins.kafkaupstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.testkit.KafkaBroker;
import io.portcullis.plugins.testkit.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against a real broker. */
@ExtendWith(SharedBroker.class)
class KafkaUpstreamPluginTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FakeGateway gateway = new FakeGateway();
  private final List<PluginHandler> started = new ArrayList<>();
  private final String topic = "t-" + UUID.randomUUID();
  private KafkaBroker broker;

  @BeforeEach
  void connect(KafkaBroker shared) {
    broker = shared;
  }

  @AfterEach
  void stop() {
    started.forEach(PluginHandler::close);
    gateway.close();
  }

  @Test
  void c17_a_consumer_reads_the_members_of_the_posted_object_at_the_top() {
    PluginHandler handler = start("");
    String posted =
        "{\"event_type\":\"page_view\",\"user_id\":\"user123\",\"data\":{\"page\":\"/\"}}";

    assertThat(status(handler.access(post("application/json", posted)))).isEqualTo(200);

    assertThat(broker.records(topic)).containsExactly(posted);
    JsonNode read = JsonMapper.shared().readTree(broker.records(topic).getFirst());
    assertThat(read.get("event_type").stringValue()).isEqualTo("page_view");
    assertThat(read.get("user_id").stringValue()).isEqualTo("user123");
  }

  @Test
  void the_answer_is_that_of_kongs_plugin() {
    Reply.Exit answer = answer(start("").access(post("text/plain", "x")));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"message\":\"message sent\"}");
    assertThat(answer.headers())
        .contains(new Reply.HeaderLine("content-type", "application/json; charset=utf-8"));
  }

  @Test
  void forwarded_parts_become_an_object() {
    PluginHandler handler =
        start(",'forward_method':true,'forward_uri':true,'forward_headers':true");
    FakeExchange exchange =
        FakeExchange.get("/a?b=1&b=2&c").method("POST").header("content-type", "application/json");
    exchange.header("x-one", "1").header("x-many", "a").header("x-many", "b");
    exchange.request().setBody("{\"n\":1}".getBytes(UTF_8));

    assertThat(status(handler.access(exchange))).isEqualTo(200);

    assertThat(onlyRecord())
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"method":"POST",
                     "headers":{"content-type":"application/json","x-one":"1","x-many":["a","b"]},
                     "uri":"/a?b=1&b=2&c","uri_args":{"b":["1","2"],"c":true},
                     "body":"{\\"n\\":1}","body_args":{"n":1}}
                    """));
  }

  @Test
  void a_form_is_parsed_and_what_is_no_text_is_base64() {
    PluginHandler handler = start(",'message_format':'json'");
    handler.access(post("application/x-www-form-urlencoded; charset=utf-8", "a=1&b=x+y"));
    await().atMost(PATIENCE).until(() -> recordCount() == 1);
    handler.access(post("application/octet-stream", "abc"));
    await().atMost(PATIENCE).until(() -> recordCount() == 2);
    handler.access(
        post(
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--"));
    await().atMost(PATIENCE).until(() -> recordCount() == 3);

    assertThat(broker.records(topic))
        .containsExactly(
            "{\"body\":\"a=1&b=x+y\",\"body_args\":{\"a\":\"1\",\"b\":\"x y\"}}",
            "{\"body\":\"YWJj\",\"body_base64\":true}",
            "{\"body\":\"--b\\r"
                + "\\n"
                + "Content-Disposition: form-data; name=\\\"a\\\"\\r"
                + "\\n"
                + "\\r"
                + "\\n"
                + "1\\r"
                + "\\n"
                + "--b--\",\"body_args\":{\"a\":\"1\"}}");
  }

  @Test
  void a_broken_json_body_is_refused_and_nothing_is_sent() {
    for (String format : List.of("raw", "json")) {
      PluginHandler handler = start(",'message_format':'" + format + "'");
      for (String body : List.of("", "{\"a\":", "{} {}", "nope")) {
        assertThat(status(handler.access(post("application/json", body)))).isEqualTo(400);
      }
      assertThat(status(handler.access(post("application/json", "[1]")))).isEqualTo(200);
    }

    assertThat(broker.records(topic)).hasSize(2);
  }

  @Test
  void the_client_is_answered_when_the_broker_has_the_record_and_not_before() throws Exception {
    PluginHandler handler = start(",'timeout':60000,'producer_request_timeout':60000");
    assertThat(status(handler.access(post("text/plain", "first")))).isEqualTo(200);
    broker.pause();
    CompletableFuture<Reply> answer;
    try {
      answer = later(handler.access(post("text/plain", "second")));
      // The producer's thread has had time to send when a later request of ours has waited too.
      await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> !answer.isDone());
    } finally {
      broker.resume();
    }

    await().atMost(PATIENCE).until(answer::isDone);
    assertThat(status(new Reply.Later(answer))).isEqualTo(200);
    assertThat(broker.records(topic)).containsExactly("first", "second");
  }

  @Test
  void async_answers_202_at_once_and_closing_flushes() throws Exception {
    PluginHandler handler = start(",'producer_async':true,'timeout':60000");
    broker.pause();
    try {
      Reply.Exit answer = answer(handler.access(post("text/plain", "soon")));
      assertThat(answer.status()).isEqualTo(202);
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"message\":\"message accepted\"}");
    } finally {
      broker.resume();
    }
    started.clear();
    handler.close();

    assertThat(broker.records(topic)).containsExactly("soon");
  }

  @Test
  void names_that_do_not_resolve_are_502_per_request_and_never_stop_the_configuration() {
    PluginHandler handler =
        gateway.start(
            new KafkaUpstreamPlugin(),
            "{'bootstrap_servers':[{'host':'nobody.invalid','port':9092}],'topic':'t'}");
    started.add(handler);

    Reply.Exit answer = answer(handler.access(post("text/plain", "x")));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(new String(answer.body(), UTF_8)).doesNotContain("nobody.invalid");
  }

  @Test
  void a_port_where_nobody_listens_is_503_after_the_timeout() {
    PluginHandler handler =
        gateway.start(
            new KafkaUpstreamPlugin(),
            "{'bootstrap_servers':[{'host':'127.0.0.1','port':1}],'topic':'t','timeout':300}");
    started.add(handler);

    Reply.Exit answer = answer(handler.access(post("text/plain", "x")));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).contains(new Reply.HeaderLine("retry-after", "1"));
  }

  @Test
  void too_large_for_the_configuration_or_for_the_broker_is_413() {
    PluginHandler small = start(",'producer_request_limits_bytes_per_request':1000");
    assertThat(status(small.access(post("text/plain", "x".repeat(1001))))).isEqualTo(413);
    assertThat(status(small.access(post("text/plain", "x".repeat(1000))))).isEqualTo(413);
    assertThat(status(small.access(post("text/plain", "x".repeat(800))))).isEqualTo(200);
    PluginHandler large = start(",'producer_request_limits_bytes_per_request':4194304");
    assertThat(status(large.access(post("text/plain", "x".repeat(2_000_000))))).isEqualTo(413);
  }

  @Test
  void more_records_on_their_way_than_allowed_are_503() throws Exception {
    PluginHandler handler =
        start(
            ",'producer_async_buffering_limits_messages_in_memory':2,'timeout':60000,"
                + "'producer_request_timeout':60000");
    assertThat(status(handler.access(post("text/plain", "0")))).isEqualTo(200);
    broker.pause();
    List<CompletableFuture<Reply>> waiting = new ArrayList<>();
    try {
      waiting.add(later(handler.access(post("text/plain", "1"))));
      waiting.add(later(handler.access(post("text/plain", "2"))));
      Reply.Exit full = answer(handler.access(post("text/plain", "3")));
      assertThat(full.status()).isEqualTo(503);
      assertThat(full.headers()).contains(new Reply.HeaderLine("retry-after", "1"));
    } finally {
      broker.resume();
    }

    for (CompletableFuture<Reply> answer : waiting) {
      assertThat(status(new Reply.Later(answer))).isEqualTo(200);
    }
    assertThat(status(handler.access(post("text/plain", "4")))).isEqualTo(200);
    assertThat(broker.records(topic)).containsExactlyInAnyOrder("0", "1", "2", "4");
  }

  @Test
  void a_topic_that_the_broker_does_not_have_is_502() {
    PluginHandler handler =
        gateway.start(
            new KafkaUpstreamPlugin(),
            "{'bootstrap_servers':[{'host':'127.0.0.1','port':"
                + broker.port()
                + "}],'topic':'no topic!','timeout':2000}");
    started.add(handler);

    Reply.Exit answer = answer(handler.access(post("text/plain", "x")));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo("{\"message\":\"the Kafka cluster refused the message\"}");
  }

  @Test
  void closing_ends_the_producers_threads() {
    PluginHandler handler = start("");
    assertThat(status(handler.access(post("text/plain", "x")))).isEqualTo(200);
    String client = "portcullis-" + gateway.configuration().id();
    assertThat(threadsNamed(client)).isNotEmpty();

    handler.close();
    started.clear();

    await().atMost(PATIENCE).until(() -> threadsNamed(client).isEmpty());
    assertThat(status(handler.access(post("text/plain", "x")))).isEqualTo(503);
  }

  @Test
  void a_configuration_that_gets_no_request_connects_nowhere() {
    PluginHandler handler = start("");
    String client = "portcullis-" + gateway.configuration().id();

    handler.close();

    assertThat(threadsNamed(client)).isEmpty();
  }

  private static List<String> threadsNamed(String part) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(part))
        .toList();
  }

  private PluginHandler start(String more) {
    PluginHandler handler =
        gateway.start(
            new KafkaUpstreamPlugin(),
            "{'bootstrap_servers':[{'host':'127.0.0.1','port':"
                + broker.port()
                + "}],'topic':'"
                + topic
                + "'"
                + more
                + "}");
    started.add(handler);
    return handler;
  }

  private static FakeExchange post(String contentType, String body) {
    FakeExchange exchange =
        FakeExchange.get("/analytics").method("POST").header("content-type", contentType);
    exchange.request().setBody(body.getBytes(UTF_8));
    return exchange;
  }

  private int recordCount() {
    return broker.records(topic).size();
  }

  private JsonNode onlyRecord() {
    List<String> records = broker.records(topic);
    assertThat(records).hasSize(1);
    return JsonMapper.shared().readTree(records.getFirst());
  }

  private static CompletableFuture<Reply> later(Reply reply) {
    return ((Reply.Later) reply).reply().toCompletableFuture();
  }

  private static int status(Reply reply) {
    return answer(reply).status();
  }

  private static Reply.Exit answer(@Nullable Reply reply) {
    Reply known = reply instanceof Reply.Later wait ? joined(wait) : reply;
    return (Reply.Exit) known;
  }

  private static Reply joined(Reply.Later wait) {
    CompletableFuture<Reply> answer = wait.reply().toCompletableFuture();
    await().atMost(PATIENCE).until(answer::isDone);
    return answer.join();
  }
}
