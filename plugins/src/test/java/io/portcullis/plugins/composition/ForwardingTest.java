package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.plugins.endpoint.GoDuration;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What backends get, and where they are called. */
class ForwardingTest {
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
  @DisplayName("B34 forwards nothing that is not listed")
  void forwards_nothing_that_is_not_listed() {
    backends.json("/a", "{'a':1}");
    String config = Endpoints.one("/a", "", "");

    start(config)
        .access(
            FakeExchange.get("/?q=1")
                .header("cookie", "a=b")
                .header("authorization", "x")
                .header("host", "gw.test:8000")
                .header("content-type", "application/json")
                .header("user-agent", "curl"));

    UpstreamCaller.Call call = backends.last();
    assertThat(call.uri()).hasToString("http://h.test/a");
    assertThat(call.headers().contains("cookie")).isFalse();
    assertThat(call.headers().contains("authorization")).isFalse();
    assertThat(call.headers().get("content-type")).isEqualTo("application/json");
    assertThat(call.headers().get("x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(call.headers().get("x-forwarded-host")).isEqualTo("gw.test:8000");
    assertThat(call.headers().get("user-agent")).isEqualTo("Portcullis");
    assertThat(call.headers().get("accept-encoding")).isEqualTo("gzip");
  }

  @Test
  @DisplayName("B35 forwards what is listed")
  void forwards_what_is_listed() {
    backends.json("/a", "{'a':1}");
    String listed =
        Endpoints.one(
            "/a", "", "'input_headers':['Accept','User-Agent'],'input_query_strings':['q','a[]']");

    start(listed)
        .access(
            FakeExchange.get("/?q=x+y&Q=2&a%5B%5D=1&a[]=%26&other=1")
                .header("accept", "a/b")
                .header("content-type", "c/d")
                .header("user-agent", "curl"));

    UpstreamCaller.Call call = backends.last();
    assertThat(call.uri()).hasToString("http://h.test/a?a%5B%5D=1&a%5B%5D=%26&q=x+y");
    assertThat(call.headers().get("accept")).isEqualTo("a/b");
    assertThat(call.headers().get("user-agent")).isEqualTo("curl");
    assertThat(call.headers().get("x-forwarded-via")).isEqualTo("Portcullis");
    assertThat(call.headers().contains("content-type")).isFalse();
  }

  @Test
  void a_backend_gets_no_more_than_it_lists_itself() {
    backends.json("/a", "{'a':1}");
    String config =
        Endpoints.one(
            "/a",
            "'input_headers':['x-one'],'input_query_strings':['b','z']",
            "'input_headers':['*'],'input_query_strings':['a','b']");

    start(config)
        .access(
            FakeExchange.get("/?a=1&b=2&z=3")
                .header("x-one", "1")
                .header("x-two", "2")
                .header("connection", "close"));

    assertThat(backends.last().uri()).hasToString("http://h.test/a?b=2");
    assertThat(backends.last().headers().get("x-one")).isEqualTo("1");
    assertThat(backends.last().headers().contains("x-two")).isFalse();
    assertThat(backends.last().headers().contains("connection")).isFalse();
  }

  @Test
  @DisplayName("B26 B35 fills placeholders")
  void fills_placeholders() {
    backends.json("/users/a%20b", "{'a':1}");
    String config =
        Endpoints.one(
            "/users/{id}?kind=x&id={id}&h={input_headers.X-Key}&q={input_query_strings.q}",
            "",
            "'endpoint':'/u/{id}','input_headers':['x-key'],'input_query_strings':['q']");

    Reply reply = start(config).access(FakeExchange.get("/u/a%20b?q=1%2F2").header("x-key", "k&k"));

    assertThat(Replies.text(reply)).startsWith("200 ");
    assertThat(backends.last().uri())
        .hasToString("http://h.test/users/a%20b?kind=x&id=a+b&h=k%26k&q=1%2F2&q=1%2F2");
  }

  @Test
  void fills_in_claims_of_a_verified_token() {
    backends.json("/users/u%2F1/a,b", "{'a':1}");
    FakeExchange exchange = FakeExchange.get("/");
    exchange.put(VerifiedClaims.KEY, FakeGateway.json("{'sub':'u/1','x':{'roles':['a','b']}}"));

    Reply reply = start(Endpoints.one("/users/{JWT.sub}/{JWT.x.roles}", "", "")).access(exchange);

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1}");
  }

  @Test
  void a_claim_may_have_dots_in_its_name() {
    backends.json("/a/foobar/deep", "{'a':1}");
    FakeExchange exchange = FakeExchange.get("/");
    exchange.put(
        VerifiedClaims.KEY, FakeGateway.json("{'http://x.test/custom':'foobar','n':{'m':'deep'}}"));

    Reply reply =
        start(Endpoints.one("/a/{JWT.http://x.test/custom}/{JWT.n.m}", "", "")).access(exchange);

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1}");
  }

