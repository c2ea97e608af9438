package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.ScriptedServer;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The composition plugin in a whole gateway, with backends that answer over connections. */
final class CompositionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final AtomicInteger ROUTES = new AtomicInteger();

  @TempDir private static Path folder;

  private static ScriptedServer backend;
  private static ScriptedServer other;
  private static GatewayProcess gateway;
  private static int deadPort;

  @BeforeAll
  static void start() throws Exception {
    backend = ScriptedServer.start();
    other = ScriptedServer.start();
    deadPort = GatewayProcess.freePort();
    gateway = GatewayProcess.start(folder, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    backend.close();
    other.close();
  }

  @Test
  @DisplayName("B4 B16 B36 B37 one call aggregates several backends")
  void one_call_aggregates_several_backends() throws Exception {
    backend.json("/users/7", "{'name':'alice','secret':'x'}");
    other.json("/orders", "[{'id':1},{'id':2}]");
    route(
        "~/agg/(?<id>[^/]+)$",
        "'cache_ttl':'1h','backend':["
            + part(backend, "/users/{id}", "'allow':['name'],'group':'user'")
            + ","
            + part(
                other,
                "/orders?user={id}",
                "'is_collection':true,'mapping':{'collection':'orders'}")
            + "]");

    WireAnswer answer = get("/agg/7");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo("{\"orders\":[{\"id\":1},{\"id\":2}],\"user\":{\"name\":\"alice\"}}");
    assertThat(answer.header("X-Krakend-Completed")).containsExactly("true");
    assertThat(answer.header("Cache-Control")).containsExactly("public, max-age=3600");
    assertThat(other.received()).anyMatch(request -> request.target().equals("/orders?user=7"));
  }

  @Test
  @DisplayName("the example of the documentation works as it stands")
  void the_example_of_the_documentation_works() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "plugins", "composition.md"));
    Matcher example =
        Pattern.compile("-d '(\\{\\s*\"name\".*?\\n})'", Pattern.DOTALL).matcher(page);
    assertThat(example.find()).isTrue();
    backend.json("/v1/users/8", "{'name':'bob','email':'b@x','age':1}");
    other.json("/orders", "[]");
    AdminCall.create(gateway, "/routes", "name=user&paths[]=" + encoded("~/users/(?<id>[^/]+)$"));
    WireAnswer made =
        post(
            "/routes/user/plugins",
            example
                .group(1)
                .replace("http://users.internal", backend.url())
                .replace("http://orders.internal", other.url()));
    assertThat(made.status()).as(made.text()).isEqualTo(201);

    assertThat(get("/users/8").text())
        .isEqualTo("{\"orders\":[],\"user\":{\"email\":\"b@x\",\"name\":\"bob\"}}");
  }

  @Test
  @DisplayName("B49 B30 late and dead backends leave a part of the answer")
  void late_and_dead_backends_leave_a_part_of_the_answer() throws Exception {
    backend.holds("/held").json("/fast", "{'fast':true}");
    route(
        "/semi-slow",
        "'timeout':'400ms','backend':["
            + part(backend, "/held", "")
            + ","
            + part(backend, "/fast", "")
            + ",{'host':['127.0.0.1:"
            + deadPort
            + "'],'url_pattern':'/'}]");

    WireAnswer answer = get("/semi-slow");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"fast\":true}");
    assertThat(answer.header("X-Krakend-Completed")).containsExactly("false");
  }

  @Test
  @DisplayName("B49 B27 B31 a single late or dead backend is 500")
  void a_single_late_or_dead_backend_is_500() throws Exception {
    backend.holds("/held");
    route(
        "/slow",
        "'timeout':'200ms','return_error_msg':true,'backend':[" + part(backend, "/held", "") + "]");
    route("/dead", "'backend':[{'host':['127.0.0.1:" + deadPort + "'],'url_pattern':'/'}]");

    assertThat(get("/slow").status()).isEqualTo(500);
    assertThat(get("/slow").text()).isEqualTo("context deadline exceeded");
    WireAnswer dead = get("/dead");
    assertThat(dead.status()).isEqualTo(500);
    assertThat(dead.body()).isEmpty();
    assertThat(dead.header("X-Krakend-Completed")).containsExactly("false");
  }

  @Test
  @DisplayName("B19 a chain uses earlier answers")
  void a_chain_uses_earlier_answers() throws Exception {
    backend.json("/hotels/1.json", "{'calendar_id':'c-1'}");
    other.json("/calendar/c-1.json", "{'days':[1,2]}");
    String chain = "'endpoint':'/hotel/{id}','sequential':true,'backend':[";
    route(
        "~/hotel/[^/]+$",
        chain
            + part(backend, "/hotels/{id}.json", "")
            + ","
            + part(other, "/calendar/{resp0_calendar_id}.json", "")
            + "]");
    route(
        "/hotel/failing/",
        (chain.replace("/hotel/", "/hotel/failing/"))
            + part(backend, "/hotels/{id}.json", "")
            + ","
            + part(other, "/calendar/{resp0_unexisting_field}.json", "")
            + "]");

    assertThat(get("/hotel/1").text()).isEqualTo("{\"calendar_id\":\"c-1\",\"days\":[1,2]}");
    WireAnswer failing = get("/hotel/failing/1");
    assertThat(failing.text()).isEqualTo("{\"calendar_id\":\"c-1\"}");
    assertThat(failing.header("X-Krakend-Completed")).containsExactly("false");
  }

  @Test
  @DisplayName("B17 B18 no-op passes status, headers, bodies and uploads")
  void no_op_passes_everything() throws Exception {
    backend.answers(
        "/status", 418, "<h1>teapot</h1>", "Content-Type", "text/html", "Set-Cookie", "a=b");
    route("/no-op", "'output_encoding':'no-op','backend':[" + part(backend, "/status", "") + "]");
    byte[] upload = new byte[1 << 20];
    upload[5] = 7;

    WireAnswer answer = proxied("POST", "/no-op", upload, Map.entry("Content-Type", "x/y"));

    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.text()).isEqualTo("<h1>teapot</h1>");
    assertThat(answer.header("Set-Cookie")).containsExactly("a=b");
    assertThat(answer.header("Content-Type")).containsExactly("text/html");
    assertThat(answer.header("X-Krakend-Completed")).containsExactly("false");
    ScriptedServer.Received received =
        backend.received().stream()
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
    backend.json("/zero", "{'a':1}").json("/listed", "{'a':1}");
    route("/zero-trust", "'backend':[" + part(backend, "/zero", "") + "]");
    route(
        "/known",
        "'input_headers':['accept','X-Known'],'input_query_strings':['q','a[]'],'backend':["
            + part(backend, "/listed", "")
            + "]");

    for (String path : List.of("/zero-trust", "/known")) {
      proxied(
          "GET",
          path + "?q=1&Q=2&a[]=3&z=4",
          new byte[0],
          Map.entry("Accept", "a/b"),
          Map.entry("x-known", "1"),
          Map.entry("Cookie", "c=d"),
          Map.entry("Authorization", "secret"));
    }

    ScriptedServer.Received zero = received("/zero");
    assertThat(zero.target()).isEqualTo("/zero");
    assertThat(zero.headers().keySet())
        .containsExactlyInAnyOrder(
            "Host", "User-agent", "Accept-encoding", "X-forwarded-for", "X-forwarded-host");
    ScriptedServer.Received listed = received("/listed");
    assertThat(listed.target()).isEqualTo("/listed?a%5B%5D=3&q=1");
    assertThat(listed.headers().getFirst("Accept")).isEqualTo("a/b");
    assertThat(listed.headers().getFirst("X-Known")).isEqualTo("1");
    assertThat(listed.headers()).doesNotContainKeys("Cookie", "Authorization");
  }

  @Test
  @DisplayName("B29 redirects are followed to other hosts")
  void redirects_are_followed() throws Exception {
    backend.answers("/moved", 302, "", "Location", other.url() + "/here?x=1");
    other.json("/here", "{'here':true}");
    route("/moved", "'backend':[" + part(backend, "/moved", "") + "]");

    assertThat(get("/moved").text()).isEqualTo("{\"here\":true}");
  }

  @Test
  void ten_megabytes_pass_and_more_than_the_limit_does_not() throws Exception {
    String large = "{\"a\":\"" + "x".repeat(10 << 20) + "\"}";
    backend.answers("/large", 200, large).json("/small", "{'b':1}");
    String both =
        "'timeout':'30s','backend':["
            + part(backend, "/large", "")
            + ","
            + part(backend, "/small", "")
            + "]";
    route("/large", both);
    route("/limited", "'max_body_size':1000000," + both);

    WireAnswer whole = get("/large");
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.body()).hasSize(large.length() + ",\"b\":1".length());
    for (int i = 0; i < 5; i++) {
      assertThat(get("/limited").text()).isEqualTo("{\"b\":1}");
    }
  }

  @Test
  void a_host_may_be_an_upstream() throws Exception {
    backend.json("/who", "{'who':'one'}");
    other.json("/who", "{'who':'two'}");
    AdminCall.create(gateway, "/upstreams", "name=who.internal");
    for (ScriptedServer server : List.of(backend, other)) {
      AdminCall.create(
          gateway, "/upstreams/who.internal/targets", "target=127.0.0.1:" + server.port());
    }
    route("/who", "'backend':[{'host':['who.internal'],'url_pattern':'/who'}]");

    assertThat(
            List.of(get("/who").text(), get("/who").text(), get("/who").text(), get("/who").text()))
        .contains("{\"who\":\"one\"}", "{\"who\":\"two\"}");
  }

  @Test
  @DisplayName("B46 claims of a verified token go into the URL")
  void claims_of_a_verified_token_go_into_the_url() throws Exception {
    backend.json("/mine/u-1", "{'mine':true}");
    AdminCall.create(gateway, "/consumers", "username=alice");
    AdminCall.create(gateway, "/consumers/alice/jwt", "key=k&secret=s3");
    String name = route("/mine", "'backend':[" + part(backend, "/mine/{JWT.sub}", "") + "]");
    AdminCall.create(gateway, "/routes/" + name + "/plugins", "name=jwt");

    assertThat(get("/mine").status()).isEqualTo(401);
    WireAnswer answer =
        proxied(
            "GET",
            "/mine",
            new byte[0],
            Map.entry("Authorization", "Bearer " + token("{\"iss\":\"k\",\"sub\":\"u-1\"}", "s3")));
    assertThat(answer.text()).isEqualTo("{\"mine\":true}");
  }

  @Test
  @DisplayName("B24 B23 B25 clients get the encoding that is configured or accepted")
  void clients_get_the_encoding_that_is_configured_or_accepted() throws Exception {
    backend.json("/list", "[1]").answers("/page", 200, "<p>");
    route(
        "/negotiate",
        "'output_encoding':'negotiate','backend':["
            + part(backend, "/list", "'is_collection':true")
            + "]");
    route(
        "/bare",
        "'output_encoding':'json-collection','backend':["
            + part(backend, "/list", "'is_collection':true")
            + "]");
    route(
        "/page",
        "'output_encoding':'string','backend':["
            + part(backend, "/page", "'encoding':'string'")
            + "]");

    assertThat(get("/bare").text()).isEqualTo("[1]");
    assertThat(get("/page").text()).isEqualTo("<p>");
    assertThat(get("/negotiate").text()).isEqualTo("{\"collection\":[1]}");
    assertThat(accepting("/negotiate", "application/xml").text())
        .isEqualTo("<doc><collection>1</collection></doc>");
    WireAnswer yaml = accepting("/negotiate", "text/plain");
    assertThat(yaml.text()).isEqualTo("collection:\n    - 1\n");
    assertThat(yaml.header("Content-Type")).containsExactly("application/yaml; charset=utf-8");
  }

  @Test
  @DisplayName("B53 B51 B50 backends are spared and raced")
  void backends_are_spared_and_raced() throws Exception {
    route(
        "/cb",
        "'return_error_msg':true,'backend':["
            + part(
                backend, "/fails", "'circuit_breaker':{'interval':60,'max_errors':2,'timeout':600}")
            + "]");
    route("/race", "'concurrent_calls':3,'backend':[" + part(backend, "/raced", "") + "]");
    backend.json("/raced", "{'won':true}");

    for (int i = 0; i < 3; i++) {
      assertThat(get("/cb").text()).startsWith("invalid status code 404 [GET /fails]");
    }
    assertThat(get("/cb").text()).isEqualTo("circuit breaker is open");
    assertThat(get("/race").text()).isEqualTo("{\"won\":true}");
  }

  @Test
  @DisplayName("B40 B41 B42 B43 B44 modifiers change requests and answers")
  void modifiers_change_requests_and_answers() throws Exception {
    backend
        .answers("/modified", 200, "plain", "User-Agent", "server")
        .json("/filtered", "{'a':1}")
        .json("/grouped", "{'a':1}");
    route(
        "/header.Modifier",
        "'output_encoding':'no-op','backend':["
            + part(
                backend,
                "/modified",
                "'martian':{'header.Modifier':{'scope':['request','response'],"
                    + "'name':'User-Agent','value':'Late-Night-Commander v2.3'}}")
            + "]");
    route(
        "/body.Modifier",
        "'backend':["
            + part(
                backend,
                "/modified",
                "'martian':{'body.Modifier':{'@comment':'sends you rock',"
                    + "'scope':['request','response'],'body':'eyJtc2ciOiJ5b3Ugcm9jayEifQ=='}}")
            + "]");
    route(
        "/header.RegexFilter",
        "'input_headers':['X-App-Version'],'backend':["
            + part(
                backend,
                "/filtered",
                "'martian':{'header.RegexFilter':{'scope':['request'],'header':'X-App-Version',"
                    + "'regex':'.*-(alpha|beta|preview)$','modifier':{'querystring.Modifier':"
                    + "{'name':'testing','value':'1'}}}}")
            + "]");
    route(
        "/fifo.Group",
        "'output_encoding':'no-op','backend':["
            + part(
                backend,
                "/grouped",
                "'martian':{'fifo.Group':{'scope':['request','response'],'aggregateErrors':true,"
                    + "'modifiers':[{'body.Modifier':{'scope':['request'],"
                    + "'body':'eyJtc2ciOiJ5b3Ugcm9jayEifQ=='}},{'header.Modifier':"
                    + "{'scope':['request','response'],'name':'X-Additional','value':'true'}}]}}")
            + "]");

    assertThat(get("/header.Modifier").header("User-Agent"))
        .containsExactly("Late-Night-Commander v2.3");
    assertThat(received("/modified").headers().getFirst("User-Agent"))
        .isEqualTo("Late-Night-Commander v2.3");
    assertThat(get("/body.Modifier").text()).isEqualTo("{\"msg\":\"you rock!\"}");
    proxied("GET", "/header.RegexFilter", new byte[0], Map.entry("x-app-version", "2.0-preview"));
    assertThat(received("/filtered").target()).isEqualTo("/filtered?testing=1");
    assertThat(get("/fifo.Group").header("X-Additional")).containsExactly("true");
    assertThat(received("/grouped").headers().getFirst("X-Additional")).isEqualTo("true");
    assertThat(new String(received("/grouped").body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"msg\":\"you rock!\"}");
  }

  @Test
  @DisplayName("B32 B33 B31 B27 errors are told as far as they are configured")
  void errors_are_told_as_far_as_they_are_configured() throws Exception {
    backend.json("/works", "{'works':true}").answers("/html", 200, "<html>");
    route("/hidden", "'backend':[" + part(backend, "/nope", "") + "]");
    route(
        "/details",
        "'backend':["
            + part(backend, "/nope", "'return_error_details':'error_from_google'")
            + ","
            + part(backend, "/works", "")
            + "]");
    route(
        "/preserve-404", "'backend':[" + part(backend, "/nope", "'return_error_code':true") + "]");
    route(
        "/interpretation-bad-encoding",
        "'return_error_msg':true,'backend':[" + part(backend, "/html", "") + "]");

    assertThat(get("/hidden").status()).isEqualTo(500);
    assertThat(get("/hidden").body()).isEmpty();
    WireAnswer details = get("/details");
    assertThat(details.status()).isEqualTo(200);
    assertThat(details.text())
        .isEqualTo(
            "{\"error_error_from_google\":{\"http_body\":\"not here\",\"http_status_code\":404},"
                + "\"works\":true}");
    assertThat(details.header("X-Krakend-Completed")).containsExactly("false");
    assertThat(get("/preserve-404").status()).isEqualTo(404);
    assertThat(get("/preserve-404").body()).isEmpty();
    WireAnswer unreadable = get("/interpretation-bad-encoding");
    assertThat(unreadable.status()).isEqualTo(500);
    assertThat(unreadable.text()).startsWith("not JSON: ");
    assertThat(unreadable.header("Content-Type")).containsExactly("text/plain; charset=utf-8");
  }

  @Test
  @DisplayName("B38 B39 B20 B22 B26 answers are flattened and written as XML")
  void answers_are_flattened_and_written_as_xml() throws Exception {
    backend
        .json("/user.json", "{'status':1,'data':{'user':{'name':'a','city':'x'}}}")
        .json("/numbers.json", "{'numerals':[{'numeral':0},{'numeral':1,'spanish':'uno'}]}")
        .json("/index.php", "[1,2]");
    route(
        "/flatmap/object",
        "'backend':["
            + part(
                backend,
                "/user.json",
                "'flatmap_filter':[{'type':'move','args':['data.user','details']},"
                    + "{'type':'move','args':['details.name','name']},"
                    + "{'type':'del','args':['status','data']}]")
            + "]");
    route(
        "/flatmap/collection",
        "'output_encoding':'xml','backend':["
            + part(
                backend,
                "/numbers.json",
                "'flatmap_filter':[{'type':'del','args':['numerals.0']},"
                    + "{'type':'move','args':['numerals.*.numeral','numerals.*.number']},"
                    + "{'type':'del','args':['numerals.*.spanish']},"
                    + "{'type':'move','args':['numerals','numbers']}]")
            + "]");
    route(
        "/safe-collection",
        "'backend':["
            + part(
                backend,
                "/index.php?collection=true",
                "'encoding':'safejson','mapping':{'collection':'SOMETHING_ELSE'}")
            + "]");

    assertThat(get("/flatmap/object").text())
        .isEqualTo("{\"details\":{\"city\":\"x\"},\"name\":\"a\"}");
    WireAnswer xml = get("/flatmap/collection");
    assertThat(xml.text()).isEqualTo("<doc><numbers><number>1</number></numbers></doc>");
    assertThat(xml.header("Content-Type")).containsExactly("application/xml");
    assertThat(get("/safe-collection").text()).isEqualTo("{\"SOMETHING_ELSE\":[1,2]}");
    assertThat(received("/index.php").target()).isEqualTo("/index.php?collection=true");
  }

  @Test
  @DisplayName("B48 answers are cached as a modifier says")
  void answers_are_cached_as_a_modifier_says() throws Exception {
    backend.json("/cached", "{'a':1}");
    route(
        "/two",
        "'backend':["
            + part(
                backend,
                "/cached",
                "'http_cache':{'shared':true},'martian':{'header.Modifier':"
                    + "{'scope':['response'],'name':'Cache-Control',"
                    + "'value':'max-age=3600, public'}}")
            + "]");

    for (int i = 0; i < 3; i++) {
      assertThat(get("/two").text()).isEqualTo("{\"a\":1}");
    }
    assertThat(backend.received())
        .filteredOn(request -> request.target().equals("/cached"))
        .hasSize(1);
  }

  @Test
  void wrong_configurations_are_refused() throws Exception {
    AdminCall.create(gateway, "/routes", "name=wrong&paths[]=/wrong");
    Map<String, String> refused =
        Map.of(
            "'backend':[]",
            "length must be at least 1",
            "'timeout':'5','backend':[" + part(backend, "/", "") + "]",
            "invalid duration: 5",
            "'endpoint':'/a/{b}','backend':[" + part(backend, "/{c}", "") + "]",
            "undefined output param 'c'! endpoint: /a/{b}",
            "'backend':[" + part(backend, "/", "'martian':{}") + "]",
            "parse: expected one modifier, received 0",
            "'backend':[" + part(backend, "/", "'encodin':'json'") + "]",
            "unknown field",
            "'output_encoding':'no-op','backend':["
                + part(backend, "/", "")
                + ","
                + part(backend, "/", "")
                + "]",
            "can not use NoOp encoding with more than one backends connected to the same endpoint");
    for (Map.Entry<String, String> wrong : refused.entrySet()) {
      WireAnswer answer = post("/routes/wrong/plugins", plugin(wrong.getKey()));
      assertThat(answer.status()).as(wrong.getKey()).isEqualTo(400);
      assertThat(answer.text()).contains(wrong.getValue());
    }
  }

  private static ScriptedServer.Received received(String path) {
    return backend.received().stream()
        .filter(request -> request.target().split("\\?")[0].equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static String part(ScriptedServer server, String pattern, String members) {
    return "{'host':['"
        + server.url()
        + "'],'url_pattern':'"
        + pattern
        + "'"
        + (members.isEmpty() ? "" : "," + members)
        + "}";
  }

  private static String plugin(String config) {
    return ("{'name':'composition','config':{" + config + "}}").replace('\'', '"');
  }

  /** Makes a route with the plugin; answers its name. */
  private static String route(String path, String config) throws IOException {
    String name = "r" + ROUTES.incrementAndGet();
    AdminCall.create(gateway, "/routes", "name=" + name + "&paths[]=" + encoded(path));
    WireAnswer made = post("/routes/" + name + "/plugins", plugin(config));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return name;
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static WireAnswer post(String path, String json) throws IOException {
    try (WireConnection admin = WireConnection.open(gateway.adminPort(), AdminCall.TIMEOUT)) {
      return admin.exchange(
          request(
              "POST",
              path,
              gateway.adminPort(),
              json.getBytes(StandardCharsets.UTF_8),
              Map.entry("Content-Type", "application/json")));
    }
  }

  private static WireAnswer get(String target) throws IOException {
    return proxied("GET", target, new byte[0]);
  }

  private static WireAnswer accepting(String target, String type) throws IOException {
    return proxied("GET", target, new byte[0], Map.entry("Accept", type));
  }

  @SafeVarargs
  private static WireAnswer proxied(
      String method, String target, byte[] body, Map.Entry<String, String>... headers)
      throws IOException {
    try (WireConnection proxy = WireConnection.open(gateway.proxyPort(), PATIENCE)) {
      return proxy.exchange(request(method, target, gateway.proxyPort(), body, headers));
    }
  }

  @SafeVarargs
  private static WireRequest request(
      String method, String target, int port, byte[] body, Map.Entry<String, String>... headers) {
    List<Map.Entry<String, String>> lines = new java.util.ArrayList<>();
    lines.add(Map.entry("Host", "127.0.0.1:" + port));
    lines.addAll(List.of(headers));
    if (body.length > 0) {
      lines.add(Map.entry("Content-Length", Integer.toString(body.length)));
    }
    return new WireRequest(method, target, lines, body);
  }

  private static String token(String payload, String secret) throws Exception {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String signed =
        base64.encodeToString(
                "{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + '.'
            + base64.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return signed
        + '.'
        + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }
}
