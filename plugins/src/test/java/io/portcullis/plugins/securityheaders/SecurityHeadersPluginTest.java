package io.portcullis.plugins.securityheaders;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts, redirects and headers. */
class SecurityHeadersPluginTest {
  private final FakeGateway gateway = new FakeGateway().scope(UUID.randomUUID(), null);

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "a.test, true",
    "A.TEST, true",
    "b.test:8080, true",
    "b.test, false",
    "x.a.test, false",
    "'', false",
  })
  void hosts_that_are_not_served_here_are_refused(String host, boolean served) {
    Reply reply = ask(start("'allowed_hosts':['a.test','b.test:8080']"), "host", host);

    assertThat(Replies.text(reply)).isEqualTo(served ? "next" : "500 Bad Host\n");
    if (!served) {
      assertThat(Replies.headers(reply)).containsEntry("content-type", "text/plain; charset=utf-8");
    }
  }

  @ParameterizedTest
  @CsvSource({"a.test, true", "x.a.test, true", "a.test.evil, false", "xa.test, false"})
  void hosts_may_be_regexes_that_fit_as_a_whole(String host, boolean served) {
    PluginHandler handler =
        start("'allowed_hosts':['(x[.])?a[.]test'],'allowed_hosts_are_regex':true");

    assertThat(Replies.text(ask(handler, "host", host)))
        .isEqualTo(served ? "next" : "500 Bad Host\n");
  }

  @Test
  void a_proxys_header_may_hold_the_host() {
    PluginHandler handler =
        start("'allowed_hosts':['a.test'],'host_proxy_headers':['X-Forwarded-Host']");

    assertThat(
            Replies.text(
                handler.access(
                    FakeExchange.get("/")
                        .header("host", "gateway.internal")
                        .header("x-forwarded-host", "a.test"))))
        .isEqualTo("next");
    assertThat(Replies.text(ask(handler, "host", "a.test"))).isEqualTo("next");
  }

  @Test
  void requests_without_tls_are_sent_to_https() {
    Reply reply =
        start("'ssl_redirect':true")
            .access(FakeExchange.get("/a%20b?c=d").header("host", "a.test:8000"));

    String target = "https://a.test:8000/a%20b?c=d";
    assertThat(Replies.text(reply))
        .isEqualTo("301 <a href=\"" + target + "\">Moved Permanently</a>.\n\n");
    assertThat(Replies.headers(reply))
        .containsOnly(
            Map.entry("location", target), Map.entry("content-type", "text/html; charset=utf-8"));
    assertThat(Replies.headers(ask(start("'ssl_redirect':true,'ssl_host':'b.test'"), "host", "a")))
        .containsEntry("location", "https://b.test/");
  }

  @Test
  void a_health_page_can_be_left_alone() {
    PluginHandler handler =
        start(
            "'ssl_redirect':true,'allowed_hosts':['a.test'],'frame_deny':true,"
                + "'except_path':'/__health'");
    FakeExchange probe = FakeExchange.get("/__health").header("host", "10.0.0.7:8080");

    assertThat(Replies.text(handler.access(probe))).isEqualTo("next");
    handler.headerFilter(probe);
    assertThat(probe.response().headers().contains("x-frame-options")).isFalse();
    assertThat(Replies.text(ask(handler, "host", "10.0.0.7:8080"))).startsWith("500 ");
  }

  @Test
  void a_proxy_may_tell_that_it_speaks_tls() {
    PluginHandler handler =
        start(
            "'ssl_redirect':true,'sts_seconds':60,"
                + "'ssl_proxy_headers':{'X-Forwarded-Proto':'https'}");

    assertThat(Replies.text(ask(handler, "x-forwarded-proto", "https"))).isEqualTo("next");
    assertThat(Replies.text(ask(handler, "x-forwarded-proto", "http"))).startsWith("301 ");
    assertThat(answer(handler, "x-forwarded-proto", "https"))
        .containsExactly(Map.entry("strict-transport-security", "max-age=60"));
  }

  @Test
  void all_headers_are_set_over_what_the_upstream_says() {
    PluginHandler handler =
        start(
            "'sts_seconds':10,'sts_include_subdomains':true,'force_sts_header':true,"
                + "'frame_deny':true,'content_type_nosniff':true,'browser_xss_filter':true,"
                + "'content_security_policy':'default-src self','referrer_policy':'same-origin'");
    FakeExchange exchange = FakeExchange.get("/").header("host", "a.test");
    exchange.response().headers().set("x-frame-options", "SAMEORIGIN");
    handler.access(exchange);

    handler.headerFilter(exchange);

    assertThat(lines(exchange.response().headers()))
        .isEqualTo(
            Map.of(
                "strict-transport-security", "max-age=10; includeSubDomains",
                "x-frame-options", "DENY",
                "x-content-type-options", "nosniff",
                "x-xss-protection", "1; mode=block",
                "content-security-policy", "default-src self",
                "referrer-policy", "same-origin"));
  }

  @Test
  void nothing_is_added_unless_it_is_asked_for() {
    assertThat(answer(start(""), "host", "a.test")).isEmpty();
    assertThat(answer(start("'sts_seconds':10"), "host", "a.test")).as("without TLS").isEmpty();
  }

  @Test
  void another_value_for_frames_wins() {
    assertThat(
            answer(
                start("'frame_deny':true,'custom_frame_options_value':'SAMEORIGIN'"),
                "host",
                "a.test"))
        .containsExactly(Map.entry("x-frame-options", "SAMEORIGIN"));
  }

  @Test
  void a_refusal_has_no_more_headers() {
    PluginHandler handler = start("'allowed_hosts':['a.test'],'frame_deny':true");

    assertThat(answer(handler, "host", "b.test")).isEmpty();
  }

  @Test
  void development_leaves_out_what_needs_a_name_and_a_certificate() {
    PluginHandler handler =
        start(
            "'is_development':true,'allowed_hosts':['a.test'],'ssl_redirect':true,"
                + "'sts_seconds':10,'force_sts_header':true,'frame_deny':true");

    assertThat(Replies.text(ask(handler, "host", "localhost"))).isEqualTo("next");
    assertThat(answer(handler, "host", "localhost"))
        .containsExactly(Map.entry("x-frame-options", "DENY"));
  }

  @Test
  void a_global_configuration_looks_before_a_route_is_known() {
    PluginHandler handler =
        gateway
            .scope(null, null)
            .start(new SecurityHeadersPlugin(), "{'allowed_hosts':['a.test']}");
    FakeExchange exchange = FakeExchange.get("/").header("host", "b.test");

    assertThat(Replies.text(handler.rewrite(exchange))).isEqualTo("500 Bad Host\n");
    assertThat(handler.access(exchange)).isEqualTo(Reply.NEXT);
  }

  private PluginHandler start(String config) {
    return gateway.start(new SecurityHeadersPlugin(), "{" + config + "}");
  }

  private static Reply ask(PluginHandler handler, String header, String value) {
    return handler.access(FakeExchange.get("/").header(header, value));
  }

  private static Map<String, String> answer(PluginHandler handler, String header, String value) {
    FakeExchange exchange = FakeExchange.get("/").header(header, value);
    handler.access(exchange);
    handler.headerFilter(exchange);
    return lines(exchange.response().headers());
  }

  private static Map<String, String> lines(Headers headers) {
    Map<String, String> lines = new TreeMap<>();
    for (int i = 0; i < headers.size(); i++) {
      lines.put(headers.name(i), headers.value(i));
    }
    return lines;
  }
}
