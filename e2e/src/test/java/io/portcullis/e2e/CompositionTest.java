package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.wire.WireAnswer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the composition plugin answers, in a whole gateway with backends on connections. */
final class CompositionTest {
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
  @DisplayName("B4 B16 B36 B37 one call aggregates several backends")
  void one_call_aggregates_several_backends() throws Exception {
    composed.backend.json("/users/7", "{'name':'alice','secret':'x'}");
    composed.other.json("/orders", "[{'id':1},{'id':2}]");
    composed.route(
        "~/agg/(?<id>[^/]+)$",
        "'cache_ttl':'1h','backend':["
            + ComposedGateway.part(
                composed.backend, "/users/{id}", "'allow':['name'],'group':'user'")
            + ","
            + ComposedGateway.part(
                composed.other,
                "/orders?user={id}",
                "'is_collection':true,'mapping':{'collection':'orders'}")
            + "]");

    WireAnswer answer = composed.get("/agg/7");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo("{\"orders\":[{\"id\":1},{\"id\":2}],\"user\":{\"name\":\"alice\"}}");
    assertThat(answer.header("X-Krakend-Completed")).containsExactly("true");
    assertThat(answer.header("Cache-Control")).containsExactly("public, max-age=3600");
    assertThat(composed.other.received())
        .anyMatch(request -> request.target().equals("/orders?user=7"));
  }

