package io.portcullis.plugins.keyauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAuthPluginTest {
  private static final String NEXT = "next";
  private static final String MISSING = "401 No API key found in request";
  private static final String DUPLICATE = "401 Duplicate API key found";
  private static final String UNAUTHORIZED = "401 Unauthorized";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json; charset=utf-8";
  private static final String IN_BODY = "{'key_in_body':true}";
  private static final String HIDDEN = "{'key_in_body':true,'hide_credentials':true}";

  private final FakeGateway gateway = new FakeGateway();
  private Consumer alice;
  private Credential key;

  @BeforeEach
  void alice() {
    alice = gateway.consumer("alice", "al-1");
    key = gateway.credential(alice, "keyauth_credentials", "key", "{'key':'k1'}");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void a_known_key_tells_the_upstream_who_calls() {
    FakeExchange exchange =
        FakeExchange.get("/")
            .header("apikey", "k1")
            .header("x-consumer-username", "spoof")
            .header("x-credential-identifier", "spoof")
            .header("x-anonymous-consumer", "true");

    assertThat(ask("{}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(alice);
    assertThat(exchange.credential()).isSameAs(key);
    var headers = exchange.request().headers();
    assertThat(headers.get("x-consumer-id")).isEqualTo(alice.id().toString());
    assertThat(headers.all("x-consumer-username")).containsExactly("alice");
    assertThat(headers.get("x-consumer-custom-id")).isEqualTo("al-1");
    assertThat(headers.get("x-credential-identifier")).isEqualTo(key.id().toString());
    assertThat(headers.contains("x-anonymous-consumer")).isFalse();
    assertThat(headers.get("apikey")).isEqualTo("k1");
  }

  @Test
  void refusals_say_which_scheme_is_wanted() {
    Reply plain = start("{}").access(FakeExchange.get("/"));
    Reply inRealm = start("{'realm':'keys'}").access(FakeExchange.get("/?apikey=nobody"));

    assertThat(Replies.text(plain)).isEqualTo(MISSING);
    assertThat(Replies.headers(plain)).containsEntry("www-authenticate", "Key");
    assertThat(Replies.text(inRealm)).isEqualTo(UNAUTHORIZED);
    assertThat(Replies.headers(inRealm)).containsEntry("www-authenticate", "Key realm=\"keys\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/?apikey=k1, next",
    "/?a=1&apikey=%6b1, next",
    "/?apikey=k1&apikey=k1, 401 Duplicate API key found",
    "/?apikey, 401 No API key found in request",
    "/?apikey=, 401 No API key found in request",
    "/?APIKEY=k1, 401 No API key found in request",
    "/?apikey=k2, 401 Unauthorized",
  })
  void query_arguments_hold_keys(String target, String answer) {
    assertThat(ask("{}", FakeExchange.get(target))).isEqualTo(answer);
  }

  @Test
  void names_are_tried_in_their_order_and_the_first_that_is_there_decides() {
    String names = "{'key_names':['X-Key','token'],'key_in_query':false}";

    assertThat(ask(names, FakeExchange.get("/").header("x-key", "k1"))).isEqualTo(NEXT);
    assertThat(ask(names, FakeExchange.get("/").header("token", "k1"))).isEqualTo(NEXT);
    assertThat(ask(names, FakeExchange.get("/").header("x-key", "no").header("token", "k1")))
        .isEqualTo(UNAUTHORIZED);
    assertThat(ask(names, FakeExchange.get("/").header("x-key", "k1").header("x-key", "k1")))
        .isEqualTo(DUPLICATE);
    assertThat(ask(names, FakeExchange.get("/?token=k1"))).isEqualTo(MISSING);
    assertThat(ask(names, FakeExchange.get("/").header("apikey", "k1"))).isEqualTo(MISSING);
  }

  @Test
  void a_place_that_is_switched_off_is_not_looked_at() {
    assertThat(ask("{'key_in_header':false}", FakeExchange.get("/").header("apikey", "k1")))
        .isEqualTo(MISSING);
    assertThat(ask("{}", FakeExchange.get("/").body(FORM, "apikey=k1"))).isEqualTo(MISSING);
    assertThat(start("{}").wantsRequestBody()).isFalse();
    assertThat(start(IN_BODY).wantsRequestBody()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        FORM + " | a=1&apikey=k1 | next",
        FORM + " | apikey=k1&apikey=k1 | 401 Duplicate API key found",
        FORM + " | apikey=%zz | 401 Unauthorized",
        JSON + " | {\"apikey\":\"k1\"} | next",
        JSON + " | {\"apikey\":[\"k1\"]} | 401 Duplicate API key found",
        JSON + " | {\"apikey\":5} | 401 No API key found in request",
        JSON + " | [\"k1\"] | 401 No API key found in request",
        JSON + " | {\"apikey\":\"k1\" | 401 No API key found in request",
        "text/plain | apikey=k1 | 401 No API key found in request",
      })
  void bodies_hold_keys_when_asked_for(String type, String body, String answer) {
    assertThat(ask(IN_BODY, FakeExchange.get("/").body(type, body))).isEqualTo(answer);
  }

  @Test
  void a_part_of_a_multipart_form_holds_a_key_and_is_taken_out() {
    String before = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    String part = "--x\r\nContent-Disposition: form-data; name=\"apikey\"\r\n\r\nk1\r\n";
    FakeExchange exchange =
        FakeExchange.get("/").body("multipart/form-data; boundary=x", before + part + "--x--\r\n");

    assertThat(ask(HIDDEN, exchange)).isEqualTo(NEXT);
    assertThat(text(exchange)).isEqualTo(before + "--x--\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--x", "--x\r\n", "--x\r\nname", "--x\r\n\r\n\r\n", "--y--", "\r\n--x\r\n--x"})
  void a_broken_multipart_form_holds_nothing(String body) {
    assertThat(ask(IN_BODY, FakeExchange.get("/").body("multipart/form-data; boundary=x", body)))
        .isEqualTo(MISSING);
    assertThat(ask(IN_BODY, FakeExchange.get("/").body("multipart/form-data", body)))
        .isEqualTo(MISSING);
  }

  @Test
  void a_hidden_key_leaves_no_trace_and_the_rest_as_it_was() {
    FakeExchange header = FakeExchange.get("/t?a=%20&apikey=k2&b").header("apikey", "k1");
    FakeExchange query = FakeExchange.get("/t?apikey=k1");
    FakeExchange form = FakeExchange.get("/t").body(FORM, "apikey=k1&z=%C3%A9+\u00e9");
    FakeExchange json = FakeExchange.get("/t").body(JSON, "{\"apikey\":\"k1\",\"z\":1.10}");

    assertThat(ask(HIDDEN, header)).isEqualTo(NEXT);
    assertThat(header.request().headers().contains("apikey")).isFalse();
    assertThat(header.request().rawQuery()).isEqualTo("a=%20&b");
    assertThat(ask(HIDDEN, query)).isEqualTo(NEXT);
    assertThat(query.request().rawQuery()).isNull();
    assertThat(ask(HIDDEN, form)).isEqualTo(NEXT);
    assertThat(text(form)).isEqualTo("z=%C3%A9+\u00e9");
    assertThat(ask(HIDDEN, json)).isEqualTo(NEXT);
    assertThat(text(json)).isEqualTo("{\"z\":1.10}");
  }

  @Test
  void a_refused_key_is_hidden_too() {
    FakeExchange exchange = FakeExchange.get("/").header("apikey", "no");

    assertThat(ask("{'hide_credentials':true,'anonymous':'alice'}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().contains("apikey")).isFalse();
  }

  @Test
  void keys_outside_ascii_are_utf_8() {
    gateway.credential(alice, "keyauth_credentials", "key", "{'key':'\u00fcn\u00ef'}");
    String wire =
        new String("\u00fcn\u00ef".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(ask("{}", FakeExchange.get("/").header("apikey", wire))).isEqualTo(NEXT);
    assertThat(ask("{}", FakeExchange.get("/?apikey=%C3%BCn%C3%AF"))).isEqualTo(NEXT);
    assertThat(ask(IN_BODY, FakeExchange.get("/").body(FORM, "apikey=\u00fcn%C3%AF")))
        .isEqualTo(NEXT);
  }

  @Test
  void preflight_requests_pass_only_when_told() {
    assertThat(ask("{}", FakeExchange.get("/").method("OPTIONS"))).isEqualTo(MISSING);
    assertThat(ask("{'run_on_preflight':false}", FakeExchange.get("/").method("OPTIONS")))
        .isEqualTo(NEXT);
  }

  @Test
  void a_caller_whom_nobody_knows_becomes_the_anonymous_consumer() {
    Consumer guest = gateway.consumer("guest", null);
    FakeExchange exchange =
        FakeExchange.get("/").header("apikey", "no").header("x-credential-identifier", "spoof");

    assertThat(ask("{'anonymous':'guest'}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(guest);
    assertThat(exchange.credential()).isNull();
    assertThat(exchange.request().headers().get("x-anonymous-consumer")).isEqualTo("true");
    assertThat(exchange.request().headers().contains("x-credential-identifier")).isFalse();
    assertThat(ask("{'anonymous':'" + guest.id() + "'}", FakeExchange.get("/"))).isEqualTo(NEXT);
    assertThat(ask("{'anonymous':'nobody'}", FakeExchange.get("/")))
        .isEqualTo("500 An unexpected error occurred");
  }

  @Test
  void whom_an_earlier_plugin_recognised_needs_no_key_if_others_may_be_anonymous() {
    Consumer other = gateway.consumer("other", null);
    FakeExchange either = FakeExchange.get("/").header("apikey", "k1");
    FakeExchange both = FakeExchange.get("/");
    either.authenticate(other, key);
    both.authenticate(other, key);

    assertThat(ask("{'anonymous':'guest'}", either)).isEqualTo(NEXT);
    assertThat(either.consumer()).isSameAs(other);
    assertThat(ask("{}", both)).isEqualTo(MISSING);
  }

  @Test
  void a_key_whose_consumer_is_gone_is_nobodys() {
    gateway.removeConsumer(alice);

    assertThat(ask("{}", FakeExchange.get("/?apikey=k1"))).isEqualTo(UNAUTHORIZED);
  }

  private String ask(String config, FakeExchange exchange) {
    return Replies.text(start(config).access(exchange));
  }

  private PluginHandler start(String config) {
    return gateway.start(new KeyAuthPlugin(), config);
  }

  private static String text(FakeExchange exchange) {
    return new String(exchange.request().body(), StandardCharsets.UTF_8);
  }
}
