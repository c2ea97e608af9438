package io.portcullis.plugins.proxycache;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.AdminEndpoint;
import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyCachePluginTest {
  private static final String MEMORY = "'strategy':'memory'";

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void the_second_request_is_answered_from_memory() {
    PluginHandler handler = start("");
    FakeExchange first = FakeExchange.get("/t");
    first.response().headers().add("x-up", "1").add("connection", "keep-alive");

    assertThat(status(handler, first, "a body")).isEqualTo("Miss");
    gateway.now.addAndGet(7_000);
    FakeExchange second = FakeExchange.get("/t");
    Reply.Exit hit = (Reply.Exit) handler.access(second);
    handler.headerFilter(second);

    assertThat(hit.status()).isEqualTo(200);
    assertThat(hit.replayed()).isTrue();
    assertThat(new String(hit.body(), StandardCharsets.UTF_8)).isEqualTo("a body");
    assertThat(hit.headers())
        .containsExactlyInAnyOrder(
            new Reply.HeaderLine("content-type", "text/plain"), new Reply.HeaderLine("x-up", "1"));
    Headers headers = second.response().headers();
    assertThat(headers.get("x-cache-status")).isEqualTo("Hit");
    assertThat(headers.get("age")).isEqualTo("7");
    assertThat(headers.get("x-cache-key"))
        .matches("[0-9a-f]{64}")
        .isEqualTo(first.response().headers().get("x-cache-key"));
    assertThat(handler.bodyFilter(second)).isNull();
  }

  @Test
  void hits_share_one_body() {
    PluginHandler handler = start("");
    status(handler, FakeExchange.get("/t"), "a body");

    Reply one = handler.access(FakeExchange.get("/t"));
    Reply other = handler.access(FakeExchange.get("/t"));

    assertThat(((Reply.Exit) one).body()).isSameAs(((Reply.Exit) other).body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'response_code':[200] | 404 | text/plain",
        "'response_code':[200] | 500 | text/plain",
        "'response_code':[206] | 206 | text/plain",
        "'response_code':[304] | 304 | text/plain",
        "'cache_ttl':1 | 200 | text/html",
        "'cache_ttl':1 | 200 | text/plain; charset=utf-8",
        "'content_type':['text/plain; charset=utf-8'] | 200 | text/plain",
        "'content_type':[] | 200 | text/plain",
      })
  void other_answers_are_not_kept(String config, int code, String type) {
    PluginHandler handler = start("," + config);
    FakeExchange exchange = answer(FakeExchange.get("/t"), code, type);

    assertThat(run(handler, exchange, "x")).isEqualTo("Bypass");
    assertThat(exchange.response().headers().contains("x-cache-key")).isTrue();
    assertThat(handler.access(FakeExchange.get("/t"))).isSameAs(Reply.NEXT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "['*/*'] | image/png",
        "['text/*'] | text/css",
        "['Application/JSON; charset=utf-8'] | application/json;charset=\"utf-8\"",
      })
  void types_are_compared_with_stars_and_parameters(String types, String type) {
    PluginHandler handler = start(",'content_type':" + types);

    assertThat(run(handler, answer(FakeExchange.get("/t"), 200, type), "x")).isEqualTo("Miss");
    assertThat(handler.access(FakeExchange.get("/t"))).isInstanceOf(Reply.Exit.class);
  }

  @Test
  void another_method_bypasses_without_a_key() {
    PluginHandler handler = start("");
    FakeExchange exchange = FakeExchange.get("/t").method("POST");

    assertThat(status(handler, exchange, "x")).isEqualTo("Bypass");
    assertThat(exchange.response().headers().contains("x-cache-key")).isFalse();
  }

  @Test
  void answers_to_head_are_never_kept() {
    PluginHandler handler = start("");

    assertThat(status(handler, FakeExchange.get("/t").method("HEAD"), "")).isEqualTo("Miss");
    assertThat(status(handler, FakeExchange.get("/t").method("HEAD"), "")).isEqualTo("Miss");
  }

  @Test
  void what_a_plugin_answers_is_not_kept() {
    PluginHandler handler = start("");
    FakeExchange exchange = FakeExchange.get("/t");
    exchange.response().exit();

    assertThat(status(handler, exchange, "x")).isEqualTo("Bypass");
  }

  @Test
  void an_exchange_that_ended_earlier_says_nothing_about_the_cache() {
    FakeExchange refused = FakeExchange.get("/t");

    start("").headerFilter(refused);

    assertThat(refused.response().headers().size()).isZero();
  }

  @Test
  void consumers_and_routes_do_not_share_answers() {
    PluginHandler handler = start("");
    var route = FakeGateway.route("r");
    FakeExchange first = FakeExchange.get("/t").on(route, null);
    first.authenticate(gateway.consumer("a", null), null);
    status(handler, first, "a's");

    FakeExchange other = FakeExchange.get("/t").on(route, null);
    other.authenticate(gateway.consumer("b", null), null);
    FakeExchange elsewhere = FakeExchange.get("/t").on(FakeGateway.route("u"), null);
    elsewhere.authenticate(gateway.consumer("a", null), null);
    FakeExchange same = FakeExchange.get("/t").on(route, null);
    same.authenticate(gateway.consumer("a", null), null);

    assertThat(handler.access(other)).isSameAs(Reply.NEXT);
    assertThat(handler.access(elsewhere)).isSameAs(Reply.NEXT);
    assertThat(handler.access(FakeExchange.get("/t").on(route, null))).isSameAs(Reply.NEXT);
    assertThat(handler.access(same)).isInstanceOf(Reply.Exit.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // configuration, first target, second target, whether they share an answer
        "'cache_ttl':9 | /t?a=1&b=2 | /t?b=2&a=1 | true",
        "'cache_ttl':9 | /t?a=1&a=2 | /t?a=2&a=1 | false",
        "'cache_ttl':9 | /t?a=1 | /t?a=2 | false",
        "'cache_ttl':9 | /t | /t?a | false",
        "'cache_ttl':9 | /t | /T | false",
        "'ignore_uri_case':true | /t | /T | true",
        "'vary_query_params':['q'] | /t?q=1&z=1 | /t?z=2&q=1 | true",
        "'vary_query_params':['q'] | /t?q=1 | /t?q=2 | false",
        "'vary_query_params':['q'] | /t?q=1&q=2 | /t?q=1 | false",
        "'vary_query_params':['q'] | /t?z=1 | /t?q | false",
        "'vary_query_params':['q'] | /t?z=1 | /t?q= | false",
        "'vary_query_params':['p','q'] | /t?p=1 | /t?q=1 | false",
      })
  void the_target_tells_requests_apart(String config, String one, String other, boolean shared) {
    PluginHandler handler = start("," + config);
    status(handler, FakeExchange.get(one), "x");

    Reply reply = handler.access(FakeExchange.get(other));

    assertThat(reply instanceof Reply.Exit).isEqualTo(shared);
  }

  @Test
  void chosen_headers_tell_requests_apart() {
    PluginHandler handler = start(",'vary_headers':['X-V']");
    status(handler, FakeExchange.get("/t").header("x-v", "a"), "x");

    assertThat(handler.access(FakeExchange.get("/t").header("x-v", "a").header("x-w", "b")))
        .isInstanceOf(Reply.Exit.class);
    assertThat(handler.access(FakeExchange.get("/t").header("x-v", "b"))).isSameAs(Reply.NEXT);
    assertThat(handler.access(FakeExchange.get("/t"))).isSameAs(Reply.NEXT);
  }

  @Test
  void what_an_answer_varies_by_has_to_be_the_same() {
    PluginHandler handler = start("");
    FakeExchange english = FakeExchange.get("/t").header("accept-language", "en");
    english.response().headers().add("vary", "Accept-Language");
    status(handler, english, "hello");

    assertThat(handler.access(FakeExchange.get("/t").header("accept-language", "en")))
        .isInstanceOf(Reply.Exit.class);
    FakeExchange german = FakeExchange.get("/t").header("accept-language", "de");
    german.response().headers().add("vary", "Accept-Language");
    assertThat(status(handler, german, "hallo")).isEqualTo("Miss");
    assertThat(handler.access(FakeExchange.get("/t").header("accept-language", "de")))
        .isInstanceOf(Reply.Exit.class);

    FakeExchange any = FakeExchange.get("/any");
    any.response().headers().add("vary", "*");
    assertThat(status(handler, any, "x")).isEqualTo("Bypass");
  }

  @Test
  void cookies_are_for_the_one_who_was_given_them() {
    PluginHandler handler = start("");
    FakeExchange first = FakeExchange.get("/t");
    first.response().headers().add("set-cookie", "session=secret").add("x-up", "1");
    status(handler, first, "x");

    Reply.Exit hit = (Reply.Exit) handler.access(FakeExchange.get("/t"));

    assertThat(hit.headers())
        .extracting(Reply.HeaderLine::name)
        .containsOnly("content-type", "x-up");
  }

  @Test
  void an_old_answer_is_fetched_anew() {
    PluginHandler handler = start(",'cache_ttl':1,'storage_ttl':60");
    status(handler, FakeExchange.get("/t"), "old");

    gateway.now.addAndGet(2_000);
    assertThat(status(handler, FakeExchange.get("/t"), "new")).isEqualTo("Refresh");
    assertThat(
            new String(
                ((Reply.Exit) handler.access(FakeExchange.get("/t"))).body(),
                StandardCharsets.UTF_8))
        .isEqualTo("new");
    gateway.now.addAndGet(61_000);
    assertThat(status(handler, FakeExchange.get("/t"), "newer")).isEqualTo("Miss");
  }

  @Test
  void without_cache_control_what_both_sides_say_is_not_looked_at() {
    PluginHandler handler = start("");
    FakeExchange first =
        FakeExchange.get("/t").header("cache-control", "no-store").header("authorization", "x");
    first.response().headers().add("cache-control", "no-store");

    assertThat(status(handler, first, "x")).isEqualTo("Miss");
    assertThat(handler.access(FakeExchange.get("/t").header("cache-control", "max-age=0")))
        .isInstanceOf(Reply.Exit.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cache-control | max-age=60 | Miss",
        "cache-control | s-maxage=50, max-age=0 | Miss",
        "cache-control | MAX-AGE=\"60\", public | Miss",
        "cache-control | max-age=0 | Bypass",
        "cache-control | s-maxage=0, max-age=60 | Bypass",
        "cache-control | no-store, max-age=60 | Bypass",
        "cache-control | no-cache, max-age=60 | Bypass",
        "cache-control | private, max-age=60 | Bypass",
        "cache-control | max-age=x | Bypass",
        "expires | Mon, 01 Jan 2024 00:00:00 GMT | Bypass",
        "expires | Wed, 15 May 2024 10:20:31 GMT | Miss",
        "expires | 0 | Bypass",
        "x-none | x | Bypass",
      })
  void with_cache_control_the_upstream_decides(String header, String value, String expected) {
    PluginHandler handler = start(",'cache_control':true");
    FakeExchange exchange = FakeExchange.get("/t");
    exchange.response().headers().add(header, value);

    assertThat(status(handler, exchange, "x")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // what the client sends 10 seconds after an answer for 60 seconds was stored
        "x-none | x | Hit",
        "cache-control | no-cache | Bypass",
        "cache-control | no-store | Bypass",
        "authorization | Basic eDp5 | Bypass",
        "cache-control | max-age=10 | Hit",
        "cache-control | max-age=9 | Refresh",
        "cache-control | min-fresh=50 | Hit",
        "cache-control | min-fresh=51 | Refresh",
        "cache-control | only-if-cached | Hit",
      })
  void with_cache_control_the_client_may_ask_for_more(String name, String value, String expected) {
    PluginHandler handler = start(",'cache_control':true");
    FakeExchange first = FakeExchange.get("/t");
    first.response().headers().add("cache-control", "max-age=60");
    status(handler, first, "x");
    gateway.now.addAndGet(10_000);

    FakeExchange second = FakeExchange.get("/t").header(name, value);
    second.response().headers().add("cache-control", "max-age=60");

    assertThat(status(handler, second, "x")).isEqualTo(expected);
  }

  @Test
  void a_stale_answer_is_given_to_those_who_take_it() {
    PluginHandler handler = start(",'cache_control':true,'storage_ttl':3600");
    FakeExchange first = FakeExchange.get("/t");
    first.response().headers().add("cache-control", "max-age=60");
    status(handler, first, "x");
    gateway.now.addAndGet(70_000);

    assertThat(handler.access(FakeExchange.get("/t"))).isSameAs(Reply.NEXT);
    assertThat(handler.access(FakeExchange.get("/t").header("cache-control", "max-stale=10")))
        .isInstanceOf(Reply.Exit.class);
    assertThat(handler.access(FakeExchange.get("/t").header("cache-control", "max-stale")))
        .isInstanceOf(Reply.Exit.class);
    assertThat(handler.access(FakeExchange.get("/t").header("cache-control", "max-stale=9")))
        .isSameAs(Reply.NEXT);
  }

  @Test
  void who_wants_only_what_is_kept_is_told_when_there_is_nothing() {
    PluginHandler handler = start(",'cache_control':true");
    FakeExchange exchange = FakeExchange.get("/t").header("cache-control", "only-if-cached");

    Reply.Exit reply = (Reply.Exit) handler.access(exchange);
    handler.headerFilter(exchange);

    assertThat(reply.status()).isEqualTo(504);
    assertThat(reply.replayed()).isFalse();
    assertThat(exchange.response().headers().contains("x-cache-key")).isTrue();
    assertThat(exchange.response().headers().contains("x-cache-status")).isFalse();
  }

  @Test
  void answers_say_nothing_about_the_cache_unless_asked_in_debugging() {
    PluginHandler handler =
        start(",'response_headers':{'age':false,'X-Cache-Status':false,'X-Cache-Key':false}");
    FakeExchange first = FakeExchange.get("/t");
    assertThat(status(handler, first, "x")).isNull();
    assertThat(first.response().headers().contains("x-cache-key")).isFalse();

    FakeExchange second = FakeExchange.get("/t").header("kong-debug", "1");
    handler.access(second);
    handler.headerFilter(second);

    assertThat(second.response().headers().size()).isEqualTo(3);
  }

  @Test
  void a_body_is_kept_while_it_passes_in_parts() {
    PluginHandler handler = start("");
    FakeExchange exchange = answer(FakeExchange.get("/t"), 200, "text/plain");
    handler.access(exchange);
    handler.headerFilter(exchange);
    BodyFilter filter = handler.bodyFilter(exchange);
    StringBuilder passed = new StringBuilder();
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      String part = "part " + i + ";";
      sent.append(part);
      filter.filter(bytes(part), false, out -> passed.append(StandardCharsets.UTF_8.decode(out)));
      assertThat(passed.length()).isEqualTo(sent.length());
    }
    assertThat(handler.access(FakeExchange.get("/t"))).isSameAs(Reply.NEXT);
    filter.filter(bytes(""), true, out -> passed.append(StandardCharsets.UTF_8.decode(out)));

    assertThat(filter.keepsLength()).isTrue();
    assertThat(passed).isEqualToIgnoringWhitespace(sent);
    Reply.Exit hit = (Reply.Exit) handler.access(FakeExchange.get("/t"));
    assertThat(new String(hit.body(), StandardCharsets.UTF_8)).isEqualTo(sent.toString());
  }

  @Test
  void an_answer_that_breaks_off_is_not_kept_and_takes_no_room() {
    PluginHandler handler = start("");
    FakeExchange exchange = answer(FakeExchange.get("/t"), 200, "text/plain");
    handler.access(exchange);
    handler.headerFilter(exchange);
    handler.bodyFilter(exchange).filter(bytes("half"), false, out -> {});
    AnswerCache cache = cache();
    assertThat(cache.reserved()).isPositive();

    handler.log(logOf(exchange));

    assertThat(cache.reserved()).isZero();
    assertThat(status(handler, FakeExchange.get("/t"), "x")).isEqualTo("Miss");
    assertThat(handler.access(FakeExchange.get("/t"))).isInstanceOf(Reply.Exit.class);
  }

  @Test
  void of_many_equal_requests_one_collects_the_answer() {
    PluginHandler handler = start("");
    FakeExchange one = answer(FakeExchange.get("/t"), 200, "text/plain");
    FakeExchange other = answer(FakeExchange.get("/t"), 200, "text/plain");
    handler.access(one);
    handler.access(other);
    handler.headerFilter(one);
    handler.headerFilter(other);

    assertThat(handler.bodyFilter(one)).isNotNull();
    assertThat(handler.bodyFilter(other)).isNull();
    assertThat(other.response().headers().get("x-cache-status")).isEqualTo("Miss");
  }

  @Test
  void the_admin_api_shows_and_removes_answers() {
    UUID id = gateway.configuration().id();
    PluginHandler handler = start("");
    FakeExchange exchange = FakeExchange.get("/t");
    exchange.response().headers().add("x-two", "1").add("x-two", "2");
    status(handler, exchange, "a body");
    String key = exchange.response().headers().get("x-cache-key");

    AdminEndpoint.Answer shown = call("/proxy-cache/{cache_key}", "GET", key);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.body().get("body").stringValue()).isEqualTo("a body");
    assertThat(shown.body().get("headers"))
        .isEqualTo(FakeGateway.json("{'content-type':'text/plain','x-two':['1','2']}"));
    String byPlugin = "/proxy-cache/{plugin_id}/caches/{cache_key}";
    assertThat(call(byPlugin, "GET", id.toString(), key).status()).isEqualTo(200);
    assertThat(call(byPlugin, "GET", UUID.randomUUID().toString(), key).status()).isEqualTo(404);
    assertThat(call(byPlugin, "DELETE", "no-uuid", key).status()).isEqualTo(404);
    assertThat(call("/proxy-cache/{cache_key}", "DELETE", "none").status()).isEqualTo(404);

    assertThat(call(byPlugin, "DELETE", id.toString(), key).status()).isEqualTo(204);
    assertThat(call("/proxy-cache/{cache_key}", "GET", key).status()).isEqualTo(404);
    status(handler, FakeExchange.get("/t"), "a body");
    assertThat(call("/proxy-cache", "DELETE").status()).isEqualTo(204);
    assertThat(handler.access(FakeExchange.get("/t"))).isSameAs(Reply.NEXT);
  }

  @Test
  void a_changed_configuration_keeps_its_place_when_the_old_one_closes() {
    UUID id = gateway.configuration().id();
    PluginHandler before = start("");
    PluginHandler after = start("");
    FakeExchange exchange = FakeExchange.get("/t");
    status(after, exchange, "x");
    String key = exchange.response().headers().get("x-cache-key");
    String byPlugin = "/proxy-cache/{plugin_id}/caches/{cache_key}";

    before.close();
    assertThat(call(byPlugin, "GET", id.toString(), key).status()).isEqualTo(200);
    after.close();
    assertThat(call(byPlugin, "GET", id.toString(), key).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kong_db_cache", "kong"})
  void caches_of_other_names_are_apart(String name) {
    status(start(",'memory':{'dictionary_name':'" + name + "'}"), FakeExchange.get("/t"), "x");

    assertThat(start("").access(FakeExchange.get("/t")) instanceof Reply.Exit)
        .isEqualTo(name.equals("kong_db_cache"));
  }

  private AdminEndpoint.Answer call(String path, String method, String... parameters) {
    return new ProxyCachePlugin()
        .adminEndpoints(gateway).stream()
            .filter(endpoint -> endpoint.path().equals(path))
            .findFirst()
            .orElseThrow()
            .actions()
            .get(method)
            .answer(new AdminEndpoint.Call(List.of(parameters), null));
  }

  private AnswerCache cache() {
    return gateway.shared(NodeCaches.class, NodeCaches::new).all().iterator().next();
  }

  private PluginHandler start(String more) {
    return gateway.start(new ProxyCachePlugin(), "{" + MEMORY + more + "}");
  }

  private static FakeExchange answer(FakeExchange exchange, int status, String type) {
    exchange.response().setStatus(status);
    exchange.response().headers().set("content-type", type);
    return exchange;
  }

  /** Runs all phases with an answer in plain text; answers what X-Cache-Status says. */
  private static String status(PluginHandler handler, FakeExchange exchange, String body) {
    exchange.response().headers().set("content-type", "text/plain");
    return run(handler, exchange, body);
  }

  private static String run(PluginHandler handler, FakeExchange exchange, String body) {
    handler.access(exchange);
    handler.headerFilter(exchange);
    BodyFilter filter = handler.bodyFilter(exchange);
    if (filter != null) {
      filter.filter(bytes(body), true, out -> {});
    }
    handler.log(logOf(exchange));
    return exchange.response().headers().get("x-cache-status");
  }

  /** A finished exchange that knows its exchange and nothing else of interest. */
  private static ExchangeLog logOf(FakeExchange exchange) {
    FakeLog rest = FakeLog.answered(null, null, 200);
    return (ExchangeLog)
        Proxy.newProxyInstance(
            ProxyCachePluginTest.class.getClassLoader(),
            new Class<?>[] {ExchangeLog.class},
            (proxy, method, arguments) ->
                method.getName().equals("exchange") ? exchange : method.invoke(rest, arguments));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
