package io.portcullis.plugins.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.plugins.jose.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtPluginTest {
  private static final String CLAIMS = "{'iss':'key-a'}";
  private static final String NEXT = "next";
  private static final String UNAUTHORIZED = "401 {\"message\":\"Unauthorized\"}";
  private static final String SEVERAL = "401 {\"message\":\"Multiple tokens provided\"}";
  private static final String BAD_SIGNATURE = "401 {\"message\":\"Invalid signature\"}";

  private final FakeGateway gateway = new FakeGateway();
  private Consumer alice;

  @BeforeEach
  void alice() {
    alice = gateway.consumer("alice", "al-1");
    gateway.jwt(alice, "key-a", "{'secret':'secret-a'}");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void a_valid_token_tells_the_upstream_who_calls() {
    FakeExchange exchange =
        bearer(token())
            .header("x-consumer-username", "spoof")
            .header("x-anonymous-consumer", "true");

    assertThat(Replies.text(start("{}").access(exchange))).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(alice);
    assertThat(exchange.credential().key()).isEqualTo("key-a");
    assertThat(exchange.get(VerifiedClaims.KEY).get("iss").stringValue()).isEqualTo("key-a");
    var headers = exchange.request().headers();
    assertThat(headers.get("x-consumer-id")).isEqualTo(alice.id().toString());
    assertThat(headers.all("x-consumer-username")).containsExactly("alice");
    assertThat(headers.get("x-consumer-custom-id")).isEqualTo("al-1");
    assertThat(headers.get("x-credential-identifier")).isEqualTo("key-a");
    assertThat(headers.contains("x-anonymous-consumer")).isFalse();
    assertThat(headers.get("authorization")).isEqualTo("Bearer " + token());
  }

  @Test
  void headers_of_a_consumer_without_custom_id_are_cleared_and_names_are_utf_8() {
    Consumer other = gateway.consumer("zoë", null);
    gateway.jwt(other, "key-z", "{'secret':'s'}");
    FakeExchange exchange =
        bearer(Tokens.hmac("HS256", "{'iss':'key-z'}", "s"))
            .header("x-consumer-custom-id", "spoof");
    start("{}").access(exchange);

    assertThat(exchange.request().headers().contains("x-consumer-custom-id")).isFalse();
    assertThat(
            exchange
                .request()
                .headers()
                .get("x-consumer-username")
                .getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo("zoë".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer TOKEN | true",
        "bearer TOKEN | true",
        "Bearer  TOKEN | true",
        "BEARER TOKEN | false",
        "TOKEN | false",
        "Basic TOKEN | false",
        "Bearer | false",
        "BearerTOKEN | false",
        "'' | false",
      })
  void only_bearer_headers_hold_tokens(String header, boolean found) {
    FakeExchange exchange =
        FakeExchange.get("/").header("authorization", header.replace("TOKEN", token()));

    assertThat(Replies.text(start("{}").access(exchange))).isEqualTo(found ? NEXT : UNAUTHORIZED);
  }

  @Test
  void tokens_are_looked_for_where_the_configuration_says() {
    PluginHandler handler =
        start("{'uri_param_names':['jwt','tok'],'cookie_names':['c'],'header_names':['X-Token']}");

    assertThat(ask(handler, FakeExchange.get("/?tok=" + token()))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/").header("cookie", "a=1; c=" + token() + "; d=2")))
        .isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/").header("cookie", "xc=" + token())))
        .isEqualTo(UNAUTHORIZED);
    assertThat(ask(handler, FakeExchange.get("/").header("x-token", "Bearer " + token())))
        .isEqualTo(NEXT);
    assertThat(ask(handler, bearer(token()))).isEqualTo(UNAUTHORIZED);
    assertThat(ask(handler, FakeExchange.get("/?other=" + token()))).isEqualTo(UNAUTHORIZED);
  }

  @Test
  void different_tokens_are_refused_and_the_same_one_twice_is_one() {
    PluginHandler handler = start("{'uri_param_names':['jwt','tok'],'cookie_names':['c']}");
    String other = Tokens.hmac("HS256", "{'iss':'key-a','n':2}", "secret-a");

    assertThat(ask(handler, FakeExchange.get("/?jwt=" + token() + "&tok=" + other)))
        .isEqualTo(SEVERAL);
    assertThat(ask(handler, FakeExchange.get("/?jwt=" + token() + "&tok=" + token())))
        .isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/?jwt=" + token() + "&jwt=" + other)))
        .isEqualTo(SEVERAL);
    FakeExchange both = FakeExchange.get("/?jwt=" + token());
    assertThat(ask(handler, both.header("authorization", "Bearer " + other))).isEqualTo(SEVERAL);
    FakeExchange same = FakeExchange.get("/?jwt=" + token());
    assertThat(ask(handler, same.header("authorization", "Bearer " + token()))).isEqualTo(NEXT);
    FakeExchange cookie = FakeExchange.get("/?tok=" + token());
    assertThat(ask(handler, cookie.header("cookie", "c=" + other))).isEqualTo(SEVERAL);
  }

  @Test
  void an_empty_argument_is_no_token_and_a_bare_one_is_not_recognised() {
    PluginHandler handler = start("{}");

    assertThat(ask(handler, FakeExchange.get("/?jwt="))).isEqualTo(UNAUTHORIZED);
    assertThat(ask(handler, FakeExchange.get("/?jwt")))
        .isEqualTo("401 {\"message\":\"Unrecognizable token\"}");
    assertThat(ask(handler, FakeExchange.get("/?jwt&jwt=" + token()))).isEqualTo(SEVERAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc | Bad token; invalid JSON",
        "a.b | Bad token; invalid JSON",
        "a.b.c | Bad token; invalid JSON",
        ".. | Bad token; invalid JSON",
        "%00 | Bad token; invalid JSON",
        "HEAD.CLAIMS | Bad token; invalid JSON",
        "HEAD.CLAIMS. | Invalid signature",
        "HEAD.CLAIMS.!!! | Bad token; invalid signature",
        "HEAD.CLAIMS.GOODx | Invalid signature",
        "HEAD.CLAIMS.GOOD.x | Bad token; invalid signature",
        "W10.CLAIMS.x | Bad token; invalid alg",
        "e30.CLAIMS.x | Bad token; invalid alg",
        "bnVsbA.CLAIMS.x | Bad token; invalid alg",
        "eyJhbGciOiJub25lIn0.CLAIMS. | Bad token; invalid alg",
        "eyJhbGciOjV9.CLAIMS.x | Bad token; invalid alg",
        "bm90IGpzb24.CLAIMS.x | Bad token; invalid JSON",
        "HEAD.bm90IGpzb24.x | Bad token; invalid JSON",
        "HEAD.bnVsbA.x | Bad token; invalid signature",
        "HEAD.bnVsbA.GOOD | Bad token; invalid claims",
        "HEAD.W10.GOOD | No mandatory 'iss' in claims",
        "HEAD.InMi.GOOD | No mandatory 'iss' in claims",
        "HEAD.e30.GOOD | No mandatory 'iss' in claims",
        "HEAD.eyJpc3MiOiIifQ.GOOD | Invalid 'iss' in claims",
        "HEAD.eyJpc3MiOm51bGx9.GOOD | Invalid 'iss' in claims",
        "HEAD.eyJpc3MiOjV9.GOOD | Invalid 'iss' in claims",
        "HEAD.eyJpc3MiOiJub2JvZHkifQ.GOOD | No credentials found for given 'iss'",
      })
  void says_what_is_wrong_with_a_token(String pattern, String message) {
    String[] parts = token().split("\\.");
    String token =
        pattern.replace("HEAD", parts[0]).replace("CLAIMS", parts[1]).replace("GOOD", parts[2]);
    Reply reply = start("{}").access(bearer(token));

    assertThat(Replies.text(reply)).isEqualTo("401 {\"message\":\"" + message + "\"}");
    assertThat(Replies.headers(reply))
        .containsEntry("content-type", "application/json; charset=utf-8")
        .containsEntry("www-authenticate", "Bearer error=\"invalid_token\"");
  }

  @Test
  void the_algorithm_is_the_credentials() {
    KeyPair rsa = Tokens.pair("RSA", 2048);
    gateway.jwt(alice, "key-r", pem("RS256", rsa));
    PluginHandler handler = start("{}");
    String confused =
        Tokens.hmac("HS256", "{'iss':'key-r'}", Tokens.pem(rsa).getBytes(StandardCharsets.UTF_8));

    assertThat(ask(handler, bearer(confused))).isEqualTo("401 {\"message\":\"Invalid algorithm\"}");
    assertThat(ask(handler, bearer(Tokens.hmac("HS384", CLAIMS, "secret-a"))))
        .isEqualTo("401 {\"message\":\"Invalid algorithm\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "HS256, short-secret", // 12 octets, as Kong's documentation has it
    "HS256, x",
    "HS384, 12345678901234567890123456789012",
    "HS512, 12345678901234567890123456789012", // what Kong makes up itself
  })
  void secrets_of_any_length_verify(String algorithm, String secret) {
    gateway.jwt(alice, "key-s", "{'secret':'" + secret + "','algorithm':'" + algorithm + "'}");
    String token = Tokens.hmac(algorithm, "{'iss':'key-s'}", secret);

    assertThat(ask(start("{}"), bearer(token))).isEqualTo(NEXT);
    assertThat(ask(start("{}"), bearer(Tokens.hmac(algorithm, "{'iss':'key-s'}", secret + "x"))))
        .isEqualTo(BAD_SIGNATURE);
  }

  @ParameterizedTest
  @CsvSource({
    "RS256, RSA, 1024",
    "RS384, RSA, 1024",
    "RS512, RSA, 2048",
    "PS256, RSA, 2048",
    "PS384, RSA, 2048",
    "PS512, RSA, 3072",
    "ES256, EC, 256",
    "ES384, EC, 384",
    "ES512, EC, 521",
    "EdDSA, Ed25519, 0",
    "EdDSA, Ed448, 0",
  })
  void public_keys_verify(String algorithm, String kind, int size) {
    KeyPair pair = Tokens.pair(kind, size);
    gateway.jwt(alice, "key-p", pem(algorithm, pair));
    PluginHandler handler = start("{}");
    String token = Tokens.signed(algorithm, "{'iss':'key-p'}", pair.getPrivate());
    String forged =
        Tokens.signed(algorithm, "{'iss':'key-p'}", Tokens.pair(kind, size).getPrivate());

    assertThat(ask(handler, bearer(token))).isEqualTo(NEXT);
    assertThat(ask(handler, bearer(forged))).isEqualTo(BAD_SIGNATURE);
    assertThat(ask(handler, bearer(token.substring(0, token.length() - 2))))
        .isIn(BAD_SIGNATURE, "401 {\"message\":\"Bad token; invalid signature\"}");
    assertThat(ask(handler, bearer(token.substring(0, token.lastIndexOf('.') + 1))))
        .isEqualTo(BAD_SIGNATURE);
  }

  @Test
  void rsa_keys_in_pkcs1_form_are_read() {
    KeyPair pair = Tokens.pair("RSA", 2048);
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    String pem =
        Tokens.pem("RSA PUBLIC KEY", Tokens.pkcs1(key.getModulus(), key.getPublicExponent()));
    gateway.jwt(alice, "key-p", members("RS256", pem));

    assertThat(
            ask(start("{}"), bearer(Tokens.signed("RS256", "{'iss':'key-p'}", pair.getPrivate()))))
        .isEqualTo(NEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----",
        "-----BEGIN RSA PUBLIC KEY-----\\nMIII\\n-----END RSA PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----",
      })
  void a_key_that_cannot_be_read_verifies_nothing(String pem) {
    gateway.jwt(alice, "key-p", "{'algorithm':'RS256','rsa_public_key':'" + pem + "'}");
    String token = Tokens.unsigned("RS256", "{'iss':'key-p'}") + ".AAAA";

    assertThat(ask(start("{}"), bearer(token)))
        .isEqualTo("401 {\"message\":\"Invalid key/secret\"}");
  }

  @Test
  void secrets_may_be_base64url() {
    byte[] secret = {1, 2, 3, (byte) 0xfb, (byte) 0xff, 0};
    gateway.jwt(alice, "key-b", "{'secret':'AQID-_8A'}");
    PluginHandler handler = start("{'secret_is_base64':true}");

    assertThat(ask(handler, bearer(Tokens.hmac("HS256", "{'iss':'key-b'}", secret))))
        .isEqualTo(NEXT);
    gateway.jwt(alice, "key-b", "{'secret':'AQID+/8A'}");
    assertThat(ask(handler, bearer(Tokens.hmac("HS256", "{'iss':'key-b'}", secret))))
        .isEqualTo("401 {\"message\":\"Invalid key/secret\"}");
  }

  @Test
  void the_key_claim_may_have_another_name_and_may_stand_in_the_header() {
    PluginHandler handler = start("{'key_claim_name':'kid'}");
    String inHeader =
        Tokens.encoded("{\"alg\":\"HS256\",\"kid\":\"key-a\"}") + "." + Tokens.encoded("{}");
    String signature =
        Tokens.encoded(
            Tokens.hmacOf("HS256", inHeader, "secret-a".getBytes(StandardCharsets.UTF_8)));

    assertThat(ask(handler, bearer(Tokens.hmac("HS256", "{'kid':'key-a'}", "secret-a"))))
        .isEqualTo(NEXT);
    assertThat(ask(handler, bearer(inHeader + "." + signature))).isEqualTo(NEXT);
    assertThat(ask(handler, bearer(token())))
        .isEqualTo("401 {\"message\":\"No mandatory 'kid' in claims\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'exp':1715768431,'nbf':1 | next",
        "'exp':1715768430,'nbf':1 | {\"exp\":\"token expired\"}",
        "'exp':1715768430.5,'nbf':0 | next",
        "'exp':1715768431,'nbf':1715768430 | next",
        "'exp':1715768431,'nbf':1715768431 | {\"nbf\":\"token not valid yet\"}",
        "'exp':1,'nbf':4102444800 | {\"exp\":\"token expired\",\"nbf\":\"token not valid yet\"}",
        "'exp':4102444800 | {\"nbf\":\"must be a number\"}",
        "'exp':'4102444800','nbf':1 | {\"exp\":\"must be a number\"}",
        "'exp':null,'nbf':true | {\"exp\":\"must be a number\",\"nbf\":\"must be a number\"}",
      })
  void registered_claims_are_compared_with_the_clock(String claims, String expected) {
    PluginHandler handler = start("{'claims_to_verify':['exp','nbf']}");
    String token = Tokens.hmac("HS256", "{'iss':'key-a'," + claims + "}", "secret-a");

    assertThat(ask(handler, bearer(token)))
        .isEqualTo(expected.equals(NEXT) ? NEXT : "401 " + expected);
  }

  @Test
  void a_token_that_was_fine_expires_although_it_is_remembered() {
    PluginHandler handler = start("{'claims_to_verify':['exp']}");
    String token = Tokens.hmac("HS256", "{'iss':'key-a','exp':1715768440}", "secret-a");
    assertThat(ask(handler, bearer(token))).isEqualTo(NEXT);
    assertThat(ask(handler, bearer(token))).isEqualTo(NEXT);
    gateway.now.addAndGet(10_000);

    assertThat(ask(handler, bearer(token))).isEqualTo("401 {\"exp\":\"token expired\"}");
  }

  @Test
  void claims_that_are_not_to_be_verified_do_not_matter() {
    String token = Tokens.hmac("HS256", "{'iss':'key-a','exp':1,'nbf':'x'}", "secret-a");

    assertThat(ask(start("{}"), bearer(token))).isEqualTo(NEXT);
  }

  @Test
  void a_token_may_not_live_longer_than_the_maximum() {
    PluginHandler handler = start("{'claims_to_verify':['exp'],'maximum_expiration':100}");
    String tooLong = "401 {\"exp\":\"exceeds maximum allowed expiration\"}";

    assertThat(
            ask(
                handler,
                bearer(Tokens.hmac("HS256", "{'iss':'key-a','exp':1715768530}", "secret-a"))))
        .isEqualTo(NEXT);
    assertThat(
            ask(
                handler,
                bearer(Tokens.hmac("HS256", "{'iss':'key-a','exp':1715768531}", "secret-a"))))
        .isEqualTo(tooLong);
    assertThat(ask(start("{'maximum_expiration':100}"), bearer(token()))).isEqualTo(tooLong);
  }

  @Test
  void a_changed_or_deleted_credential_ends_remembered_tokens() {
    PluginHandler handler = start("{}");
    assertThat(ask(handler, bearer(token()))).isEqualTo(NEXT);
    gateway.jwt(alice, "key-a", "{'secret':'another'}");
    assertThat(ask(handler, bearer(token()))).isEqualTo(BAD_SIGNATURE);
    gateway.jwt(alice, "key-a", "{'secret':'secret-a'}");
    assertThat(ask(handler, bearer(token()))).isEqualTo(NEXT);
    gateway.removeConsumer(alice);

    Reply reply = handler.access(bearer(token()));
    assertThat(Replies.text(reply))
        .isEqualTo("401 {\"message\":\"Could not find consumer for 'iss=key-a'\"}");
    assertThat(Replies.headers(reply)).doesNotContainKey("www-authenticate");
  }

  @Test
  void a_renamed_consumer_is_told_to_the_upstream_at_once() {
    PluginHandler handler = start("{}");
    ask(handler, bearer(token()));
    gateway.consumer("alice", "al-2");
    FakeExchange exchange = bearer(token());
    handler.access(exchange);

    assertThat(exchange.request().headers().get("x-consumer-custom-id")).isEqualTo("al-2");
  }

  @Test
  void a_remembered_header_is_no_remembered_query_argument() {
    PluginHandler handler = start("{}");
    ask(handler, bearer(token()));

    assertThat(ask(handler, FakeExchange.get("/?jwt=Bearer%20" + token())))
        .isEqualTo("401 {\"message\":\"Bad token; invalid JSON\"}");
  }

  @Test
  void the_realm_is_shown() {
    PluginHandler handler = start("{'realm':'my realm'}");

    assertThat(Replies.headers(handler.access(FakeExchange.get("/"))))
        .containsEntry("www-authenticate", "Bearer realm=\"my realm\"");
    assertThat(Replies.headers(handler.access(bearer("x.y.z"))))
        .containsEntry("www-authenticate", "Bearer realm=\"my realm\" error=\"invalid_token\"");
  }

  @Test
  void preflight_requests_may_pass_without_a_token() {
    assertThat(ask(start("{}"), FakeExchange.get("/").method("OPTIONS"))).isEqualTo(UNAUTHORIZED);
    assertThat(ask(start("{'run_on_preflight':false}"), FakeExchange.get("/").method("OPTIONS")))
        .isEqualTo(NEXT);
  }

  @Test
  void anonymous_lets_callers_without_a_valid_token_in() {
    Consumer anon = gateway.consumer("anon", null);
    PluginHandler handler = start("{'anonymous':'anon'}");
    FakeExchange exchange = bearer("x.y.z").header("x-credential-identifier", "spoof");

    assertThat(Replies.text(handler.access(exchange))).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(anon);
    assertThat(exchange.credential()).isNull();
    assertThat(exchange.request().headers().get("x-anonymous-consumer")).isEqualTo("true");
    assertThat(exchange.request().headers().get("x-consumer-username")).isEqualTo("anon");
    assertThat(exchange.request().headers().contains("x-credential-identifier")).isFalse();
    FakeExchange known = FakeExchange.get("/");
    known.authenticate(alice, gateway.credential("jwt_secrets", "key-a"));
    handler.access(known);
    assertThat(known.consumer()).isSameAs(alice);
  }

  @Test
  void an_unknown_anonymous_consumer_is_the_gateways_fault() {
    assertThat(ask(start("{'anonymous':'nobody'}"), FakeExchange.get("/")))
        .isEqualTo("500 An unexpected error occurred");
  }

  private String token() {
    return Tokens.hmac("HS256", CLAIMS, "secret-a");
  }

  private static String pem(String algorithm, KeyPair pair) {
    return members(algorithm, Tokens.pem(pair));
  }

  private static String members(String algorithm, String pem) {
    return "{'algorithm':'" + algorithm + "','rsa_public_key':'" + pem.replace("\n", "\\n") + "'}";
  }

  private static FakeExchange bearer(String token) {
    return FakeExchange.get("/").header("authorization", "Bearer " + token);
  }

  private PluginHandler start(String config) {
    return gateway.start(new JwtPlugin(), config);
  }

  private static String ask(PluginHandler handler, FakeExchange exchange) {
    return Replies.text(handler.access(exchange));
  }
}
