package io.portcullis.plugins.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.RowsUnavailableException;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OAuth2PluginTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String ALL =
      "'provision_key':'pk','enable_authorization_code':true,'enable_implicit_grant':true,"
          + "'enable_client_credentials':true,'enable_password_grant':true";
  private static final String CLIENT = "client_id=cid&client_secret=csec&";
  private static final String FOR_CLIENT = CLIENT + "grant_type=client_credentials";
  private static final String FOR_PASSWORD =
      CLIENT + "grant_type=password&provision_key=pk&authenticated_userid=u1";
  private static final String LET_IN =
      "client_id=cid&provision_key=pk&authenticated_userid=u1&response_type=";
  private static final String INVALID =
      "401 {\"error\":\"invalid_token\",\"error_description\":"
          + "\"The access token is invalid or has expired\"}";
  private static final String MISSING =
      "401 {\"error\":\"invalid_request\",\"error_description\":\"The access token is missing\"}";

  /** Of RFC 7636, appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private final FakeGateway gateway = new FakeGateway();
  private final EntitySpecs specs =
      new EntitySpecs(PluginCatalog.of(List.of(new OAuth2Plugin().spec())));
  private final RowsInMemory rows = new RowsInMemory(gateway, specs);
  private final Service service = FakeGateway.service("s");
  private Consumer alice;
  private Credential app;

  @BeforeEach
  void aClient() {
    gateway.rows.set(rows);
    alice = gateway.consumer("alice", "al-1");
    app = client("cid", "'client_secret':'csec','redirect_uris':['http://cb.test/a?x=1']");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void a_client_gets_a_token_that_tells_the_upstream_who_calls() {
    Reply reply = ask("'scopes':['email','name']", FOR_CLIENT + "&scope=email%20name&state=s1");

    JsonNode given = body(reply);
    assertThat(given.propertyNames())
        .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "state");
    assertThat(given.get("expires_in").intValue()).isEqualTo(7200);
    assertThat(given.get("token_type").stringValue()).isEqualTo("bearer");
    assertThat(given.get("access_token").stringValue()).matches("[A-Za-z0-9]{32}");
    assertThat(Replies.headers(reply))
        .containsEntry("cache-control", "no-store")
        .containsEntry("pragma", "no-cache");
    FakeExchange call =
        call("Bearer " + given.get("access_token").stringValue())
            .header("x-consumer-username", "spoof")
            .header("x-authenticated-userid", "spoof");
    assertThat(access("", call)).isEqualTo("next");
    assertThat(call.consumer()).isSameAs(alice);
    assertThat(call.credential()).isSameAs(app);
    var headers = call.request().headers();
    assertThat(headers.all("x-consumer-username")).containsExactly("alice");
    assertThat(headers.get("x-consumer-custom-id")).isEqualTo("al-1");
    assertThat(headers.get("x-credential-identifier")).isEqualTo("cid");
    assertThat(headers.get("x-authenticated-scope")).isEqualTo("email name");
    assertThat(headers.contains("x-authenticated-userid")).isFalse();
    assertThat(rows.purposes).containsExactly("client credentials grant");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grant_type=client_credentials&client_id=no&client_secret=csec | invalid_client",
        "grant_type=client_credentials&client_id=cid&client_secret=no | invalid_client",
        "grant_type=client_credentials&client_id=cid | invalid_client",
        "grant_type=password&client_id=no&client_secret=csec | invalid_client",
        CLIENT + "grant_type=magic | unsupported_grant_type",
        CLIENT + "a=b | unsupported_grant_type",
        CLIENT + "grant_type=password&authenticated_userid=u | invalid_provision_key",
        CLIENT + "grant_type=password&provision_key=pk | invalid_authenticated_userid",
        CLIENT
            + "grant_type=password&provision_key=pk&authenticated_userid=%20"
            + " | invalid_authenticated_userid",
        FOR_CLIENT + "&authenticated_userid=u | invalid_provision_key",
        FOR_CLIENT + "&scope=admin | invalid_scope",
        FOR_CLIENT + "&scope=email&scope=email | invalid_scope",
        FOR_PASSWORD + "&redirect_uri=http://other.test/ | invalid_request",
        CLIENT + "grant_type=authorization_code&code=nope | invalid_request",
        CLIENT + "grant_type=refresh_token&refresh_token=nope | invalid_request",
      })
  void refusals_say_what_is_wrong(String form, String error) {
    Reply reply = ask("'scopes':['email']", form);

    assertThat(Replies.text(reply)).startsWith("400 ");
    assertThat(body(reply).get("error").stringValue()).isEqualTo(error);
    assertThat(rows.purposes).isEmpty();
  }

  @Test
  void grants_that_are_off_and_scopes_that_must_be_there_are_refused() {
    PluginHandler codes = start("{'provision_key':'pk','enable_authorization_code':true}");

    assertThat(Replies.text(codes.access(token(FOR_CLIENT)))).contains("unsupported_grant_type");
    assertThat(Replies.text(codes.access(authorize(LET_IN + "token"))))
        .contains("unsupported_response_type");
    assertThat(Replies.text(ask("'scopes':['a'],'mandatory_scope':true", FOR_CLIENT)))
        .contains("You must specify a scope");
  }

  @Test
  void a_refresh_token_is_good_for_another_token_once() {
    JsonNode first = body(ask("", FOR_PASSWORD));
    String refresh = CLIENT + "grant_type=refresh_token&refresh_token=";

    JsonNode second = body(ask("", refresh + first.get("refresh_token").stringValue()));

    assertThat(access("", call("bearer " + text(first)))).isEqualTo(INVALID);
    FakeExchange call = call("token " + text(second));
    assertThat(access("", call)).isEqualTo("next");
    assertThat(call.request().headers().get("x-authenticated-userid")).isEqualTo("u1");
    assertThat(second.get("refresh_token")).isNotEqualTo(first.get("refresh_token"));
    assertThat(Replies.text(ask("", refresh + first.get("refresh_token").stringValue())))
        .contains("Invalid refresh_token");
  }

  @Test
  void a_refresh_token_may_stay_the_same() {
    String reuse = "'reuse_refresh_token':true";
    JsonNode first = body(ask(reuse, FOR_PASSWORD));
    String refresh =
        CLIENT
            + "grant_type=refresh_token&refresh_token="
            + first.get("refresh_token").stringValue();
    gateway.now.addAndGet(7_000_000);

    JsonNode second = body(ask(reuse, refresh));

    gateway.now.addAndGet(7_000_000);
    assertThat(second.get("refresh_token")).isEqualTo(first.get("refresh_token"));
    assertThat(access("", call("Bearer " + text(first)))).isEqualTo(INVALID);
    assertThat(access("", call("Bearer " + text(second)))).isEqualTo("next");
  }

  @Test
  void refresh_tokens_belong_to_their_client_and_end() {
    client("other", "'client_secret':'csec','redirect_uris':['http://cb.test/']");
    JsonNode given = body(ask("'refresh_token_ttl':10000", FOR_PASSWORD));
    String refresh =
        "client_secret=csec&grant_type=refresh_token&refresh_token="
            + given.get("refresh_token").stringValue();

    assertThat(Replies.text(ask("", refresh + "&client_id=other"))).contains("invalid_client");
    gateway.now.addAndGet(10_000_001);
    assertThat(Replies.text(ask("", refresh + "&client_id=cid"))).contains("Invalid refresh_token");
  }

  @Test
  void a_user_lets_a_client_in_by_a_code_that_is_good_once() {
    Reply reply = start().access(authorize(LET_IN + "code&state=a-b"));

    String uri = body(reply).get("redirect_uri").stringValue();
    assertThat(Replies.text(reply)).startsWith("200 ");
    assertThat(uri).matches("http://cb\\.test/a\\?code=[A-Za-z0-9]{32}&state=a%2db&x=1");
    String code = uri.replaceAll(".*code=(\\w+).*", "$1");
    String exchange = CLIENT + "grant_type=authorization_code&code=" + code;
    JsonNode given = body(ask("", exchange));
    FakeExchange call = call("Bearer " + text(given));
    assertThat(access("", call)).isEqualTo("next");
    assertThat(call.request().headers().get("x-authenticated-userid")).isEqualTo("u1");
    assertThat(given.hasNonNull("refresh_token")).isTrue();
    assertThat(Replies.text(ask("", exchange))).contains("Invalid code");
  }

  @Test
  void a_code_ends_after_five_minutes() {
    String code = code("");
    gateway.now.addAndGet(300_000);

    assertThat(Replies.text(ask("", CLIENT + "grant_type=authorization_code&code=" + code)))
        .contains("Invalid code");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        VERIFIER + " | access_token",
        "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk | invalid_grant",
        "short | code_verifier must be between 43 and 128 characters",
        "'' | code_verifier must be between 43 and 128 characters",
      })
  void a_code_with_a_challenge_is_for_whoever_knows_the_answer(String verifier, String answer) {
    String code = code("&code_challenge_method=S256&code_challenge=" + CHALLENGE + "=");

    String form =
        CLIENT + "grant_type=authorization_code&code=" + code + "&code_verifier=" + verifier;
    assertThat(Replies.text(ask("", form))).contains(answer);
  }

  @Test
  void public_clients_have_a_challenge_and_no_secret() {
    client(
        "open", "'client_secret':'x','client_type':'public','redirect_uris':['http://cb.test/']");
    String letIn = LET_IN.replace("=cid", "=open") + "code";
    Reply without = start().access(authorize(letIn));
    Reply plain =
        start().access(authorize(letIn + "&code_challenge_method=plain&code_challenge=x"));
    Reply with = start().access(authorize(letIn + "&code_challenge=" + CHALLENGE));

    assertThat(Replies.text(without))
        .startsWith("400 ")
        .contains("code_challenge%20is%20required%20for%20public%20clients");
    assertThat(Replies.text(plain)).contains("code_challenge_method%20is%20not%20supported");
    String code = body(with).get("redirect_uri").stringValue().replaceAll(".*code=(\\w+).*", "$1");
    String form = "client_id=open&grant_type=authorization_code&code=" + code;
    assertThat(Replies.text(ask("", form + "&client_secret=x"))).contains("disallowed for public");
    assertThat(Replies.text(ask("", form))).contains("code_verifier is required");
    assertThat(Replies.text(ask("", form + "&code_verifier=" + VERIFIER)))
        .startsWith("200 {\"access_token\"");
    assertThat(Replies.text(start("{" + ALL + ",'pkce':'none'}").access(authorize(letIn))))
        .startsWith("200 ");
    assertThat(
            Replies.text(start("{" + ALL + ",'pkce':'strict'}").access(authorize(LET_IN + "code"))))
        .contains("required%20for%20confidential%20clients");
  }

  @Test
  void the_implicit_grant_gives_a_token_in_the_fragment() {
    Reply reply = start().access(authorize(LET_IN + "token&state=s"));

    String uri = body(reply).get("redirect_uri").stringValue();
    assertThat(uri)
        .matches(
            "http://cb\\.test/a\\?x=1#access_token=\\w{32}&expires_in=7200&state=s"
                + "&token_type=bearer");
    String token = uri.replaceAll(".*access_token=(\\w+).*", "$1");
    assertThat(access("", call("Bearer " + token))).isEqualTo("next");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "provision_key=no&authenticated_userid=u | 400 {\"error\":\"invalid_provision_key\"",
        "provision_key=pk | 400 {\"error\":\"invalid_authenticated_userid\"",
        "provision_key=pk&authenticated_userid=u&client_id=no | 400 {\"error\":\"invalid_client\"",
        LET_IN + "magic | 400 {\"redirect_uri\":\"http://cb.test/a?error=unsupported_response_type",
        LET_IN + "code&scope=no | 400 {\"redirect_uri\":\"http://cb.test/a?error=invalid_scope",
        LET_IN
            + "code&redirect_uri=http://evil.test/"
            + " | 400 {\"redirect_uri\":\"http://cb.test/a?error=invalid_request",
      })
  void what_cannot_be_authorized_is_told(String form, String answer) {
    Reply reply = start("{" + ALL + ",'scopes':['email']}").access(authorize(form));

    assertThat(Replies.text(reply)).startsWith(answer);
  }

  @Test
  void the_endpoints_want_https_which_a_trusted_proxy_may_have_ended() {
    String denied =
        "400 {\"error\":\"access_denied\",\"error_description\":\"You must use HTTPS\"}";
    FakeExchange plain = token(FOR_CLIENT);
    plain.request().scheme("http");
    FakeExchange forwarded = token(FOR_CLIENT);
    forwarded.request().scheme("http").forwardedScheme("https");
    FakeExchange twice = token(FOR_CLIENT);
    twice.request().scheme("http").forwardedScheme("https, http");
    PluginHandler trusting = start("{" + ALL + ",'accept_http_if_already_terminated':true}");

    assertThat(Replies.text(start().access(plain))).isEqualTo(denied);
    assertThat(Replies.text(start().access(forwarded))).isEqualTo(denied);
    assertThat(Replies.text(trusting.access(plain))).isEqualTo(denied);
    assertThat(Replies.text(trusting.access(forwarded))).startsWith("200 ");
    assertThat(Replies.text(trusting.access(twice))).contains("Only one X-Forwarded-Proto");
  }

  @Test
  void the_endpoints_are_posted_to() {
    Reply reply = start().access(on(FakeExchange.get("/t/oauth2/token/")));

    String why = "The HTTP method GET is invalid for the token endpoint";
    assertThat(Replies.text(reply)).startsWith("405 ").contains(why);
    assertThat(Replies.headers(reply))
        .containsEntry(
            "www-authenticate",
            "Bearer error=\"invalid_method\" error_description=\"" + why + "\"");
    assertThat(Replies.text(start().access(on(FakeExchange.get("/oauth2/authorize")))))
        .contains("invalid for the authorization endpoint");
    assertThat(Replies.text(start().access(on(FakeExchange.get("/oauth2/token/x")))))
        .isEqualTo(MISSING);
  }

  @Test
  void a_name_and_password_prove_who_a_client_is() {
    client("hashed", "'hash_secret':true,'client_secret':'" + SecretHash.of("pa:ss") + "'");
    String grant = "grant_type=client_credentials";

    assertThat(
            Replies.text(start().access(token(grant).header("authorization", basic("cid:csec")))))
        .startsWith("200 ");
    assertThat(
            Replies.text(
                start().access(token(grant).header("authorization", basic("hashed:pa:ss")))))
        .startsWith("200 ");
    Reply wrong = start().access(token(grant).header("authorization", basic("hashed:pass")));
    assertThat(Replies.text(wrong)).startsWith("401 {\"error\":\"invalid_client\"");
    assertThat(Replies.headers(wrong))
        .containsEntry("www-authenticate", "Basic realm=\"OAuth2.0\"");
    assertThat(Replies.text(start().access(token(grant).header("authorization", "Basic %"))))
        .contains("invalid_client");
  }

  @Test
  void a_call_without_a_good_token_is_refused() {
    PluginHandler inRealm = start("{" + ALL + ",'realm':'r'}");

    Reply none = start().access(call(null));
    assertThat(Replies.text(none)).isEqualTo(MISSING);
    assertThat(Replies.headers(none)).containsEntry("www-authenticate", "Bearer");
    Reply wrong = inRealm.access(call("Bearer nope"));
    assertThat(Replies.text(wrong)).isEqualTo(INVALID);
    assertThat(Replies.headers(wrong))
        .containsEntry(
            "www-authenticate",
            "Bearer realm=\"r\" error=\"invalid_token\" error_description=\"The access token is"
                + " invalid or has expired\"");
    assertThat(access("", call("Basic abc"))).isEqualTo(INVALID);
  }

  @Test
  void a_token_ends_and_may_have_no_end() {
    String token = text(body(ask("", FOR_CLIENT)));
    JsonNode forEver = body(ask("'token_expiration':0", FOR_PASSWORD));
    gateway.now.addAndGet(7_201_000);

    assertThat(access("", call("Bearer " + token))).isEqualTo(INVALID);
    assertThat(access("", call("Bearer " + text(forEver)))).isEqualTo("next");
    assertThat(forEver.has("expires_in")).isFalse();
    assertThat(forEver.has("refresh_token")).isFalse();
  }

  @Test
  void a_token_ends_with_its_client_and_consumer() {
    String token = text(body(ask("", FOR_CLIENT)));
    gateway.removeConsumer(alice);
    assertThat(access("", call("Bearer " + token))).isEqualTo(INVALID);
    gateway.remove(app);
    assertThat(access("", call("Bearer " + token))).isEqualTo(INVALID);
  }

  @Test
  void a_token_holds_for_its_service_or_for_all_that_say_so() {
    String global = "'global_credentials':true";
    String bound = text(body(ask("", FOR_CLIENT)));
    String anywhere = text(body(ask(global, FOR_CLIENT)));
    Service other = FakeGateway.service("other");

    assertThat(access("", call("Bearer " + bound).on(null, other))).isEqualTo(INVALID);
    assertThat(access(global, call("Bearer " + bound).on(null, other))).isEqualTo(INVALID);
    assertThat(access(global, call("Bearer " + anywhere).on(null, other))).isEqualTo("next");
    assertThat(access("", call("Bearer " + anywhere))).contains("The access token is global");
    assertThat(Replies.text(start().access(token(FOR_CLIENT).on(null, null)))).startsWith("500 ");
  }

  @Test
  void callers_without_a_token_may_become_the_anonymous_consumer() {
    Consumer guest = gateway.consumer("guest", null);
    FakeExchange call = call(null).header("x-authenticated-userid", "spoof");

    assertThat(access("'anonymous':'guest'", call)).isEqualTo("next");
    assertThat(call.consumer()).isSameAs(guest);
    assertThat(call.credential()).isNull();
    assertThat(call.request().headers().get("x-anonymous-consumer")).isEqualTo("true");
    assertThat(call.request().headers().contains("x-authenticated-userid")).isFalse();
    assertThat(access("'anonymous':'nobody'", call(null))).startsWith("500 ");
  }

  @Test
  void a_token_comes_in_header_query_or_body_and_can_be_taken_out() {
    String token = text(body(ask("", FOR_CLIENT)));
    String hiding = "'hide_credentials':true";
    FakeExchange header = call("Bearer " + token);
    FakeExchange query = on(FakeExchange.get("/x?a=1&access_token=" + token));
    FakeExchange form =
        on(FakeExchange.get("/x").method("POST").body(FORM, "access_token=" + token + "&a=1"));

    assertThat(access(hiding, header)).isEqualTo("next");
    assertThat(header.request().headers().contains("authorization")).isFalse();
    assertThat(access(hiding, query)).isEqualTo("next");
    assertThat(query.request().rawQuery()).isEqualTo("a=1");
    assertThat(access(hiding, form)).isEqualTo("next");
    assertThat(form.request().body()).asString(StandardCharsets.UTF_8).isEqualTo("a=1");
    FakeExchange shown = on(FakeExchange.get("/x?access_token=" + token));
    assertThat(access("", shown)).isEqualTo("next");
    assertThat(shown.request().rawQuery()).contains(token);
    FakeExchange elsewhere = on(FakeExchange.get("/x").header("x-token", "bearer " + token));
    assertThat(access("'auth_header_name':'X-Token'", elsewhere)).isEqualTo("next");
  }

  @Test
  void only_bodies_that_may_hold_something_are_collected() {
    PluginHandler handler = start();

    assertThat(handler.wantsRequestBody(token("").request())).isTrue();
    assertThat(handler.wantsRequestBody(call("Bearer x").method("POST").request())).isFalse();
    assertThat(handler.wantsRequestBody(call(null).method("POST").body(FORM, "").request()))
        .isTrue();
    assertThat(handler.wantsRequestBody(call(null).body("image/png", "").request())).isFalse();
  }

  @Test
  void without_a_database_the_endpoints_are_unavailable_and_tokens_still_hold() {
    String token = text(body(ask("", FOR_CLIENT)));
    gateway.rows.set(null);

    assertThat(Replies.text(ask("", FOR_CLIENT)))
        .startsWith("503 {\"error\":\"temporarily_unavailable\"");
    assertThat(access("", call("Bearer " + token))).isEqualTo("next");
  }

  @Test
  void with_the_database_away_the_endpoints_are_unavailable() {
    gateway.rows.set(new Away());

    Reply reply = ask("", FOR_CLIENT);

    assertThat(Replies.text(reply)).startsWith("503 {\"error\":\"temporarily_unavailable\"");
  }

  /** A database that does not answer. */
  private static final class Away implements PluginRows {
    @Override
    public @Nullable ObjectNode find(String entity, String uniqueField, String value) {
      throw new RowsUnavailableException("away", new IllegalStateException());
    }

    @Override
    public <T> T change(String purpose, Function<Edits, T> work) {
      throw new RowsUnavailableException("away", new IllegalStateException());
    }
  }

  private String code(String more) {
    Reply reply = start().access(authorize(LET_IN + "code" + more));
    return body(reply).get("redirect_uri").stringValue().replaceAll(".*code=(\\w+).*", "$1");
  }

  private Credential client(String id, String members) {
    return gateway.credential(
        alice,
        OAuth2Entities.CLIENTS,
        "client_id",
        "{'client_id':'" + id + "','client_type':'confidential'," + members + "}");
  }

  private static String basic(String text) {
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Reply ask(String config, String form) {
    return start("{" + ALL + (config.isEmpty() ? "" : ",") + config + "}").access(token(form));
  }

  private String access(String config, FakeExchange exchange) {
    String whole = "{" + ALL + (config.isEmpty() ? "" : ",") + config + "}";
    return Replies.text(start(whole).access(exchange));
  }

  private FakeExchange token(String form) {
    return post("/t/oauth2/token", form);
  }

  private FakeExchange authorize(String form) {
    return post("/t/oauth2/authorize", form);
  }

  private FakeExchange post(String path, String form) {
    FakeExchange exchange = FakeExchange.get(path).method("POST").body(FORM, form);
    exchange.request().scheme("https");
    return on(exchange);
  }

  private FakeExchange call(@Nullable String authorization) {
    FakeExchange exchange = on(FakeExchange.get("/x"));
    return authorization == null ? exchange : exchange.header("authorization", authorization);
  }

  private FakeExchange on(FakeExchange exchange) {
    return exchange.on(FakeGateway.route("r"), service);
  }

  private PluginHandler start() {
    return start("{" + ALL + "}");
  }

  private PluginHandler start(String config) {
    return gateway.start(new OAuth2Plugin(), config);
  }

  private static JsonNode body(Reply reply) {
    String text = Replies.text(reply);
    return JsonMapper.shared().readTree(text.substring(text.indexOf(' ') + 1));
  }

  private static String text(JsonNode token) {
    return token.get("access_token").stringValue();
  }
}
