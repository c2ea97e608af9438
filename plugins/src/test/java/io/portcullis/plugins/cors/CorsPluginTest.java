package io.portcullis.plugins.cors;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsPluginTest {
  private static final String METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT";

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        // origins, the request's origin, Access-Control-Allow-Origin, Vary
        "null | http://a.test | * | -",
        "[] | http://a.test | * | -",
        "['*'] | - | * | -",
        "['http://a.test'] | http://a.test | http://a.test | Origin",
        "['http://a.test'] | http://b.test | http://a.test | Origin",
        "['http://a.test'] | - | http://a.test | Origin",
        "['a.test'] | http://a.test | a.test | Origin",
        "['http://a.test','https://b.test'] | http://a.test | http://a.test | Origin",
        "['http://a.test','https://b.test'] | http://a.test:80 | http://a.test | Origin",
        "['http://a.test','https://b.test'] | https://b.test:443 | https://b.test | Origin",
        "['http://a.test:80','https://b.test'] | http://a.test | http://a.test | Origin",
        "['http://a.test','https://b.test'] | http://a.test:8080 | - | Origin",
        "['http://a.test','https://b.test'] | http://b.test | - | Origin",
        "['http://a.test','https://b.test'] | http://a.test.evil.test | - | Origin",
        "['http://a.test','https://b.test'] | null | - | Origin",
        "['http://a.test','https://b.test'] | - | - | Origin",
        "['a.test','c.test'] | http://a.test | - | Origin",
        "['*','http://a.test'] | http://zz.test | * | Origin",
        "['*','http://a.test'] | - | - | Origin",
        "['.*\\\\.a\\\\.test','http://b.test'] | http://sub.a.test | http://sub.a.test | Origin",
        "['.*\\\\.a\\\\.test','http://b.test'] | http://sub.a.test:99 | http://sub.a.test:99 |"
            + " Origin",
        "['.*\\\\.a\\\\.test','http://b.test'] | http://a.test | - | Origin",
        "['.*\\\\.a\\\\.test','http://b.test'] | http://sub.a.test.evil.test | - | Origin",
        "['https://[ab]\\\\.test'] | https://b.test | https://b.test | Origin",
        "['https://[ab]\\\\.test'] | http://b.test | - | Origin",
        "['(','http://b.test'] | http://b.test | http://b.test | Origin",
        "['http://\\\\[::1\\\\]','http://b.test'] | http://[::1] | http://[::1] | Origin",
      })
  void answers_name_the_origin_that_may_read_them(
      String origins, String origin, String allowed, String vary) {
    PluginHandler handler = start("{'origins':" + origins + "}");
    FakeExchange exchange = from(origin);
    exchange.response().headers().add("access-control-allow-origin", "http://up.test");

    assertThat(Replies.text(handler.access(exchange))).isEqualTo("next");
    handler.headerFilter(exchange);

    Headers headers = exchange.response().headers();
    assertThat(headers.get("access-control-allow-origin")).isEqualTo(allowed);
    assertThat(headers.get("vary")).isEqualTo(vary);
    assertThat(headers.contains("access-control-allow-credentials")).isFalse();

    Map<String, String> preflight = Replies.headers(handler.access(preflight(origin)));
    if (origin != null) {
      assertThat(preflight.get("access-control-allow-origin")).isEqualTo(allowed);
      assertThat(preflight.get("vary")).isEqualTo(vary);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        // origins, the request's origin, Access-Control-Allow-Origin, -Credentials, Vary
        "null | http://a.test:80 | http://a.test:80 | true | Origin",
        "['*'] | null | null | true | Origin",
        "['*'] | - | * | - | -",
        "['*','http://b.test'] | http://a.test | http://a.test | true | Origin",
        "['http://a.test'] | http://b.test | http://a.test | true | Origin",
        "['http://a.test','http://b.test'] | http://c.test | - | true | Origin",
        "['http://a.test','http://b.test'] | - | - | true | Origin",
      })
  void credentials_are_never_allowed_to_any_origin(
      String origins, String origin, String allowed, String credentials, String vary) {
    PluginHandler handler = start("{'credentials':true,'origins':" + origins + "}");
    FakeExchange exchange = from(origin);

    handler.headerFilter(exchange);

    Headers headers = exchange.response().headers();
    assertThat(headers.get("access-control-allow-origin")).isEqualTo(allowed);
    assertThat(headers.get("access-control-allow-credentials")).isEqualTo(credentials);
    assertThat(String.join(",", headers.all("vary"))).isEqualTo(vary == null ? "" : vary);
  }

  @Test
  void a_preflight_is_answered_in_the_upstreams_place() {
    PluginHandler handler = start("{}");

    Reply reply =
        handler.access(
            preflight("http://a.test").header("access-control-request-headers", "X-A, X-B"));

    assertThat(Replies.text(reply)).isEqualTo("200 ");
    assertThat(Replies.headers(reply))
        .containsOnly(
            Map.entry("access-control-allow-origin", "*"),
            Map.entry("access-control-allow-headers", "X-A, X-B"),
            Map.entry("access-control-allow-methods", METHODS));
  }

  @Test
  void a_preflights_answer_says_what_is_configured() {
    PluginHandler handler =
        start(
            "{'origins':['http://a.test','http://b.test'],'credentials':true,'max_age':3600,"
                + "'methods':['GET','PUT'],'headers':['X-H1','X-H2'],"
                + "'exposed_headers':['X-E1','X-E2']}");

    Map<String, String> headers =
        Replies.headers(
            handler.access(
                preflight("http://a.test").header("access-control-request-headers", "X-A")));

    assertThat(headers)
        .containsOnly(
            Map.entry("vary", "Origin"),
            Map.entry("access-control-allow-origin", "http://a.test"),
            Map.entry("access-control-allow-credentials", "true"),
            Map.entry("access-control-allow-headers", "X-H1,X-H2"),
            Map.entry("access-control-allow-methods", "GET,PUT"),
            Map.entry("access-control-max-age", "3600"));
  }

  @Test
  void a_preflight_of_another_origin_is_answered_without_allowing_it() {
    PluginHandler handler = start("{'origins':['http://a.test','http://b.test']}");

    Reply reply = handler.access(preflight("http://c.test"));

    assertThat(Replies.text(reply)).isEqualTo("200 ");
    assertThat(Replies.headers(reply)).doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void the_answer_of_a_preflight_is_not_touched_again() {
    PluginHandler handler = start("{}");
    FakeExchange preflight = preflight("http://a.test");

    handler.access(preflight);
    handler.headerFilter(preflight);

    assertThat(preflight.response().headers().size()).isZero();
  }

  @Test
  void a_preflight_may_go_to_the_upstream_which_then_answers_alone() {
    PluginHandler handler = start("{'preflight_continue':true}");
    FakeExchange preflight = preflight("http://a.test");

    assertThat(Replies.text(handler.access(preflight))).isEqualTo("next");
    handler.headerFilter(preflight);

    assertThat(preflight.response().headers().size()).isZero();
  }

  @Test
  void options_that_ask_for_no_method_or_have_no_origin_are_ordinary_requests() {
    PluginHandler handler = start("{}");
    FakeExchange withoutMethod = from("http://a.test").method("OPTIONS");
    FakeExchange withoutOrigin =
        from(null).method("OPTIONS").header("access-control-request-method", "PUT");

    for (FakeExchange exchange : new FakeExchange[] {withoutMethod, withoutOrigin}) {
      assertThat(Replies.text(handler.access(exchange))).isEqualTo("next");
      handler.headerFilter(exchange);
      assertThat(exchange.response().headers().get("access-control-allow-origin")).isEqualTo("*");
    }
  }

  @Test
  void a_private_network_is_opened_only_where_that_is_configured_and_asked_for() {
    String asked = "access-control-request-private-network";
    String allowed = "access-control-allow-private-network";
    PluginHandler open = start("{'private_network':true}");

    assertThat(Replies.headers(open.access(preflight("http://a.test").header(asked, "true"))))
        .containsEntry(allowed, "true");
    assertThat(Replies.headers(open.access(preflight("http://a.test")))).doesNotContainKey(allowed);
    assertThat(
            Replies.headers(start("{}").access(preflight("http://a.test").header(asked, "true"))))
        .doesNotContainKey(allowed);
  }

  @Test
  void an_answer_exposes_headers_and_keeps_the_upstreams_vary() {
    PluginHandler handler =
        start("{'origins':['http://a.test'],'exposed_headers':['X-E1','X-E2']}");
    FakeExchange exchange = from("http://a.test");
    exchange.response().headers().add("vary", "Accept");

    handler.headerFilter(exchange);

    Headers headers = exchange.response().headers();
    assertThat(headers.all("vary")).containsExactly("Accept", "Origin");
    assertThat(headers.get("access-control-expose-headers")).isEqualTo("X-E1,X-E2");
  }

  @Test
  void no_configured_text_can_begin_another_header_line() {
    PluginHandler handler = start("{'exposed_headers':['X-A\\r\\nSet-Cookie: a','\u010a']}");
    FakeExchange exchange = from("http://a.test");

    handler.headerFilter(exchange);

    assertThat(exchange.response().headers().get("access-control-expose-headers"))
        .isEqualTo("X-A  Set-Cookie: a,\u00c4\u008a");
  }

  private static FakeExchange from(String origin) {
    FakeExchange exchange = FakeExchange.get("/");
    return origin == null ? exchange : exchange.header("origin", origin);
  }

  private static FakeExchange preflight(String origin) {
    return from(origin).method("OPTIONS").header("access-control-request-method", "PUT");
  }

  private PluginHandler start(String config) {
    return gateway.start(new CorsPlugin(), config);
  }
}
