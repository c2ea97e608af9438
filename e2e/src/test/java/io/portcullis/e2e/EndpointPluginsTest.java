package io.portcullis.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.wire.WireAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The plugins for KrakenD's endpoints, before composed answers in a whole gateway. */
final class EndpointPluginsTest {
  private static final byte[] SECRET = "a-secret-of-the-identity-provider".getBytes(UTF_8);

  @TempDir private static Path folder;

  private static ComposedGateway composed;

  @BeforeAll
  static void start() throws Exception {
    composed = ComposedGateway.start(folder);
    composed
        .backend
        .json("/works", "{'works':true}")
        .json("/users/ann", "{'name':'Ann'}")
        .json(
            "/keys",
            "{'keys':[{'kty':'oct','kid':'k1','k':'"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET)
                + "'}]}");
  }

  @AfterAll
  static void stop() throws Exception {
    composed.close();
  }

  @Test
  @DisplayName("B51 B28 the router's limits are 429 for a client and 503 for all")
  void the_routers_limits_are_429_for_a_client_and_503_for_all() throws Exception {
    String route = endpoint("/r1", "/works");
    add(
        route,
        "token-bucket",
        "'client_max_rate':1,'client_capacity':5,'strategy':'header','key':'Authorization',"
            + "'max_rate':7,'every':'24h','capacity':7");

    List<Integer> alice = statuses("/r1", 7, "Authorization", "alice");
    List<Integer> bob = statuses("/r1", 3, "Authorization", "bob");
    WireAnswer nobody = composed.get("/r1");

    assertThat(alice).containsExactly(200, 200, 200, 200, 200, 429, 429);
    assertThat(bob).as("two are left of all").containsExactly(200, 200, 503);
    assertThat(nobody.status()).as("without the header").isEqualTo(429);
    assertThat(nobody.text()).isEmpty();
    assertThat(nobody.header("X-Krakend-Completed")).isEmpty();
    assertThat(nobody.header("RateLimit-Limit")).isEmpty();
    assertThat(nobody.header("Retry-After")).isEmpty();
  }

  @Test
  @DisplayName("B45 B28 a body that does not fit its schema is 400")
  void a_body_that_does_not_fit_its_schema_is_400() throws Exception {
    String route = endpoint("/user", "/works");
    add(
        route,
        "json-schema",
        "'return_error_msg':true,'response_headers':{'X-Krakend-Completed':'false'},"
            + "'schema':{'$schema':'http://json-schema.org/draft-07/schema',"
            + "'required':['name','age'],'properties':{'name':{'type':'string'},"
            + "'age':{'type':'number'},'pronoun':{'type':'string','enum':['she','he','they']}}}");

    WireAnswer refused = post("/user", "{'name':'Ann'}");
    WireAnswer empty = post("/user", "");

    assertThat(post("/user", "{'name':'Ann','age':7}").text()).isEqualTo("{\"works\":true}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).isEqualTo("- at '': missing property 'age'");
    assertThat(refused.header("X-Krakend-Completed")).containsExactly("false");
    assertThat(post("/user", "{'name':'Ann','age':7,'pronoun':'it'}").status()).isEqualTo(400);
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.text()).isEqualTo("could not validate an empty body");
    WireAnswer broken =
        composed.post(
            "/routes/" + route + "/plugins",
            "{\"name\":\"json-schema\",\"config\":{\"schema\":{\"type\":\"strin\"}}}");
    assertThat(broken.status()).as(broken.text()).isEqualTo(400);
  }

  @Test
  @DisplayName("B46 B28 tokens of an identity provider are 401, 403 or let in")
  void tokens_of_an_identity_provider_are_401_403_or_let_in() throws Exception {
    String route = endpoint("/mine", "/users/{JWT.sub}");
    add(
        route,
        "jwt-validator",
        "'alg':'HS256','jwk_url':'"
            + composed.backend.url()
            + "/keys','disable_jwk_security':true,'cache':true,'audience':['http://api.test'],"
            + "'issuer':'https://idp.test','roles_key':'roles','roles':['role_a','role_c']");
    String common = "\"aud\":\"http://api.test\",\"iss\":\"https://idp.test\",\"sub\":\"ann\"";

    WireAnswer missing = composed.get("/mine");

    assertThat(missing.status()).isEqualTo(401);
    assertThat(missing.text()).isEmpty();
    assertThat(missing.header("Content-Type")).isEmpty();
    assertThat(bearing("/mine", "a.bad.token").status()).isEqualTo(401);
    assertThat(bearing("/mine", token("{" + common + ",\"roles\":[\"role_y\"]}")).status())
        .isEqualTo(403);
    assertThat(bearing("/mine", token("{" + common + ",\"roles\":[\"role_a\"]}")).text())
        .isEqualTo("{\"name\":\"Ann\"}");
    assertThat(
            bearing("/mine", token("{" + common + ",\"exp\":1,\"roles\":[\"role_a\"]}")).status())
        .isEqualTo(401);
    assertThat(
            composed.backend.received().stream()
                .filter(request -> request.target().equals("/keys"))
                .count())
        .as("calls for keys")
        .isEqualTo(1);
  }

  @Test
  @DisplayName("B52 robots are refused by name and pattern")
  void robots_are_refused_by_name_and_pattern() throws Exception {
    String route = endpoint("/robots", "/works");
    add(
        route,
        "bot-detector",
        "'deny':['a','b'],'allow':['c','Pingdom.com_bot_version_1.1'],'cache_size':10,"
            + "'patterns':['(Pingdom.com_bot_version_).*','(facebookexternalhit)/.*']");

    assertThat(statuses("/robots", 1, "User-Agent", "a")).containsExactly(403);
    assertThat(statuses("/robots", 2, "User-Agent", "Pingdom.com_bot_version_1.14"))
        .containsExactly(403, 403);
    assertThat(statuses("/robots", 2, "User-Agent", "Pingdom.com_bot_version_1.1"))
        .containsExactly(200, 200);
    assertThat(composed.get("/robots").status()).isEqualTo(200);
  }

  @Test
  void expressions_are_checked() throws Exception {
    String route = endpoint("~/cel/(?<id>[^/]+)$", "/works");
    add(
        route,
        "cel",
        "'return_error_msg':true,'checks':[{'check_expr':'size(req_headers[`X-Header`]) > 0'},"
            + "{'check_expr':'int(req_params.Id) % 2 == 0'}]");

    assertThat(composed.get("/cel/2").text()).isEqualTo("request aborted by evaluator #0");
    WireAnswer odd = with("/cel/3", "X-Header", "x");
    assertThat(odd.status()).isEqualTo(500);
    assertThat(odd.text()).isEqualTo("request aborted by evaluator #1");
    assertThat(with("/cel/4", "X-Header", "x").text()).isEqualTo("{\"works\":true}");
  }

  @Test
  void hosts_that_are_not_served_are_refused_and_answers_get_headers() throws Exception {
    String route = endpoint("/secured", "/works");
    String host = "127.0.0.1:" + composed.gateway.proxyPort();
    add(
        route,
        "security-headers",
        "'allowed_hosts':['" + host + "'],'frame_deny':true,'content_type_nosniff':true");
    String other = endpoint("/elsewhere", "/works");
    add(other, "security-headers", "'allowed_hosts':['api.test']");

    WireAnswer answer = composed.get("/secured");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Frame-Options")).containsExactly("DENY");
    assertThat(answer.header("X-Content-Type-Options")).containsExactly("nosniff");
    WireAnswer refused = composed.get("/elsewhere");
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.text()).isEqualTo("Bad Host\n");
  }

  @Test
  @DisplayName("B28 the first check that fails answers, in the order of KrakenD's pipeline")
  void the_first_check_that_fails_answers() throws Exception {
    String route = endpoint("/all", "/works");
    add(route, "json-schema", "'schema':{'type':'number'}");
    add(route, "cel", "'checks':[{'check_expr':'`X-Good` in req_headers'}]");
    add(route, "token-bucket", "'max_rate':3,'capacity':3,'every':'24h'");
    add(
        route,
        "jwt-validator",
        "'alg':'HS256','jwk_url':'"
            + composed.backend.url()
            + "/keys','disable_jwk_security':true,'cache':true");
    add(route, "bot-detector", "'deny':['bot']");
    Map.Entry<String, String> bot = Map.entry("User-Agent", "bot");
    Map.Entry<String, String> token = Map.entry("Authorization", "Bearer " + token("{}"));
    Map.Entry<String, String> good = Map.entry("X-Good", "1");

    assertThat(composed.proxied("POST", "/all", new byte[0], bot).status()).isEqualTo(403);
    assertThat(composed.proxied("POST", "/all", new byte[0]).status()).isEqualTo(401);
    assertThat(composed.proxied("POST", "/all", new byte[0], token).status()).isEqualTo(500);
    assertThat(composed.proxied("POST", "/all", new byte[0], token, good).status()).isEqualTo(400);
    assertThat(composed.proxied("POST", "/all", new byte[] {'7'}, token, good).status())
        .isEqualTo(200);
    assertThat(composed.proxied("POST", "/all", new byte[] {'7'}, token, good).status())
        .isEqualTo(503);
  }

  @Test
  @DisplayName("B51 B52 limits and lists of the whole gateway hold beside those of a route")
  void what_is_global_holds_beside_what_is_a_routes() throws Exception {
    String route = endpoint("/limited", "/works");
    add(route, "token-bucket", "'max_rate':2,'capacity':2,'every':'24h'");
    add(route, "bot-detector", "'deny':['route-bot']");
    String limit = global("token-bucket", "'max_rate':7,'capacity':7,'every':'24h'");
    String bots = global("bot-detector", "'deny':['global-bot']");
    try {
      assertThat(statuses("/limited", 1, "User-Agent", "global-bot")).containsExactly(403);
      assertThat(statuses("/nowhere", 1, "User-Agent", "global-bot")).containsExactly(403);
      assertThat(statuses("/limited", 1, "User-Agent", "route-bot")).containsExactly(403);
      assertThat(statuses("/limited", 3, "X-A", "1")).containsExactly(200, 200, 503);
      assertThat(statuses("/nowhere", 4, "X-A", "1")).containsExactly(404, 404, 404, 503);
    } finally {
      AdminCall.delete(composed.gateway, "/plugins/" + limit);
      AdminCall.delete(composed.gateway, "/plugins/" + bots);
    }
    assertThat(composed.get("/nowhere").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("B57 preflights are answered where no route is for OPTIONS")
  void preflights_are_answered_where_no_route_is_for_options() throws Exception {
    endpoint("/paged", "/works");
    String plugin =
        global(
            "cross-origin",
            "'allow_origins':['*'],'allow_methods':['POST','GET'],"
                + "'allow_headers':['Origin','Content-Type'],'expose_headers':['Content-Length']");
    try {
      WireAnswer preflight =
          composed.proxied(
              "OPTIONS",
              "/anywhere",
              new byte[0],
              Map.entry("Origin", "http://page.test"),
              Map.entry("Access-Control-Request-Method", "GET"),
              Map.entry("Access-Control-Request-Headers", "content-type,origin"));
      WireAnswer page = with("/paged", "Origin", "http://page.test");

      assertThat(preflight.status()).isEqualTo(204);
      assertThat(preflight.header("Access-Control-Allow-Origin")).containsExactly("*");
      assertThat(preflight.header("Access-Control-Allow-Methods")).containsExactly("GET");
      assertThat(preflight.header("Access-Control-Allow-Headers"))
          .containsExactly("content-type,origin");
      assertThat(preflight.header("Access-Control-Max-Age")).containsExactly("43200");
      assertThat(preflight.header("Content-Type")).isEmpty();
      assertThat(page.text()).isEqualTo("{\"works\":true}");
      assertThat(page.header("Access-Control-Allow-Origin")).containsExactly("*");
      assertThat(page.header("Access-Control-Expose-Headers")).containsExactly("Content-Length");
      assertThat(page.header("Vary")).containsExactly("Origin");
    } finally {
      AdminCall.delete(composed.gateway, "/plugins/" + plugin);
    }
  }

  @Test
  void members_of_composed_answers_are_signed() throws Exception {
    composed.backend.json("/login", "{'access_token':{'sub':'ann','aud':'us'},'n':1}");
    String route = endpoint("/login", "/login");
    add(
        route,
        "jwt-signer",
        "'alg':'HS256','kid':'k1','keys_to_sign':['access_token'],'jwk_url':'"
            + composed.backend.url()
            + "/keys','disable_jwk_security':true");
    String signed =
        encoded("{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}")
            + "."
            + encoded("{\"aud\":\"us\",\"sub\":\"ann\"}");

    assertThat(composed.get("/login").text())
        .isEqualTo("{\"access_token\":\"" + signature(signed) + "\",\"n\":1}");
  }

  /** Makes a route that answers what a backend says; answers its name. */
  private static String endpoint(String path, String pattern) throws IOException {
    return composed.route(
        path, "'backend':[" + ComposedGateway.part(composed.backend, pattern, "") + "]");
  }

  private static void add(String route, String plugin, String config) throws IOException {
    String json = "{'name':'" + plugin + "','config':{" + config + "}}";
    WireAnswer made =
        composed.post("/routes/" + route + "/plugins", json.replace('\'', '"').replace('`', '\''));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  /** Makes a plugin for all requests; answers its id. */
  private static String global(String plugin, String config) throws IOException {
    String json = "{'name':'" + plugin + "','config':{" + config + "}}";
    WireAnswer made = composed.post("/plugins", json.replace('\'', '"'));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return JsonMapper.shared().readTree(made.text()).get("id").stringValue();
  }

  private static List<Integer> statuses(String path, int count, String header, String value)
      throws IOException {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      statuses.add(with(path, header, value).status());
    }
    return statuses;
  }

  private static WireAnswer with(String path, String header, String value) throws IOException {
    return composed.proxied("GET", path, new byte[0], Map.entry(header, value));
  }

  private static WireAnswer bearing(String path, String token) throws IOException {
    return with(path, "Authorization", "Bearer " + token);
  }

  private static WireAnswer post(String path, String json) throws IOException {
    return composed.proxied("POST", path, json.replace('\'', '"').getBytes(UTF_8));
  }

  private static String token(String claims) throws GeneralSecurityException {
    return signature(encoded("{\"alg\":\"HS256\",\"kid\":\"k1\"}") + "." + encoded(claims));
  }

  /** The text with its signature behind it. */
  private static String signature(String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HMAC"));
    return text
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
