package io.portcullis.plugins.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.plugin.AuthenticatedGroups;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AclPluginTest {
  private static final String NEXT = "next";
  private static final String FORBIDDEN = "403 You cannot consume this service";
  private static final String UNAUTHORIZED = "401 Unauthorized";
  private static final String ALLOW_ONE = "{'allow':['one','three']}";
  private static final String DENY_ONE = "{'deny':['one']}";

  private final FakeGateway gateway = new FakeGateway();
  private Consumer member;
  private Consumer other;
  private Consumer nobody;

  @BeforeEach
  void consumers() {
    member = gateway.consumer("member", null);
    gateway.group(member, "acls", "group", "one");
    gateway.group(member, "acls", "group", "two");
    other = gateway.consumer("other", null);
    gateway.group(other, "acls", "group", "two");
    nobody = gateway.consumer("nobody", null);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void members_of_an_allowed_group_pass_and_the_upstream_is_told_all_their_groups() {
    FakeExchange exchange = by(member).header("x-consumer-groups", "spoof");

    assertThat(ask(ALLOW_ONE, exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().all("x-consumer-groups")).containsExactly("one, two");
  }

  @Test
  void members_of_no_allowed_group_are_refused() {
    assertThat(ask(ALLOW_ONE, by(other))).isEqualTo(FORBIDDEN);
    assertThat(ask(ALLOW_ONE, by(nobody))).isEqualTo(FORBIDDEN);
  }

  @Test
  void members_of_a_denied_group_are_refused_and_others_pass() {
    assertThat(ask(DENY_ONE, by(member))).isEqualTo(FORBIDDEN);
    assertThat(ask(DENY_ONE, by(other))).isEqualTo(NEXT);
    assertThat(ask(DENY_ONE, by(nobody))).isEqualTo(NEXT);
  }

  @ParameterizedTest
  @CsvSource({"{'allow':['one']}", "{'deny':['one']}"})
  void a_caller_whom_nobody_recognised_is_asked_who_it_is(String config) {
    assertThat(ask(config, FakeExchange.get("/"))).isEqualTo(UNAUTHORIZED);
  }

  @Test
  void an_anonymous_consumer_without_groups_is_asked_who_it_is() {
    FakeExchange exchange = FakeExchange.get("/");
    exchange.authenticate(nobody, null);

    assertThat(ask(ALLOW_ONE, exchange)).isEqualTo(UNAUTHORIZED);
  }

  @Test
  void a_credential_without_a_consumer_is_refused() {
    FakeExchange exchange = by(nobody);
    exchange.authenticate(null, exchange.credential());

    assertThat(ask(ALLOW_ONE, exchange)).isEqualTo(FORBIDDEN);
  }

  @Test
  void hidden_groups_do_not_reach_the_upstream_whoever_sent_them() {
    FakeExchange exchange = by(member).header("x-consumer-groups", "spoof");

    assertThat(ask("{'allow':['one'],'hide_groups_header':true}", exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().contains("x-consumer-groups")).isFalse();
  }

  @Test
  void a_consumer_without_groups_cannot_make_some_up() {
    FakeExchange exchange = by(nobody).header("x-consumer-groups", "spoof");

    assertThat(ask(DENY_ONE, exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().contains("x-consumer-groups")).isFalse();
  }

  @Test
  void groups_that_an_authentication_plugin_found_count_without_a_consumer() {
    FakeExchange in = FakeExchange.get("/");
    in.put(AuthenticatedGroups.KEY, List.of("x", "three"));
    FakeExchange out = FakeExchange.get("/");
    out.put(AuthenticatedGroups.KEY, List.of("x"));

    assertThat(ask(ALLOW_ONE, in)).isEqualTo(NEXT);
    assertThat(in.request().headers().get("x-authenticated-groups")).isEqualTo("x, three");
    assertThat(in.request().headers().contains("x-consumer-groups")).isFalse();
    assertThat(ask(ALLOW_ONE, out)).isEqualTo(FORBIDDEN);
  }

  @Test
  void they_count_before_the_consumers_own_only_when_told() {
    String always = "{'allow':['one'],'always_use_authenticated_groups':true}";
    FakeExchange found = by(member);
    found.put(AuthenticatedGroups.KEY, List.of("x"));
    FakeExchange notAsked = by(member);
    notAsked.put(AuthenticatedGroups.KEY, List.of("x"));

    assertThat(ask(always, found)).isEqualTo(FORBIDDEN);
    assertThat(ask(always, by(member))).isEqualTo(NEXT);
    assertThat(ask("{'allow':['one']}", notAsked)).isEqualTo(NEXT);
  }

  @Test
  void names_of_groups_are_sent_in_utf_8_and_on_one_line() {
    gateway.group(nobody, "acls", "group", "gr\u00fcn\r\nx: y");
    FakeExchange exchange = by(nobody);

    assertThat(ask(DENY_ONE, exchange)).isEqualTo(NEXT);
    assertThat(exchange.request().headers().get("x-consumer-groups"))
        .isEqualTo(
            new String(
                "gr\u00fcn  x: y".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  private FakeExchange by(Consumer consumer) {
    FakeExchange exchange = FakeExchange.get("/");
    exchange.authenticate(
        consumer,
        gateway.credential(
            consumer, "keyauth_credentials", "key", "{'key':'" + consumer.username() + "'}"));
    return exchange;
  }

  private String ask(String config, FakeExchange exchange) {
    PluginHandler handler = gateway.start(new AclPlugin(), config);
    return Replies.text(handler.access(exchange));
  }
}
