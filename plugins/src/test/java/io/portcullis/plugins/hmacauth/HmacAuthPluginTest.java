package io.portcullis.plugins.hmacauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HmacAuthPluginTest {
  private static final String NEXT = "next";
  private static final String UNAUTHORIZED = "401 Unauthorized";
  private static final String UNVERIFIABLE = "401 HMAC signature cannot be verified";
  private static final String MISMATCH = "401 HMAC signature does not match";
  private static final String UNDATED =
      "401 HMAC signature cannot be verified, a valid date or x-date header is required for HMAC"
          + " Authentication";
  private static final String NOW = "Wed, 15 May 2024 10:20:30 GMT";
  private static final String SIGNED_DATE = "date: " + NOW;

  private final FakeGateway gateway = new FakeGateway();
  private Consumer bob;

  @BeforeEach
  void bob() {
    bob = gateway.consumer("bob-the-consumer", null);
    secret("bob", "'s\u00e9cret'");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({"sha1", "sha256", "sha384", "sha512"})
  void a_signature_of_each_algorithm_tells_the_upstream_who_calls(String hash) throws Exception {
    FakeExchange exchange = signed("/", "hmac-" + hash, "date", SIGNED_DATE);

    assertThat(ask("{}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(bob);
    assertThat(exchange.request().headers().get("x-credential-identifier")).isEqualTo("bob");
    assertThat(exchange.request().headers().get("x-consumer-username"))
        .isEqualTo("bob-the-consumer");
  }

  @Test
  void the_known_example_verifies() {
    secret("alice123", "'secret'");
    FakeExchange exchange =
        FakeExchange.get("/requests")
            .header("date", "Thu, 22 Jun 2017 17:15:21 GMT")
            .header(
                "authorization",
                "hmac username=\"alice123\", algorithm=\"hmac-sha256\","
                    + " headers=\"date request-line\","
                    + " signature=\"ujWCGHeec9Xd6UD2zlyxiNMCiXnDOWeVFMu5VeRUxtw=\"");
    gateway.now.set(1_498_151_721_000L);

    assertThat(ask("{}", exchange)).isEqualTo(NEXT);
  }

  @Test
  void the_target_is_signed_with_its_query_as_it_came() throws Exception {
    assertThat(
            ask(
                "{}",
                signed(
                    "/a%20b?x=1",
                    "hmac-sha256",
                    "date @request-target",
                    SIGNED_DATE + "\n@request-target: get /a%20b?x=1")))
        .isEqualTo(NEXT);
    assertThat(
            ask(
                "{}",
                signed(
                    "/a?x=1",
                    "hmac-sha256",
                    "request-line date",
                    "GET /a?x=1 HTTP/1.1\n" + SIGNED_DATE)))
        .isEqualTo(NEXT);
    assertThat(ask("{}", signed("/a?x=2", "hmac-sha256", "request-line", "GET /a?x=1 HTTP/1.1")))
        .isEqualTo(MISMATCH);
  }

  @Test
  void headers_are_signed_in_their_order_and_absent_ones_without_a_value() throws Exception {
    FakeExchange exchange =
        signed("/", "hmac-sha256", "X-One none date", "X-One: 1\nnone:\n" + SIGNED_DATE)
            .header("x-one", "1");

    assertThat(ask("{}", exchange)).isEqualTo(NEXT);
  }

  @Test
  void a_request_needs_a_date_near_now() throws Exception {
    assertThat(ask("{}", dated("date", "Wed, 15 May 2024 10:25:30 GMT"))).isEqualTo(MISMATCH);
    assertThat(ask("{}", dated("x-date", "Wed, 15 May 2024 10:15:30 GMT"))).isEqualTo(MISMATCH);
    assertThat(ask("{}", dated("date", "Wed, 15 May 2024 10:25:31 GMT"))).isEqualTo(UNDATED);
    assertThat(ask("{}", dated("date", "Wed, 15 May 2024 10:15:29 GMT"))).isEqualTo(UNDATED);
    assertThat(ask("{}", dated("date", "yesterday"))).isEqualTo(UNDATED);
    assertThat(ask("{}", dated("other", NOW))).isEqualTo(UNDATED);
    assertThat(ask("{'clock_skew':0.5}", dated("date", NOW))).isEqualTo(MISMATCH);
    assertThat(ask("{'clock_skew':0.5}", dated("date", "Wed, 15 May 2024 10:20:31 GMT")))
        .isEqualTo(UNDATED);
    assertThat(ask("{}", dated("x-date", "yesterday").header("date", NOW))).isEqualTo(MISMATCH);
  }

  @Test
  void a_request_without_any_signature_is_asked_for_one() {
    var refusal = start("{'realm':'zone'}").access(FakeExchange.get("/").header("date", NOW));

    assertThat(Replies.text(refusal)).isEqualTo(UNAUTHORIZED);
    assertThat(Replies.headers(refusal)).containsEntry("www-authenticate", "hmac realm=\"zone\"");
    assertThat(Replies.headers(start("{}").access(FakeExchange.get("/"))))
        .containsEntry("www-authenticate", "hmac");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hmac",
        "Basic Ym9iOnA6dyBk",
        "hmac username=\"bob\"",
        "hmac username=\"bob\", algorithm=\"hmac-sha256\", headers=\"date\"",
        "hmac username=\"\", algorithm=\"hmac-sha256\", headers=\"date\", signature=\"x\"",
        "hmac algorithm=\"hmac-sha256\", username=\"bob\", headers=\"date\", signature=\"x\"",
        "hmac username=\"bob\", algorithm=\"hmac-md5\", headers=\"date\", signature=\"x\"",
        "hmac username=\"eve\", algorithm=\"hmac-sha256\", headers=\"date\", signature=\"x\"",
        "hmac username=\"bob\", algorithm=\"hmac-sha256\", headers=\"date\", signature=\"x",
      })
  void what_cannot_be_verified_is_refused(String header) {
    assertThat(ask("{}", FakeExchange.get("/").header("date", NOW).header("authorization", header)))
        .isEqualTo(UNVERIFIABLE);
  }

  @Test
  void a_signature_made_with_another_secret_or_broken_does_not_match() throws Exception {
    FakeExchange other = signed("/", "hmac-sha256", "date", SIGNED_DATE);
    secret("bob", "'another'");

    assertThat(ask("{}", other)).isEqualTo(MISMATCH);
    assertThat(
            ask(
                "{}",
                FakeExchange.get("/")
                    .header("date", NOW)
                    .header("authorization", header("hmac-sha256", "date", "!!"))))
        .isEqualTo(MISMATCH);
  }

  @Test
  void a_credential_without_a_secret_verifies_nothing() throws Exception {
    FakeExchange exchange = signed("/", "hmac-sha256", "date", SIGNED_DATE);
    secret("bob", "null");

    assertThat(ask("{}", exchange)).isEqualTo(MISMATCH);
  }

  @Test
  void algorithms_may_be_narrowed_and_headers_enforced() throws Exception {
    String strict = "{'algorithms':['hmac-sha512'],'enforce_headers':['date','request-line']}";
    String both = SIGNED_DATE + "\nGET / HTTP/1.1";

    assertThat(ask(strict, signed("/", "hmac-sha256", "date request-line", both)))
        .isEqualTo(UNVERIFIABLE);
    assertThat(ask(strict, signed("/", "hmac-sha512", "date", SIGNED_DATE)))
        .isEqualTo(UNVERIFIABLE);
    assertThat(ask(strict, signed("/", "hmac-sha512", "date request-line", both))).isEqualTo(NEXT);
  }

  @Test
  void a_body_must_have_the_digest_that_is_told() throws Exception {
    String config = "{'validate_request_body':true}";
    assertThat(start(config).wantsRequestBody()).isTrue();
    assertThat(start("{}").wantsRequestBody()).isFalse();

    assertThat(ask(config, signed("/", "hmac-sha256", "date", SIGNED_DATE))).isEqualTo(NEXT);
    assertThat(ask(config, withBody("a body", "a body"))).isEqualTo(NEXT);
    assertThat(ask(config, withBody("a body", "another"))).isEqualTo(MISMATCH);
    assertThat(ask(config, withBody("a body", null))).isEqualTo(MISMATCH);
    assertThat(ask("{}", withBody("a body", "another"))).isEqualTo(NEXT);
  }

  @Test
  void the_header_for_proxies_comes_first_and_a_hidden_one_does_not_reach_the_upstream()
      throws Exception {
    FakeExchange exchange = signed("/", "hmac-sha256", "date", SIGNED_DATE);
    String signature = exchange.request().headers().get("authorization");
    exchange.request().headers().set("authorization", "Bearer for-the-upstream");
    exchange.request().headers().set("proxy-authorization", signature);

    assertThat(ask("{'hide_credentials':true}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().contains("proxy-authorization")).isFalse();
    assertThat(exchange.request().headers().get("authorization"))
        .isEqualTo("Bearer for-the-upstream");
  }

  @Test
  void a_caller_without_a_valid_signature_may_become_the_anonymous_consumer() {
    Consumer guest = gateway.consumer("guest", null);
    FakeExchange exchange = FakeExchange.get("/");

    assertThat(ask("{'anonymous':'guest'}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(guest);
  }

  private void secret(String name, String secret) {
    gateway.credential(
        bob,
        "hmacauth_credentials",
        "username",
        "{'username':'" + name + "','secret':" + secret + "}");
  }

  private static FakeExchange dated(String header, String date) {
    return FakeExchange.get("/")
        .header(header, date)
        .header("authorization", header("hmac-sha256", "date", "AAAA"));
  }

  private static FakeExchange withBody(String body, @org.jspecify.annotations.Nullable String told)
      throws Exception {
    FakeExchange exchange =
        signed("/", "hmac-sha256", "date", SIGNED_DATE).body("text/plain", body);
    if (told != null) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(told.getBytes(StandardCharsets.UTF_8));
      exchange.header("digest", "SHA-256=" + Base64.getEncoder().encodeToString(digest));
    }
    return exchange;
  }

  private static FakeExchange signed(String target, String algorithm, String covered, String text)
      throws Exception {
    String inJava = algorithm.replace("-", "").toUpperCase(Locale.ROOT).replace("HMAC", "Hmac");
    Mac mac = Mac.getInstance(inJava);
    mac.init(new SecretKeySpec("s\u00e9cret".getBytes(StandardCharsets.UTF_8), inJava));
    String signature =
        Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1)));
    return FakeExchange.get(target)
        .header("date", NOW)
        .header("authorization", header(algorithm, covered, signature));
  }

  private static String header(String algorithm, String covered, String signature) {
    return "hmac username=\"bob\", algorithm=\""
        + algorithm
        + "\", headers=\""
        + covered
        + "\", signature=\""
        + signature
        + "\"";
  }

  private String ask(String config, FakeExchange exchange) {
    return Replies.text(start(config).access(exchange));
  }

  private PluginHandler start(String config) {
    return gateway.start(new HmacAuthPlugin(), config);
  }
}