  @Test
  @DisplayName("the example of the documentation works as it stands")
  void the_example_of_the_documentation_works() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "plugins", "composition.md"));
    Matcher example =
        Pattern.compile("-d '(\\{\\s*\"name\".*?\\n})'", Pattern.DOTALL).matcher(page);
    assertThat(example.find()).isTrue();
    composed.backend.json("/v1/users/8", "{'name':'bob','email':'b@x','age':1}");
    composed.other.json("/orders", "[]");
    AdminCall.create(
        composed.gateway,
        "/routes",
        "name=user&paths[]=" + ComposedGateway.encoded("~/users/(?<id>[^/]+)$"));
    WireAnswer made =
        composed.post(
            "/routes/user/plugins",
            example
                .group(1)
                .replace("http://users.internal", composed.backend.url())
                .replace("http://orders.internal", composed.other.url()));
    assertThat(made.status()).as(made.text()).isEqualTo(201);

    assertThat(composed.get("/users/8").text())
        .isEqualTo("{\"orders\":[],\"user\":{\"email\":\"b@x\",\"name\":\"bob\"}}");
  }

  @Test
  @DisplayName("B19 a chain uses earlier answers")
  void a_chain_uses_earlier_answers() throws Exception {
    composed.backend.json("/hotels/1.json", "{'calendar_id':'c-1'}");
    composed.other.json("/calendar/c-1.json", "{'days':[1,2]}");
    String chain = "'endpoint':'/hotel/{id}','sequential':true,'backend':[";
    composed.route(
        "~/hotel/[^/]+$",
        chain
            + ComposedGateway.part(composed.backend, "/hotels/{id}.json", "")
            + ","
            + ComposedGateway.part(composed.other, "/calendar/{resp0_calendar_id}.json", "")
            + "]");
    composed.route(
        "/hotel/failing/",
        (chain.replace("/hotel/", "/hotel/failing/"))
            + ComposedGateway.part(composed.backend, "/hotels/{id}.json", "")
            + ","
            + ComposedGateway.part(composed.other, "/calendar/{resp0_unexisting_field}.json", "")
            + "]");

    assertThat(composed.get("/hotel/1").text())
        .isEqualTo("{\"calendar_id\":\"c-1\",\"days\":[1,2]}");
    WireAnswer failing = composed.get("/hotel/failing/1");
    assertThat(failing.text()).isEqualTo("{\"calendar_id\":\"c-1\"}");
    assertThat(failing.header("X-Krakend-Completed")).containsExactly("false");
  }

  @Test
  @DisplayName("B46 claims of a verified token go into the URL")
  void claims_of_a_verified_token_go_into_the_url() throws Exception {
    composed.backend.json("/mine/u-1", "{'mine':true}");
    AdminCall.create(composed.gateway, "/consumers", "username=alice");
    AdminCall.create(composed.gateway, "/consumers/alice/jwt", "key=k&secret=s3");
    String name =
        composed.route(
            "/mine",
            "'backend':[" + ComposedGateway.part(composed.backend, "/mine/{JWT.sub}", "") + "]");
    AdminCall.create(composed.gateway, "/routes/" + name + "/plugins", "name=jwt");

    assertThat(composed.get("/mine").status()).isEqualTo(401);
    WireAnswer answer =
        composed.proxied(
            "GET",
            "/mine",
            new byte[0],
            Map.entry("Authorization", "Bearer " + token("{\"iss\":\"k\",\"sub\":\"u-1\"}", "s3")));
    assertThat(answer.text()).isEqualTo("{\"mine\":true}");
  }

  @Test
  @DisplayName("B24 B23 B25 clients get the encoding that is configured or accepted")
  void clients_get_the_encoding_that_is_configured_or_accepted() throws Exception {
    composed.backend.json("/list", "[1]").answers("/page", 200, "<p>");
    composed.route(
        "/negotiate",
        "'output_encoding':'negotiate','backend':["
            + ComposedGateway.part(composed.backend, "/list", "'is_collection':true")
            + "]");
    composed.route(
        "/bare",
        "'output_encoding':'json-collection','backend':["
            + ComposedGateway.part(composed.backend, "/list", "'is_collection':true")
            + "]");
    composed.route(
        "/page",
        "'output_encoding':'string','backend':["
            + ComposedGateway.part(composed.backend, "/page", "'encoding':'string'")
            + "]");

    assertThat(composed.get("/bare").text()).isEqualTo("[1]");
    assertThat(composed.get("/page").text()).isEqualTo("<p>");
    assertThat(composed.get("/negotiate").text()).isEqualTo("{\"collection\":[1]}");
    assertThat(composed.accepting("/negotiate", "application/xml").text())
        .isEqualTo("<doc><collection>1</collection></doc>");
    WireAnswer yaml = composed.accepting("/negotiate", "text/plain");
    assertThat(yaml.text()).isEqualTo("collection:\n- 1\n");
    assertThat(yaml.header("Content-Type")).containsExactly("application/yaml; charset=utf-8");
  }

  @Test
  @DisplayName("B32 B33 B31 B27 errors are told as far as they are configured")
  void errors_are_told_as_far_as_they_are_configured() throws Exception {
    composed.backend.json("/works", "{'works':true}").answers("/html", 200, "<html>");
    composed.route(
        "/hidden", "'backend':[" + ComposedGateway.part(composed.backend, "/nope", "") + "]");
    composed.route(
        "/details",
        "'backend':["
            + ComposedGateway.part(
                composed.backend, "/nope", "'return_error_details':'error_from_google'")
            + ","
            + ComposedGateway.part(composed.backend, "/works", "")
            + "]");
    composed.route(
        "/preserve-404",
        "'backend':["
            + ComposedGateway.part(composed.backend, "/nope", "'return_error_code':true")
            + "]");
    composed.route(
        "/interpretation-bad-encoding",
        "'return_error_msg':true,'backend':["
            + ComposedGateway.part(composed.backend, "/html", "")
            + "]");

    assertThat(composed.get("/hidden").status()).isEqualTo(500);
    assertThat(composed.get("/hidden").body()).isEmpty();
    WireAnswer details = composed.get("/details");
    assertThat(details.status()).isEqualTo(200);
    assertThat(details.text())
        .isEqualTo(
            "{\"error_error_from_google\":{\"http_status_code\":404,\"http_body\":\"not here\"},"
                + "\"works\":true}");
    assertThat(details.header("X-Krakend-Completed")).containsExactly("false");
    assertThat(composed.get("/preserve-404").status()).isEqualTo(404);
    assertThat(composed.get("/preserve-404").body()).isEmpty();
    WireAnswer unreadable = composed.get("/interpretation-bad-encoding");
    assertThat(unreadable.status()).isEqualTo(500);
    assertThat(unreadable.text()).startsWith("not JSON: ");
    assertThat(unreadable.header("Content-Type")).containsExactly("text/plain; charset=utf-8");
  }

  @Test
  @DisplayName("B38 B39 B20 B22 B26 answers are flattened and written as XML")
  void answers_are_flattened_and_written_as_xml() throws Exception {
    composed
        .backend
        .json("/user.json", "{'status':1,'data':{'user':{'name':'a','city':'x'}}}")
        .json("/numbers.json", "{'numerals':[{'numeral':0},{'numeral':1,'spanish':'uno'}]}")
        .json("/index.php", "[1,2]");
    composed.route(
        "/flatmap/object",
        "'backend':["
            + ComposedGateway.part(
                composed.backend,
                "/user.json",
                "'flatmap_filter':[{'type':'move','args':['data.user','details']},"
                    + "{'type':'move','args':['details.name','name']},"
                    + "{'type':'del','args':['status','data']}]")
            + "]");
    composed.route(
        "/flatmap/collection",
        "'output_encoding':'xml','backend':["
            + ComposedGateway.part(
                composed.backend,
                "/numbers.json",
                "'flatmap_filter':[{'type':'del','args':['numerals.0']},"
                    + "{'type':'move','args':['numerals.*.numeral','numerals.*.number']},"
                    + "{'type':'del','args':['numerals.*.spanish']},"
                    + "{'type':'move','args':['numerals','numbers']}]")
            + "]");
    composed.route(
        "/safe-collection",
        "'backend':["
            + ComposedGateway.part(
                composed.backend,
                "/index.php?collection=true",
                "'encoding':'safejson','mapping':{'collection':'SOMETHING_ELSE'}")
            + "]");

    assertThat(composed.get("/flatmap/object").text())
        .isEqualTo("{\"details\":{\"city\":\"x\"},\"name\":\"a\"}");
    WireAnswer xml = composed.get("/flatmap/collection");
    assertThat(xml.text()).isEqualTo("<doc><numbers><number>1</number></numbers></doc>");
    assertThat(xml.header("Content-Type")).containsExactly("application/xml");
    assertThat(composed.get("/safe-collection").text()).isEqualTo("{\"SOMETHING_ELSE\":[1,2]}");
    assertThat(composed.received("/index.php").target()).isEqualTo("/index.php?collection=true");
  }

  @Test
  void wrong_configurations_are_refused() throws Exception {
    AdminCall.create(composed.gateway, "/routes", "name=wrong&paths[]=/wrong");
    Map<String, String> refused =
        Map.of(
            "'backend':[]",
            "length must be at least 1",
            "'timeout':'5','backend':[" + ComposedGateway.part(composed.backend, "/", "") + "]",
            "invalid duration: 5",
            "'endpoint':'/a/{b}','backend':["
                + ComposedGateway.part(composed.backend, "/{c}", "")
                + "]",
            "undefined output param 'c'! endpoint: /a/{b}",
            "'backend':[" + ComposedGateway.part(composed.backend, "/", "'martian':{}") + "]",
            "parse: expected one modifier, received 0",
            "'backend':[" + ComposedGateway.part(composed.backend, "/", "'encodin':'json'") + "]",
            "unknown field",
            "'output_encoding':'no-op','backend':["
                + ComposedGateway.part(composed.backend, "/", "")
                + ","
                + ComposedGateway.part(composed.backend, "/", "")
                + "]",
            "can not use NoOp encoding with more than one backends connected to the same endpoint");
    for (Map.Entry<String, String> wrong : refused.entrySet()) {
      WireAnswer answer = composed.post("/routes/wrong/plugins", composed.plugin(wrong.getKey()));
      assertThat(answer.status()).as(wrong.getKey()).isEqualTo(400);
      assertThat(answer.text()).contains(wrong.getValue());
    }
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