  @Test
  void takes_path_parameters_from_the_routes_regex() {
    backends.json("/x/named/first", "{'a':1}");

    assertThat(ask1("/x/{name}/{1}", "")).isEqualTo("200 {\"a\":1}");
  }

  @Test
  void a_parameter_cannot_leave_its_place() {
    String config = Endpoints.one("/users/{id}", "", "'endpoint':'/u/{id}'");

    for (String target :
        new String[] {"/u/a%2Fb", "/u/a%3Fb", "/u/a%23b", "/u/a%252Fb", "/u/a%2520"}) {
      assertThat(Replies.text(ask(config, target)))
          .as(target)
          .isEqualTo("400 error: encoded url params");
    }
    assertThat(Replies.headers(ask(config, "/u/a%3Fb")))
        .containsOnly(Map.entry("content-type", "text/plain; charset=utf-8"));
    assertThat(Replies.text(ask(config, "/u/a%25b")))
        .isEqualTo("400 error: invalid URL escape \"%b\"");
    ask(config, "/u/..");
    assertThat(backends.last().uri()).hasToString("http://h.test/users/%7B%7B.Id%7D%7D");
    assertThat(backends.calls).hasSize(1);
  }

  @Test
  void a_client_cannot_make_a_url_that_breaks_the_answer() {
    backends.json("/a", "{'a':1}");
    String config =
        "{'endpoint':'/x/{id}','backend':["
            + Endpoints.backend("/a", "")
            + ","
            + Endpoints.backend(
                "/b/{id}", "'martian':{'querystring.Modifier':{'name':'x','value':'y'}}")
            + "]}";

    for (String id : new String[] {"a%00b", "%ff", "[", "%5C", "a:b@c", "%C3%A9"}) {
      assertThat(Replies.text(ask(config, "/x/" + id))).as(id).isEqualTo("200 {\"a\":1}");
    }
  }

