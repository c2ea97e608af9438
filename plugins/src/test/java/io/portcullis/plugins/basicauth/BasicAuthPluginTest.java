package io.portcullis.plugins.basicauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthPluginTest {
  private static final String NEXT = "next";
  private static final String UNAUTHORIZED = "401 Unauthorized";
  private static final String RIGHT = basic("bob:p:w d");

  private final FakeGateway gateway = new FakeGateway();
  private Consumer bob;

  @BeforeEach
  void bob() {
    bob = gateway.consumer("bob-the-consumer", "b1");
    password("bob", "p:w d");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void a_hash_is_the_sha_1_of_password_and_consumer() {
    assertThat(PasswordHash.of("secret", "00000001-6666-4666-8666-666666666666"))
        .isEqualTo("a1a6deb911554c2375b257601942bee610ba401e");
    assertThat(PasswordHash.of("p\u00e4ssw\u00f6rd", "00000001-6666-4666-8666-666666666666"))
        .isEqualTo("9cb41387fdf3a5ab54c0f7695b3fd3e3b4517d22");
  }

  @Test
  void the_right_password_tells_the_upstream_who_calls() {
    FakeExchange exchange =
        FakeExchange.get("/").header("authorization", RIGHT).header("x-consumer-username", "spoof");

    assertThat(ask("{}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(bob);
    var headers = exchange.request().headers();
    assertThat(headers.all("x-consumer-username")).containsExactly("bob-the-consumer");
    assertThat(headers.get("x-credential-identifier")).isEqualTo("bob");
    assertThat(headers.get("authorization")).isEqualTo(RIGHT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic Ym9iOnA6dyBk", "Basic  Ym9iOnA6dyBk", " Basic\tYm9iOnA6dyBk "})
  void the_scheme_is_read_leniently(String header) {
    assertThat(ask("{}", FakeExchange.get("/").header("authorization", header))).isEqualTo(NEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "BasicYm9iOnA6dyBk",
        "BASIC Ym9iOnA6dyBk",
        "Bearer Ym9iOnA6dyBk",
        "Basic Ym9iOmJhZA==",
        "Basic bm9ib2R5Ong=",
        "Basic Ym9iOg==",
        "Basic Ong=",
        "Basic bm9jb2xvbg==",
        "Basic Qk9COnA6dyBk",
      })
  void everything_else_is_refused(String header) {
    assertThat(ask("{}", FakeExchange.get("/").header("authorization", header)))
        .isEqualTo(UNAUTHORIZED);
  }

  @Test
  void a_refusal_tells_the_realm() {
    var refusal = start("{'realm':'zone'}").access(FakeExchange.get("/"));

    assertThat(Replies.text(refusal)).isEqualTo(UNAUTHORIZED);
    assertThat(Replies.headers(refusal)).containsEntry("www-authenticate", "Basic realm=\"zone\"");
    assertThat(Replies.headers(start("{}").access(FakeExchange.get("/"))))
        .containsEntry("www-authenticate", "Basic realm=\"service\"");
  }

  @Test
  void the_header_for_proxies_comes_first_when_it_names_somebody() {
    assertThat(ask("{}", both(RIGHT, basic("bob:bad")))).isEqualTo(NEXT);
    assertThat(ask("{}", both(basic("bob:bad"), RIGHT))).isEqualTo(UNAUTHORIZED);
    assertThat(ask("{}", both(basic("stranger:x"), RIGHT))).isEqualTo(NEXT);
    assertThat(ask("{}", both("Bearer x", RIGHT))).isEqualTo(NEXT);
  }

  @Test
  void hidden_credentials_do_not_reach_the_upstream() {
    FakeExchange exchange = both("Bearer x", RIGHT);

    assertThat(ask("{'hide_credentials':true}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().contains("authorization")).isFalse();
    assertThat(exchange.request().headers().contains("proxy-authorization")).isFalse();
  }

  @Test
  void names_and_passwords_are_utf_8() {
    password("\u00fcn\u00ef", "p\u00e4ss");

    assertThat(
            ask(
                "{}",
                FakeExchange.get("/").header("authorization", basic("\u00fcn\u00ef:p\u00e4ss"))))
        .isEqualTo(NEXT);
  }

  @Test
  void a_stored_hash_is_no_password() {
    String hash = PasswordHash.of("p:w d", bob.id().toString());

    assertThat(ask("{}", FakeExchange.get("/").header("authorization", basic("bob:" + hash))))
        .isEqualTo(UNAUTHORIZED);
  }

  @Test
  void a_caller_with_a_wrong_password_may_become_the_anonymous_consumer() {
    Consumer guest = gateway.consumer("guest", null);
    FakeExchange exchange = FakeExchange.get("/").header("authorization", basic("bob:bad"));

    assertThat(ask("{'anonymous':'guest'}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.consumer()).isSameAs(guest);
    assertThat(exchange.credential()).isNull();
  }

  @Test
  void what_came_in_a_header_is_not_shown_as_text() {
    assertThat(String.valueOf(NameAndPassword.of(RIGHT))).isEqualTo("bob");
  }

  private void password(String name, String password) {
    gateway.credential(
        bob,
        "basicauth_credentials",
        "username",
        "{'username':'"
            + name
            + "','password':'"
            + PasswordHash.of(password, bob.id().toString())
            + "'}");
  }

  private static FakeExchange both(String forProxy, String usual) {
    return FakeExchange.get("/")
        .header("proxy-authorization", forProxy)
        .header("authorization", usual);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private String ask(String config, FakeExchange exchange) {
    return Replies.text(start(config).access(exchange));
  }

  private PluginHandler start(String config) {
    return gateway.start(new BasicAuthPlugin(), config);
  }
}
