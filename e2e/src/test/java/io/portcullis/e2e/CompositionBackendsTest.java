package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.upstream.ScriptedServer;
import io.portcullis.e2e.wire.WireAnswer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the composition plugin treats its backends, in a whole gateway. */
final class CompositionBackendsTest {
  @TempDir private static Path folder;

  private static ComposedGateway composed;

  @BeforeAll
  static void start() throws Exception {
    composed = ComposedGateway.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    composed.close();
  }

  @Test
  @DisplayName("B49 B30 late and dead backends leave a part of the answer")
  void late_and_dead_backends_leave_a_part_of_the_answer() throws Exception {
    composed.backend.holds("/held").json("/fast", "{'fast':true}");
    composed.route(
        "/semi-slow",
        "'timeout':'400ms','backend':["
            + ComposedGateway.part(composed.backend, "/held", "")
            + ","
            + ComposedGateway.part(composed.backend, "/fast", "")
            + ",{'host':['127.0.0.1:"
            + composed.deadPort
            + "'],'url_pattern':'/'}]");

    WireAnswer answer = composed.get("/semi-slow");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"fast\":true}");
    assertThat(answer.header("X-Krakend-Completed")).containsExactly("false");
  }

  @Test
  @DisplayName("B49 B27 B31 a single late or dead backend is 500")
  void a_single_late_or_dead_backend_is_500() throws Exception {
    composed.backend.holds("/held");
    composed.route(
        "/slow",
        "'timeout':'200ms','return_error_msg':true,'backend':["
            + ComposedGateway.part(composed.backend, "/held", "")
            + "]");
    composed.route(
        "/dead", "'backend':[{'host':['127.0.0.1:" + composed.deadPort + "'],'url_pattern':'/'}]");

    assertThat(composed.get("/slow").status()).isEqualTo(500);
    assertThat(composed.get("/slow").text()).isEqualTo("context deadline exceeded");
    WireAnswer dead = composed.get("/dead");
    assertThat(dead.status()).isEqualTo(500);
    assertThat(dead.body()).isEmpty();
    assertThat(dead.header("X-Krakend-Completed")).containsExactly("false");
  }

  @Test
  @DisplayName("B17 B18 no-op passes status, headers, bodies and uploads")
  void no_op_passes_everything() throws Exception {
    composed.backend.answers(
        "/status", 418, "<h1>teapot</h1>", "Content-Type", "text/html", "Set-Cookie", "a=b");
    composed.route(
        "/no-op",
        "'output_encoding':'no-op','backend':["
            + ComposedGateway.part(composed.backend, "/status", "")
            + "]");
    byte[] upload = new byte[1 << 20];
    upload[5] = 7;

    WireAnswer answer =
        composed.proxied("POST", "/no-op", upload, Map.entry("Content-Type", "x/y"));

    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.text()).isEqualTo("<h1>teapot</h1>");
    assertThat(answer.header("Set-Cookie")).containsExactly("a=b");
    assertThat(answer.header("Content-Type")).containsExactly("text/html");
    assertThat(answer.header("X-Krakend-Completed")).containsExactly("false");
    ScriptedServer.Received received =
        composed.backend.received().stream()
            .filter(request -> request.target().equals("/status"))
            .findFirst()
            .orElseThrow();
    assertThat(received.method()).isEqualTo("POST");
    assertThat(received.body()).isEqualTo(upload);
    assertThat(received.headers().getFirst("Content-Type")).isEqualTo("x/y");
  }

  @Test
  @DisplayName("B34 B35 B3 backends get what is listed and nothing else")
  void backends_get_what_is_listed_and_nothing_else() throws Exception {
    composed.backend.json("/zero", "{'a':1}").json("/listed", "{'a':1}");
    composed.route(
        "/zero-trust", "'backend':[" + ComposedGateway.part(composed.backend, "/zero", "") + "]");
    composed.route(
        "/known",
        "'input_headers':['accept','X-Known'],'input_query_strings':['q','a[]'],'backend':["
            + ComposedGateway.part(composed.backend, "/listed", "")
            + "]");

    for (String path : List.of("/zero-trust", "/known")) {
      composed.proxied(
          "GET",
          path + "?q=1&Q=2&a[]=3&z=4",
          new byte[0],
          Map.entry("Accept", "a/b"),
          Map.entry("x-known", "1"),
          Map.entry("Cookie", "c=d"),
          Map.entry("Authorization", "secret"));
    }

    ScriptedServer.Received zero = composed.received("/zero");
    assertThat(zero.target()).isEqualTo("/zero");
    assertThat(zero.headers().keySet())
        .containsExactlyInAnyOrder(
            "Host", "User-agent", "Accept-encoding", "X-forwarded-for", "X-forwarded-host");
    ScriptedServer.Received listed = composed.received("/listed");
    assertThat(listed.target()).isEqualTo("/listed?a%5B%5D=3&q=1");
    assertThat(listed.headers().getFirst("Accept")).isEqualTo("a/b");
    assertThat(listed.headers().getFirst("X-Known")).isEqualTo("1");
    assertThat(listed.headers()).doesNotContainKeys("Cookie", "Authorization");
  }

  @Test
  @DisplayName("B29 redirects are followed to other hosts")
  void redirects_are_followed() throws Exception {
    composed.backend.answers("/moved", 302, "", "Location", composed.other.url() + "/here?x=1");
    composed.other.json("/here", "{'here':true}");
    composed.route(
        "/moved", "'backend':[" + ComposedGateway.part(composed.backend, "/moved", "") + "]");

    assertThat(composed.get("/moved").text()).isEqualTo("{\"here\":true}");
  }

  @Test
  void ten_megabytes_pass_and_more_than_the_limit_does_not() throws Exception {
    String large = "{\"a\":\"" + "x".repeat(10 << 20) + "\"}";
    composed.backend.answers("/large", 200, large).json("/small", "{'b':1}");
    String both =
        "'timeout':'30s','backend':["
            + ComposedGateway.part(composed.backend, "/large", "")
            + ","
            + ComposedGateway.part(composed.backend, "/small", "")
            + "]";
    composed.route("/large", both);
    composed.route("/limited", "'max_body_size':1000000," + both);

    WireAnswer whole = composed.get("/large");
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.body()).hasSize(large.length() + ",\"b\":1".length());
    for (int i = 0; i < 5; i++) {
      assertThat(composed.get("/limited").text()).isEqualTo("{\"b\":1}");
    }
  }

  @Test
  void a_host_may_be_an_upstream() throws Exception {
    composed.backend.json("/who", "{'who':'one'}");
    composed.other.json("/who", "{'who':'two'}");
    AdminCall.create(composed.gateway, "/upstreams", "name=who.internal");
    for (ScriptedServer server : List.of(composed.backend, composed.other)) {
      AdminCall.create(
          composed.gateway, "/upstreams/who.internal/targets", "target=127.0.0.1:" + server.port());
    }
    composed.route("/who", "'backend':[{'host':['who.internal'],'url_pattern':'/who'}]");

    assertThat(
            List.of(
                composed.get("/who").text(),
                composed.get("/who").text(),
                composed.get("/who").text(),
                composed.get("/who").text()))
        .contains("{\"who\":\"one\"}", "{\"who\":\"two\"}");
  }

  @Test
  @DisplayName("B53 B51 B50 backends are spared and raced")
  void backends_are_spared_and_raced() throws Exception {
    composed.route(
        "/cb",
        "'return_error_msg':true,'backend':["
            + ComposedGateway.part(
                composed.backend,
                "/fails",
                "'circuit_breaker':{'interval':60,'max_errors':2,'timeout':600}")
            + "]");
    composed.route(
        "/race",
        "'concurrent_calls':3,'backend':["
            + ComposedGateway.part(composed.backend, "/raced", "")
            + "]");
    composed.backend.json("/raced", "{'won':true}");

    for (int i = 0; i < 3; i++) {
      assertThat(composed.get("/cb").text()).startsWith("invalid status code 404 [GET /fails]");
    }
    assertThat(composed.get("/cb").text()).isEqualTo("circuit breaker is open");
    assertThat(composed.get("/race").text()).isEqualTo("{\"won\":true}");
  }

  @Test
  @DisplayName("B40 B41 B42 B43 B44 modifiers change requests and answers")
  void modifiers_change_requests_and_answers() throws Exception {
    composed
        .backend
        .answers("/modified", 200, "plain", "User-Agent", "server")
        .json("/filtered", "{'a':1}")
        .json("/grouped", "{'a':1}");
    composed.route(
        "/header.Modifier",
        "'output_encoding':'no-op','backend':["
            + ComposedGateway.part(
                composed.backend,
                "/modified",
                "'martian':{'header.Modifier':{'scope':['request','response'],"
                    + "'name':'User-Agent','value':'Late-Night-Commander v2.3'}}")
            + "]");
    composed.route(
        "/body.Modifier",
        "'backend':["
            + ComposedGateway.part(
                composed.backend,
                "/modified",
                "'martian':{'body.Modifier':{'@comment':'sends you rock',"
                    + "'scope':['request','response'],'body':'eyJtc2ciOiJ5b3Ugcm9jayEifQ=='}}")
            + "]");
    composed.route(
        "/header.RegexFilter",
        "'input_headers':['X-App-Version'],'backend':["
            + ComposedGateway.part(
                composed.backend,
                "/filtered",
                "'martian':{'header.RegexFilter':{'scope':['request'],'header':'X-App-Version',"
                    + "'regex':'.*-(alpha|beta|preview)$','modifier':{'querystring.Modifier':"
                    + "{'name':'testing','value':'1'}}}}")
            + "]");
    composed.route(
        "/fifo.Group",
        "'output_encoding':'no-op','backend':["
            + ComposedGateway.part(
                composed.backend,
                "/grouped",
                "'martian':{'fifo.Group':{'scope':['request','response'],'aggregateErrors':true,"
                    + "'modifiers':[{'body.Modifier':{'scope':['request'],"
                    + "'body':'eyJtc2ciOiJ5b3Ugcm9jayEifQ=='}},{'header.Modifier':"
                    + "{'scope':['request','response'],'name':'X-Additional','value':'true'}}]}}")
            + "]");

    assertThat(composed.get("/header.Modifier").header("User-Agent"))
        .containsExactly("Late-Night-Commander v2.3");
    assertThat(composed.received("/modified").headers().getFirst("User-Agent"))
        .isEqualTo("Late-Night-Commander v2.3");
    assertThat(composed.get("/body.Modifier").text()).isEqualTo("{\"msg\":\"you rock!\"}");
    composed.proxied(
        "GET", "/header.RegexFilter", new byte[0], Map.entry("x-app-version", "2.0-preview"));
    assertThat(composed.received("/filtered").target()).isEqualTo("/filtered?testing=1");
    assertThat(composed.get("/fifo.Group").header("X-Additional")).containsExactly("true");
    assertThat(composed.received("/grouped").headers().getFirst("X-Additional")).isEqualTo("true");
    assertThat(new String(composed.received("/grouped").body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"msg\":\"you rock!\"}");
  }

  @Test
  @DisplayName("B48 answers are cached as a modifier says")
  void answers_are_cached_as_a_modifier_says() throws Exception {
    composed.backend.json("/cached", "{'a':1}");
    composed.route(
        "/two",
        "'backend':["
            + ComposedGateway.part(
                composed.backend,
                "/cached",
                "'http_cache':{'shared':true},'martian':{'header.Modifier':"
                    + "{'scope':['response'],'name':'Cache-Control',"
                    + "'value':'max-age=3600, public'}}")
            + "]");

    for (int i = 0; i < 3; i++) {
      assertThat(composed.get("/two").text()).isEqualTo("{\"a\":1}");
    }
    assertThat(composed.backend.received())
        .filteredOn(request -> request.target().equals("/cached"))
        .hasSize(1);
  }
}
