package io.portcullis.plugins.jwtvalidator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.plugins.jose.KeySets;
import io.portcullis.plugins.jose.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose requests pass, and what becomes of their claims. */
class JwtValidatorPluginTest {
  private static final byte[] SECRET = "a-secret-of-the-identity-provider".getBytes(UTF_8);
  private static final String OURS =
      "'aud':['http://api.test','other'],'iss':'https://idp.test','sub':'ann','roles':['role_a']";
  private static final String RULES =
      "'audience':['http://api.test'],'issuer':'https://idp.test','roles':['role_a','role_c']";

  private final FakeGateway gateway = new FakeGateway();
  private Path file = Path.of("keys.json");

  @BeforeEach
  void writeKeys(@TempDir Path folder) throws IOException {
    file = folder.resolve("keys.json");
    Files.writeString(file, KeySets.set(KeySets.secret("k1", SECRET)));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  @DisplayName("B46 a token that is right passes, and its claims are left for others")
  void a_token_that_is_right_passes() {
    PluginHandler handler = start(RULES);
    FakeExchange exchange = bearing(token("{" + OURS + "}"));

    assertThat(Replies.text(handler.access(exchange))).isEqualTo("next");
    assertThat(Objects.requireNonNull(exchange.get(VerifiedClaims.KEY)).get("sub").stringValue())
        .isEqualTo("ann");
  }

  @ParameterizedTest
  @DisplayName("B46 B28 a token that is wrong is 401 without a body")
  @ValueSource(
      strings = {
        "{'iss':'https://idp.test','roles':['role_a']}",
        "{'aud':'other','iss':'https://idp.test','roles':['role_a']}",
        "{'aud':['other'],'iss':'https://idp.test','roles':['role_a']}",
        "{'aud':['http://api.test'],'iss':'https://idp.test/','roles':['role_a']}",
        "{'aud':['http://api.test'],'roles':['role_a']}",
        "{" + OURS + ",'exp':1715768428}",
        "{" + OURS + ",'exp':'soon'}",
        "{" + OURS + ",'nbf':1715768432}",
        "{" + OURS + ",'iat':1715768432}",
        "['http://api.test']",
        "7",
      })
  void a_token_that_is_wrong_is_401(String claims) {
    PluginHandler handler = start(RULES);

    assertThat(ask(handler, token(claims))).isEqualTo("401 ");
    assertThat(ask(handler, token(claims))).as("again").isEqualTo("401 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{" + OURS + ",'exp':1715768429}",
        "{" + OURS + ",'nbf':1715768431}",
        "{'aud':'http://api.test','iss':'https://idp.test','roles':'role_b role_a'}",
      })
  void leeway_is_one_second_and_single_values_count(String claims) {
    assertThat(ask(start(RULES), token(claims))).isEqualTo("next");
  }

  @Test
  void a_token_that_runs_out_is_refused_from_then_on() {
    PluginHandler handler = start(RULES);
    String token = token("{" + OURS + ",'exp':1715768440}");
    assertThat(ask(handler, token)).isEqualTo("next");

    gateway.now.addAndGet(11_001);

    assertThat(ask(handler, token)).isEqualTo("401 ");
  }

  @ParameterizedTest
  @DisplayName("B46 B28 a token without the role is 403 without a body")
  @ValueSource(strings = {"['role_y']", "[]", "'role_ab'", "7", "{'role_a':true}", "[7,null]"})
  void a_token_without_the_role_is_403(String roles) {
    String claims = "{'aud':'http://api.test','iss':'https://idp.test','roles':" + roles + "}";
    PluginHandler handler = start(RULES);

    assertThat(ask(handler, token(claims))).isEqualTo("403 ");
    assertThat(ask(handler, token(claims))).as("again").isEqualTo("403 ");
  }

  @Test
  void a_token_without_any_roles_is_403() {
    assertThat(ask(start("'roles':['a']"), token("{}"))).isEqualTo("403 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "'roles_key':'a.b','roles_key_is_nested':true; {'a':{'b':['r']}}; next",
        "'roles_key':'a.b'; {'a':{'b':['r']}}; 403 ",
        "'roles_key':'a.b'; {'a.b':['r']}; next",
        "'roles_key':'http://x.test/r','roles_key_is_nested':true; {'http://x.test/r':['r']}; next",
      })
  void roles_may_lie_in_objects(String key, String claims, String answer) {
    assertThat(ask(start("'roles':['r']," + key), token(claims)).strip()).isEqualTo(answer.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "'scopes':['a','b']; {'scope':'b c'}; next",
        "'scopes':['a','b']; {'scope':'c'}; 403",
        "'scopes':['a','b']; {}; 403",
        "'scopes':['a','b'],'scopes_matcher':'all'; {'scope':'b c'}; 403",
        "'scopes':['a','b'],'scopes_matcher':'all'; {'scope':['b','a']}; next",
        "'scopes':['a'],'scopes_key':'x.y'; {'x':{'y':'a'}}; next",
      })
  void scopes_are_asked_for(String config, String claims, String answer) {
    assertThat(ask(start(config), token(claims)).strip()).isEqualTo(answer);
  }

  @Test
  void claims_become_headers_in_the_place_of_what_the_client_sent() {
    PluginHandler handler =
        start(
            "'propagate_claims':[['sub','x-user'],['a.b','X-Deep'],['list','x-list'],"
                + "['none','x-none'],['n','x-n']]");
    FakeExchange exchange =
        bearing(token("{'sub':'ann','a':{'b':true},'list':['p','q'],'n':42}"))
            .header("x-user", "forged")
            .header("x-none", "forged");

    handler.access(exchange);

    Headers headers = exchange.request().headers();
    assertThat(headers.all("x-user")).containsExactly("ann");
    assertThat(headers.all("x-deep")).containsExactly("true");
    assertThat(headers.all("x-list")).containsExactly("p,q");
    assertThat(headers.all("x-none")).containsExactly("");
    assertThat(headers.all("x-n")).containsExactly("42");
  }

  @Test
  void an_array_may_become_several_lines() {
    PluginHandler handler =
        start("'propagate_claims':[['list','x-list']],'propagate_claims_preserve_array':true");
    FakeExchange exchange = bearing(token("{'list':['p','q']}")).header("x-list", "forged");

    handler.access(exchange);

    assertThat(exchange.request().headers().all("x-list")).containsExactly("p", "q");
  }

  @Test
  void a_token_may_stand_in_a_header_alone_or_in_a_cookie() {
    PluginHandler handler = start("");
    String token = token("{}");

    for (String scheme : new String[] {"", "Bearer ", "bearer ", "BEARER "}) {
      assertThat(askWith(handler, "authorization", scheme + token)).isEqualTo("next");
    }
    assertThat(askWith(handler, "cookie", "a=b; access_token=" + token)).isEqualTo("next");
    assertThat(askWith(handler, "authorization", "Basic " + token)).isEqualTo("401 ");
    PluginHandler other = start("'auth_header_name':'X-Token','cookie_key':'t'");
    assertThat(askWith(other, "x-token", token)).isEqualTo("next");
    assertThat(askWith(other, "cookie", "t=" + token)).isEqualTo("next");
    assertThat(askWith(other, "authorization", token)).isEqualTo("401 ");
  }

  @ParameterizedTest
  @DisplayName("B28 B46 what is no token is 401 without a body")
  @ValueSource(strings = {"bearer a.bad.token", "Bearer ", "x", "a.b", ".."})
  void what_is_no_token_is_401(String value) {
    assertThat(askWith(start(""), "authorization", value)).isEqualTo("401 ");
  }

  @Test
  void no_token_is_401() {
    Reply reply = start("").access(FakeExchange.get("/"));

    assertThat(Replies.text(reply)).isEqualTo("401 ");
    assertThat(Replies.headers(reply)).isEmpty();
  }

  @Test
  void another_key_or_algorithm_is_refused() {
    KeyPair rsa = Tokens.pair("RSA", 2048);
    String none = Tokens.encoded("{\"alg\":\"none\",\"kid\":\"k1\"}") + "." + Tokens.encoded("{}");

    assertThat(ask(start(""), signed("HS256", "k1", "{}", "another".getBytes(UTF_8))))
        .isEqualTo("401 ");
    assertThat(ask(start(""), signed("HS384", "k1", "{}", SECRET))).isEqualTo("401 ");
    assertThat(ask(start(""), signed("HS256", "k2", "{}", SECRET))).isEqualTo("401 ");
    assertThat(ask(start(""), none + ".")).isEqualTo("401 ");
    gateway.upstream.set(call -> answer(KeySets.set(KeySets.key("k1", rsa, false))));
    assertThat(ask(remote("HS256", ""), signed("HS256", "k1", "{}", rsa.getPublic().getEncoded())))
        .as("the public key as a secret")
        .isEqualTo("401 ");
  }

  @Test
  void keys_are_fetched_once() {
    KeyPair pair = Tokens.pair("EC", 256);
    gateway.upstream.set(call -> answer(KeySets.set(KeySets.key("", pair, false))));
    PluginHandler handler = remote("ES256", "'cache':true,'propagate_claims':[['sub','x-user']]");
    String token = Tokens.signed("ES256", "{'sub':'ann'}", pair.getPrivate());
    FakeExchange first = bearing(token);

    Reply reply = handler.access(first);

    assertThat(reply).isInstanceOf(Reply.Later.class);
    assertThat(Replies.text(reply)).isEqualTo("next");
    assertThat(first.request().headers().get("x-user")).isEqualTo("ann");
    assertThat(handler.access(bearing(token))).isEqualTo(Reply.NEXT);
    assertThat(gateway.calls).hasSize(1);
  }

  @Test
  void a_provider_that_cannot_be_reached_is_401() {
    gateway.upstream.set(call -> CompletableFuture.failedFuture(new IOException("refused")));

    assertThat(ask(remote("HS256", ""), token("{}"))).isEqualTo("401 ");
  }

  @Test
  void a_file_that_cannot_be_read_is_401() throws IOException {
    Files.delete(file);

    assertThat(ask(start(""), token("{}"))).isEqualTo("401 ");
  }

  private PluginHandler start(String config) {
    return gateway.start(
        new JwtValidatorPlugin(),
        "{'alg':'HS256','jwk_local_path':'"
            + file
            + "'"
            + (config.isEmpty() ? "" : "," + config)
            + "}");
  }

  private PluginHandler remote(String algorithm, String config) {
    return gateway.start(
        new JwtValidatorPlugin(),
        "{'alg':'"
            + algorithm
            + "','jwk_url':'https://idp.test/keys'"
            + (config.isEmpty() ? "" : "," + config)
            + "}");
  }

  private static CompletableFuture<UpstreamCaller.Answer> answer(String keys) {
    return CompletableFuture.completedFuture(
        new UpstreamCaller.Answer(200, new Headers(), keys.getBytes(UTF_8)));
  }

  private static String token(String claims) {
    return signed("HS256", "k1", claims, SECRET);
  }

  private static String signed(String algorithm, String kid, String claims, byte[] secret) {
    String text =
        Tokens.encoded("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}")
            + "."
            + Tokens.encoded(claims.replace('\'', '"'));
    return text + "." + Tokens.encoded(Tokens.hmacOf(algorithm, text, secret));
  }

  private static FakeExchange bearing(String token) {
    return FakeExchange.get("/").header("authorization", "Bearer " + token);
  }

  private static String ask(PluginHandler handler, String token) {
    return Replies.text(handler.access(bearing(token)));
  }

  private static String askWith(PluginHandler handler, String header, String value) {
    return Replies.text(handler.access(FakeExchange.get("/").header(header, value)));
  }
}