  @Test
  @DisplayName("B16 B29 follows redirects")
  void follows_redirects() {
    backends
        .answers("/a", 302, "", "location", "http://other.test/b?x=1")
        .answers("/b", 301, "", "location", "/c")
        .json("/c", "{'c':1}")
        .answers("/loop", 307, "", "location", "/loop")
        .answers("/post", 307, "", "location", "/c");

    String config = Endpoints.one("/a", "", "'input_headers':['authorization','x-a']");
    Reply reply =
        start(config).access(FakeExchange.get("/").header("authorization", "s").header("x-a", "1"));
    assertThat(Replies.text(reply)).isEqualTo("200 {\"c\":1}");
    assertThat(backends.last().uri()).hasToString("http://other.test/c");
    assertThat(backends.last().headers().contains("authorization")).isFalse();
    assertThat(backends.last().headers().get("x-a")).isEqualTo("1");

    assertThat(Replies.text(ask(Endpoints.one("/loop", "", "'return_error_msg':true"), "/")))
        .isEqualTo("500 Get \"/loop\": stopped after 10 redirects");
    assertThat(backends.calls.stream().filter(call -> call.uri().getPath().equals("/loop")))
        .hasSize(10);

    FakeExchange post = FakeExchange.get("/").method("POST");
    post.request().setBody("x".getBytes(StandardCharsets.UTF_8));
    assertThat(Replies.text(start(Endpoints.one("/post", "", "")).access(post))).isEqualTo("500 ");
    assertThat(
            Replies.text(
                start(Endpoints.one("/post", "'send_body_on_redirect':true", "")).access(post)))
        .isEqualTo("200 {\"c\":1}");
    assertThat(backends.last().method()).isEqualTo("POST");
    assertThat(backends.last().body()).isEqualTo("x".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void redirects_are_resolved_as_urls_are() {
    backends
        .replies(
            "/x/y",
            call ->
                call.uri().getQuery() == null
                    ? Backends.answer(302, "", "location", "?q=1")
                    : Backends.answer(302, "", "location", "z"))
        .json("/x/z", "{'z':1}")
        .answers("/f", 302, "", "location", "ftp://h.test/");

    assertThat(ask1("/x/y", "")).isEqualTo("200 {\"z\":1}");
    assertThat(Replies.text(ask(Endpoints.one("/f", "", "'return_error_msg':true"), "/")))
        .isEqualTo("500 Get \"ftp://h.test/\": unsupported protocol scheme \"ftp\"");
  }

  @Test
  void arguments_are_read_as_go_reads_them() {
    String config = Endpoints.one("/a", "", "'input_query_strings':['*']");

    // Unescaped octets come as characters of Latin-1.
    ask(config, "/?b=\u00C3\u00A9&a=%C3%A9&c;d=1&e=1;2&f=%zz&%g=1&h=%2");
    assertThat(backends.last().uri()).hasToString("http://h.test/a?a=%C3%A9&b=%C3%A9");
  }

  @Test
  @DisplayName("B29 a redirect says where it comes from")
  void a_redirect_says_where_it_comes_from() {
    backends
        .answers("/a", 302, "", "location", "/b?c=d")
        .json("/b", "{'b':1}")
        .answers("/s", 301, "", "location", "http://other.test/b");

    start(Endpoints.one("/a?q=1", "", "")).access(FakeExchange.get("/"));
    assertThat(backends.last().headers().get("referer")).isEqualTo("http://h.test/a?q=1");
    start(Endpoints.one("/a", "", "'input_headers':['Referer']"))
        .access(FakeExchange.get("/").header("referer", "http://mine.test/"));
    assertThat(backends.last().headers().get("referer")).isEqualTo("http://mine.test/");
    start(Endpoints.one("/s", "'host':['https://h.test']", "")).access(FakeExchange.get("/"));
    assertThat(backends.last().uri()).hasToString("http://other.test/b");
    assertThat(backends.last().headers().contains("referer")).isFalse();
  }

  @Test
  void a_modifier_changes_the_name_that_the_backend_is_called_by() {
    backends.json("/a", "{'a':1}").answers("/r", 301, "", "location", "http://other.test/a");
    String named = "'martian':{'header.Modifier':{'name':'Host','value':'v.test'}}";

    start(Endpoints.one("/a", named, "")).access(FakeExchange.get("/"));
    assertThat(backends.last().uri()).hasToString("http://h.test/a");
    assertThat(backends.last().headers().get("host")).isEqualTo("v.test");
    start(Endpoints.one("/r", named, "")).access(FakeExchange.get("/"));
    assertThat(backends.last().headers().contains("host")).isFalse();
  }

  @Test
  void services_are_found_by_their_records() {
    backends.answers("/a", 302, "", "location", "http://other.test/b").json("/b", "{'b':1}");

    start(Endpoints.one("/a", "'host':['_api._tcp.test'],'sd':'dns','sd_scheme':'https'", ""))
        .access(FakeExchange.get("/"));

    assertThat(backends.calls.getFirst().uri()).hasToString("https://_api._tcp.test/a");
    assertThat(backends.calls.getFirst().how()).isEqualTo(new UpstreamCaller.Manner(false, true));
    assertThat(backends.last().how()).isNull();
  }

  @Test
  void the_body_goes_to_every_backend() {
    backends.json("/a", "{'a':1}").json("/b", "{'b':1}");
    FakeExchange post = FakeExchange.get("/").method("POST");
    post.request().setBody("{}".getBytes(StandardCharsets.UTF_8));

    start(Endpoints.two("", "'method':'PUT'")).access(post);

    assertThat(backends.calls)
        .extracting(call -> call.method() + new String(call.body(), StandardCharsets.UTF_8))
        .containsExactly("PUT{}", "POST{}");
  }

  @Test
  void a_shadow_is_called_and_not_waited_for() {
    backends.json("/a", "{'a':1}").silent("/b");

    assertThat(
            Replies.text(
                ask(
                    "{'backend':["
                        + Endpoints.backend("/b", "'shadow':true")
                        + ","
                        + Endpoints.backend("/a", "")
                        + "]}",
                    "/")))
        .isEqualTo("200 {\"a\":1}");
    assertThat(backends.calls).hasSize(2);
  }

  @Test
  void hosts_take_turns() {
    backends.json("/a", "{'a':1}");
    PluginHandler handler =
        start(
            "{'backend':[{'host':['one.test:81/x/','https://two.test'],'url_pattern':'a'},"
                + "{'host':['http://three.test/base/'],'disable_host_sanitize':true,'url_pattern':'/a'}]}");
    handler.access(FakeExchange.get("/"));
    handler.access(FakeExchange.get("/"));

    assertThat(backends.calls)
        .extracting(call -> call.uri().toString())
        .containsExactly(
            "http://one.test:81/a",
            "http://three.test/base/a",
            "https://two.test/a",
            "http://three.test/base/a");
  }

  @Test
  void names_its_headers_as_it_is_told() {
    backends.json("/a", "{'a':1}");

    assertThat(
            Replies.headers(
                ask(
                    Endpoints.one(
                        "/a",
                        "",
                        "'completed_header':'X-Whole','response_headers':{'X-Krakend':'Version 2'},"
                            + "'user_agent':'KrakenD Version 2'"),
                    "/")))
        .containsEntry("x-whole", "true")
        .containsEntry("x-krakend", "Version 2");
    assertThat(backends.last().headers().get("user-agent")).isEqualTo("KrakenD Version 2");
  }

  @Test
  void hosts_and_durations_are_understood_or_refused() {
    assertThat(GoDuration.parse("1h30m")).hasMinutes(90);
    assertThat(GoDuration.parse("1.5ms")).hasNanos(1_500_000);
    assertThat(GoDuration.parse("2us")).hasNanos(2000);
    assertThat(GoDuration.parse("0")).hasNanos(0);
    for (String broken : new String[] {"", "1", "s", "1x", "1..2s", "-1s", "1 s"}) {
      assertThat(GoDuration.parse(broken)).as(broken).isNull();
    }
    assertThat(HostText.refusal("http://a.test:8080/x")).isNull();
    assertThat(HostText.refusal("[::1]:80")).isNull();
    assertThat(HostText.refusal("ftp://a")).isEqualTo("invalid host: ftp://a");
    assertThatThrownBy(() -> start(Endpoints.one("/a", "'host':['a b']", "")))
        .hasMessage("invalid host: a b");
  }

  private String ask1(String path, String members) {
    return Replies.text(ask(Endpoints.one(path, members, ""), "/"));
  }

  private Reply ask(String config, String target) {
    return start(config).access(FakeExchange.get(target));
  }

  private PluginHandler start(String config) {
    return gateway.start(new CompositionPlugin(), config);
  }
}
