package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.plugins.endpoint.TokenBucket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Modifiers, cache, circuit breaker and rate limit of single backends. */
class BackendOptionsTest {
  private final FakeGateway gateway = new FakeGateway();
  private final Backends backends = new Backends();

  @BeforeEach
  void connect() {
    gateway.upstream.set(backends);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  @DisplayName("B41 B40 headers of requests and answers are set")
  void headers_of_requests_and_answers_are_set() {
    backends.answers("/a", 200, "x", "user-agent", "server", "x-drop", "1");
    Reply reply =
        ask(
            "'output_encoding':'no-op',",
            "'martian':{'fifo.Group':{'@comment':'c','modifiers':[{'header.Modifier':{'name':'User-Agent','value':'Night"
                + " v2.3'}},"
                + "{'header.Copy':{'from':'X-Forwarded-For','to':'X-Ip','scope':['request']}},"
                + "{'header.Append':{'name':'X-A','value':'2','scope':['response']}},"
                + "{'header.Blacklist':{'names':['X-Drop'],'scope':['response']}},{'header.Id':{}},"
                + "{'cookie.Modifier':{'name':'c','value':'v','path':'/p','maxAge':5,'httpOnly':true,"
                + "'expires':'2030-01-02T04:04:05+01:00'}},"
                + "{'header.Copy':{'from':'X-None','to':'X-Empty','scope':['request']}},"
                + "{'status.Modifier':{'statusCode':418}}]}}");

    UpstreamCaller.Call call = backends.last();
    assertThat(call.headers().get("user-agent")).isEqualTo("Night v2.3");
    assertThat(call.headers().get("x-ip")).isEqualTo("127.0.0.1");
    assertThat(call.headers().get("x-empty")).isEmpty();
    assertThat(call.headers().contains("x-a")).isFalse();
    assertThat(call.headers().get("x-krakend-id")).hasSize(36);
    assertThat(call.headers().get("cookie")).isEqualTo("c=v");
    assertThat(Replies.text(reply)).isEqualTo("418 x");
    assertThat(Replies.headers(reply))
        .containsEntry("user-agent", "Night v2.3")
        .containsEntry("x-a", "2")
        .containsEntry(
            "set-cookie",
            "c=v; Path=/p; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Max-Age=5; HttpOnly")
        .doesNotContainKeys("x-drop", "x-ip");
  }

  @Test
  @DisplayName("B42 bodies are replaced")
  void bodies_are_replaced() {
    backends.answers("/a", 200, "not json", "content-encoding", "br");
    String modifier =
        "'martian':{'body.Modifier':{'@comment':'c','contentType':'application/json',"
            + "'body':'eyJtc2ciOiJ5b3Ugcm9jayEifQ=='}}";

    assertThat(Replies.text(ask("", modifier))).isEqualTo("200 {\"msg\":\"you rock!\"}");
    assertThat(new String(backends.last().body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"msg\":\"you rock!\"}");
    assertThat(backends.last().headers().get("content-type")).isEqualTo("application/json");
  }

  @Test
  @DisplayName("B43 requests are changed when a header matches")
  void requests_are_changed_when_a_header_matches() {
    backends.json("/a", "{'a':1}");
    PluginHandler handler =
        start(
            "'input_headers':['X-App-Version'],'input_query_strings':['q'],",
            "'martian':{'header.RegexFilter':{'scope':['request'],'header':'X-App-Version',"
                + "'regex':'.*-(alpha|beta|preview)$','modifier':{'querystring.Modifier':"
                + "{'name':'a','value':'1 &'}}}}");

    handler.access(FakeExchange.get("/?q=1").header("x-app-version", "1-beta"));
    assertThat(backends.last().uri()).hasToString("http://h.test/a?a=1+%26&q=1");
    handler.access(FakeExchange.get("/?q=1").header("x-app-version", "1"));
    assertThat(backends.last().uri()).hasToString("http://h.test/a?q=1");
    handler.access(FakeExchange.get("/"));
    assertThat(backends.last().uri()).hasToString("http://h.test/a");
  }

  @Test
  void urls_are_looked_at_and_changed() {
    backends.json("/b", "{'b':1}");
    ask(
        "",
        "'martian':{'priority.Group':{'modifiers':["
            + "{'priority':1,'modifier':{'port.Modifier':{'port':81}}},"
            + "{'priority':2,'modifier':{'url.RegexFilter':{'regex':'h[.]test/a','modifier':"
            + "{'url.Modifier':{'host':'o.test','path':'/b','query':'x=1'}},'else':"
            + "{'status.Modifier':{'statusCode':500}}}}},"
            + "{'priority':0,'modifier':{'querystring.Filter':{'name':'x','value':'1','modifier':"
            + "{'stash.Modifier':{'headerName':'X-Url'}}}}}]}}");

    assertThat(backends.last().uri()).hasToString("http://o.test:81/b?x=1");
    assertThat(backends.last().headers().get("x-url")).isEqualTo("http://o.test:81/b?x=1");
  }

  @Test
  void modifiers_that_are_none_are_refused() {
    assertThat(refusal("'martian':{}")).isEqualTo("parse: expected one modifier, received 0");
    assertThat(refusal("'martian':{'status.Modifier':{},'header.Id':{}}"))
        .isEqualTo("parse: expected one modifier, received 2");
    assertThat(refusal("'martian':{'lua.Modifier':{}}"))
        .isEqualTo("parse: no modifier for type lua.Modifier");
    assertThat(refusal("'martian':{'body.Modifier':{'body':'?'}}"))
        .isEqualTo("parse: body.Modifier: body is not base64");
    assertThat(refusal("'martian':{'header.RegexFilter':{'header':'a','regex':'('}}"))
        .startsWith("parse: regex: ");
    assertThat(
            refusal(
                "'martian':{'querystring.Modifier':{'name':'a','value':'b','scope':['response']}}"))
        .isEqualTo("parse: the modifier has no such scope: [\"response\"]");
  }

  @Test
  @DisplayName("B53 a backend that keeps failing is left alone")
  void a_backend_that_keeps_failing_is_left_alone() {
    PluginHandler handler =
        start(
            "'return_error_msg':true,",
            "'circuit_breaker':{'interval':60,'max_errors':2,'timeout':5,'log_status_change':true}");
    for (int i = 0; i < 3; i++) {
      assertThat(text(handler)).startsWith("500 invalid status code 404");
    }
    assertThat(text(handler)).isEqualTo("500 circuit breaker is open");
    assertThat(backends.calls).hasSize(3);
  }

  @Test
  @DisplayName("B53 a circuit breaker closes after a probe that succeeds")
  void a_circuit_breaker_closes_after_a_probe_that_succeeds() {
    java.util.concurrent.atomic.AtomicLong now = new java.util.concurrent.atomic.AtomicLong();
    CircuitBreaker breaker =
        new CircuitBreaker(new CircuitBreakerConfig("n", 60, 5, 2, false), now::get);
    fail(breaker, 2);
    breaker.succeeded(breaker.admit());
    fail(breaker, 2);
    now.addAndGet(61_000_000_000L);
    fail(breaker, 2);
    assertThat(breaker.admit()).as("neither in a row nor within the interval").isNotNull();
    fail(breaker, 1);

    assertThat(breaker.admit()).isNull();
    now.addAndGet(5_000_000_000L);
    CircuitBreaker.Permit probe = breaker.admit();
    assertThat(probe).isNotNull();
    assertThat(breaker.admit()).isNull();
    assertThat(breaker.refusal()).isEqualTo("too many requests");
    breaker.abandoned(probe);
    CircuitBreaker.Permit second = breaker.admit();
    breaker.failed(second);
    assertThat(breaker.refusal()).isEqualTo("circuit breaker is open");
    now.addAndGet(5_000_000_000L);
    CircuitBreaker.Permit third = breaker.admit();
    breaker.succeeded(third);
    fail(breaker, 2);
    assertThat(breaker.admit()).isNotNull();
  }

  @Test
  @DisplayName("B51 a backend is called no more often than its limit")
  void a_backend_is_called_no_more_often_than_its_limit() {
    backends.json("/a", "{'a':1}");
    PluginHandler handler =
        start("'return_error_msg':true,", "'rate_limit':{'max_rate':3,'capacity':3,'every':'10h'}");
    for (int i = 0; i < 3; i++) {
      assertThat(text(handler)).isEqualTo("200 {\"a\":1}");
    }
    assertThat(text(handler)).isEqualTo("500 rate limit exceded");
    assertThat(backends.calls).hasSize(3);
  }

  @Test
  void a_bucket_refills_with_time() {
    java.util.concurrent.atomic.AtomicLong now =
        new java.util.concurrent.atomic.AtomicLong(Long.MAX_VALUE - 10);
    TokenBucket bucket = new RateLimitConfig(2, 0, "1s").bucket(now::get);

    assertThat(bucket.take()).isTrue();
    assertThat(bucket.take()).isTrue();
    assertThat(bucket.take()).isFalse();
    now.addAndGet(500_000_000);
    assertThat(bucket.take()).isTrue();
    assertThat(bucket.take()).isFalse();
    now.addAndGet(3_600_000_000_000L);
    assertThat(bucket.take()).isTrue();
    assertThat(bucket.take()).isTrue();
    assertThat(bucket.take()).isFalse();
  }

  @Test
  @DisplayName("B48 answers are kept as their headers allow")
  void answers_are_kept_as_their_headers_allow() {
    AtomicInteger count = new AtomicInteger();
    backends.replies("/a", _ -> numbered(count, "cache-control", "max-age=60"));
    PluginHandler handler = start("", "'http_cache':{}");

    assertThat(text(handler)).isEqualTo("200 {\"n\":1}");
    assertThat(text(handler)).isEqualTo("200 {\"n\":1}");
    gateway.now.addAndGet(61_000);
    assertThat(text(handler)).isEqualTo("200 {\"n\":2}");
  }

  @Test
  @DisplayName("B48 a modifier decides how long answers are kept")
  void a_modifier_decides_how_long_answers_are_kept() {
    AtomicInteger count = new AtomicInteger();
    backends.replies("/a", _ -> numbered(count));
    String options =
        "'http_cache':{'shared':true},'martian':{'header.Modifier':{'scope':['response'],"
            + "'name':'Cache-Control','value':'max-age=3600, public'}}";

    assertThat(text(start("", options))).isEqualTo("200 {\"n\":1}");
    assertThat(text(start("", options))).as("another configuration").isEqualTo("200 {\"n\":1}");
    assertThat(text(start("", options.replace("'shared':true", ""))))
        .as("a cache of its own")
        .isEqualTo("200 {\"n\":2}");
  }

  @Test
  void answers_are_not_kept_against_the_will_of_anyone() {
    AtomicInteger count = new AtomicInteger();
    backends.replies("/a", _ -> numbered(count, "cache-control", "no-store, max-age=60"));
    PluginHandler handler =
        start("'input_headers':['Authorization','Cache-Control'],", "'http_cache':{}");
    text(handler);
    text(handler);
    assertThat(count).hasValue(2);

    backends.replies("/a", _ -> numbered(count, "cache-control", "max-age=60"));
    for (int i = 0; i < 2; i++) {
      handler.access(FakeExchange.get("/").header("authorization", "me"));
    }
    assertThat(count).as("what is for one client only").hasValue(4);

    text(handler);
    text(handler);
    assertThat(count).hasValue(5);
    handler.access(FakeExchange.get("/").header("cache-control", "no-store"));
    assertThat(count).as("what is kept already is for anyone").hasValue(5);
    handler.access(FakeExchange.get("/").header("cache-control", "no-cache"));
    assertThat(count).hasValue(6);
  }

  @Test
  void kept_answers_are_validated_and_stand_in_for_failures() {
    AtomicInteger count = new AtomicInteger();
    backends.replies(
        "/a",
        _ -> numbered(count, "cache-control", "max-age=60, stale-if-error=600", "etag", "e1"));
    PluginHandler handler = start("", "'http_cache':{}");
    text(handler);
    gateway.now.addAndGet(61_000);
    backends.replies(
        "/a", call -> Backends.answer(304, "", "x-etag", call.headers().get("if-none-match")));

    assertThat(text(handler)).isEqualTo("200 {\"n\":1}");
    assertThat(backends.last().headers().get("if-none-match")).isEqualTo("e1");
    backends.dead("/a");
    assertThat(text(handler)).isEqualTo("200 {\"n\":1}");
    gateway.now.addAndGet(700_000);
    assertThat(text(handler)).isEqualTo("500 ");
  }

  @Test
  void a_kept_answer_is_for_requests_that_do_not_vary() {
    AtomicInteger count = new AtomicInteger();
    backends.replies(
        "/a", _ -> numbered(count, "cache-control", "max-age=60", "vary", "X-Language"));
    PluginHandler handler = start("'input_headers':['X-Language'],", "'http_cache':{}");

    for (String language : new String[] {"de", "de", "fr", "fr"}) {
      handler.access(FakeExchange.get("/").header("x-language", language));
    }
    assertThat(count).hasValue(2);
  }

  @Test
  void a_cache_keeps_within_its_bounds() {
    HttpCache cache = new HttpCache(10_000, 5);
    for (int i = 0; i < 100; i++) {
      cache.put("k" + i, entry(100));
    }
    assertThat(held(cache)).isEqualTo(5);
    cache.get("k95");
    cache.put("new", entry(100));
    assertThat(cache.get("k95")).as("it was used").isNotNull();
    cache.put("large", entry(20_000));
    assertThat(cache.get("large")).isNull();
    cache.put("half", entry(6_000));
    assertThat(held(cache)).isLessThan(4);
  }

  private static int held(HttpCache cache) {
    int held = 0;
    for (int i = 0; i < 100; i++) {
      held += cache.get("k" + i) == null ? 0 : 1;
    }
    return held;
  }

  private static HttpCache.Entry entry(int size) {
    return new HttpCache.Entry(
        Backends.answer(200, new byte[size]), 0, 0, null, null, new String[0]);
  }

  private static void fail(CircuitBreaker breaker, int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed(breaker.admit());
    }
  }

  private UpstreamCaller.Answer numbered(AtomicInteger count, String... headers) {
    UpstreamCaller.Answer answer =
        Backends.answer(200, "{\"n\":" + count.incrementAndGet() + "}", headers);
    answer
        .headers()
        .set(
            "date",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.ofEpochMilli(gateway.now.get()).atOffset(ZoneOffset.UTC)));
    return answer;
  }

  private String refusal(String options) {
    try {
      start("", options);
      return "";
    } catch (IllegalArgumentException refused) {
      return refused.getMessage();
    }
  }

  private Reply ask(String endpoint, String options) {
    return start(endpoint, options).access(FakeExchange.get("/"));
  }

  private static String text(PluginHandler handler) {
    return Replies.text(handler.access(FakeExchange.get("/")));
  }

  private PluginHandler start(String endpoint, String options) {
    return gateway.start(
        new CompositionPlugin(),
        "{" + endpoint + "'backend':[{'host':['h.test'],'url_pattern':'/a'," + options + "}]}");
  }
}
