package io.portcullis.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.HashKey;
import io.portcullis.core.entity.HashKey.Input;
import io.portcullis.core.plugin.Headers;
import io.portcullis.proxy.chain.TestExchange;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class HashInputTest {
  private final AtomicInteger cookies = new AtomicInteger();

  private HashInput on(Input input, @Nullable String name) {
    return new HashInput(
        new HashKey(input, name), HashKey.NONE, "/shop", () -> "c" + cookies.incrementAndGet());
  }

  @Test
  void one_value_one_hash_and_another_value_another_one() {
    HashInput ip = on(Input.IP, null);
    assertThat(ip.of(new AskingExchange().from("10.0.0.1")))
        .isEqualTo(ip.of(new AskingExchange().from("10.0.0.1").path("/else")))
        .isNotEqualTo(ip.of(new AskingExchange().from("10.0.0.2")));
    HashInput path = on(Input.PATH, null);
    assertThat(path.of(new AskingExchange().path("/a")))
        .isNotEqualTo(path.of(new AskingExchange().path("/b")));
    HashInput capture = on(Input.URI_CAPTURE, "user");
    assertThat(capture.of(new AskingExchange().capture("user", "ann")))
        .isNotEqualTo(capture.of(new AskingExchange().capture("user", "bob")))
        .isNotEqualTo(HashInput.ABSENT);
    assertThat(capture.of(new AskingExchange())).isEqualTo(HashInput.ABSENT);
  }

  @Test
  void headers_are_found_in_any_case_with_dashes_and_all_their_lines() {
    HashInput header = on(Input.HEADER, "X-Key");
    long one = header.of(new AskingExchange().header("x-key", "a"));
    assertThat(one).isNotEqualTo(HashInput.ABSENT);
    assertThat(header.of(new AskingExchange().header("x-key", "a").header("x-key", "b")))
        .isNotEqualTo(one);
    assertThat(header.of(new AskingExchange().header("x-other", "a"))).isEqualTo(HashInput.ABSENT);
  }

  @Test
  void the_order_of_an_arguments_values_does_not_matter() {
    HashInput argument = on(Input.QUERY_ARG, "q");
    assertThat(argument.of(new AskingExchange().argument("q", "a", "b")))
        .isEqualTo(argument.of(new AskingExchange().argument("q", "b", "a")))
        .isNotEqualTo(argument.of(new AskingExchange().argument("q", "a")));
    assertThat(argument.of(new AskingExchange().argument("q"))).isNotEqualTo(HashInput.ABSENT);
    assertThat(argument.of(new AskingExchange())).isEqualTo(HashInput.ABSENT);
  }

  @Test
  void a_consumer_or_else_the_credential() {
    HashInput consumer = on(Input.CONSUMER, null);
    AskingExchange nobody = new AskingExchange();
    assertThat(consumer.of(nobody)).isEqualTo(HashInput.ABSENT);
    UUID id = UUID.randomUUID();
    AskingExchange known = new AskingExchange();
    known.authenticate(TestExchange.consumer(id), null);
    assertThat(consumer.of(known)).isNotEqualTo(HashInput.ABSENT);
    AskingExchange proven = new AskingExchange();
    proven.authenticate(
        null,
        new Credential(
            "keyauth_credentials", id, "k", null, JsonNodeFactory.instance.objectNode()));
    assertThat(consumer.of(proven)).isEqualTo(consumer.of(known));
  }

  @Test
  void a_cookie_is_found_among_others() {
    HashInput cookie = on(Input.COOKIE, "sid");
    long one = cookie.of(new AskingExchange().header("cookie", "sid=1"));
    assertThat(cookie.of(new AskingExchange().header("cookie", "xsid=2; sid=1; a=b")))
        .isEqualTo(one);
    assertThat(
            cookie.of(new AskingExchange().header("cookie", "a=b").header("cookie", "a=c;sid=1")))
        .isEqualTo(one);
    assertThat(cookies).hasValue(0);
  }

  @Test
  void a_client_without_a_cookie_is_given_one_that_leads_to_the_same_target() {
    HashInput cookie = on(Input.COOKIE, "sid");
    AskingExchange exchange = new AskingExchange().header("cookie", "other=1");
    long first = cookie.of(exchange);
    assertThat(cookie.of(exchange)).isEqualTo(first);
    StickyCookie given = exchange.get(StickyCookie.KEY);
    assertThat(given).isEqualTo(new StickyCookie("sid", "c1", "/shop"));
    assertThat(cookie.of(new AskingExchange().header("cookie", "sid=" + given.value())))
        .isEqualTo(first);
    Headers answer = new Headers();
    answer.add("set-cookie", "sid=theirs; Path=/").add("set-cookie", "sider=1");
    given.addTo(answer);
    assertThat(answer.all("set-cookie"))
        .containsExactly("sider=1", "sid=c1; Path=/shop; Same-Site=Lax; HttpOnly");
  }

  @Test
  void the_fallback_decides_where_the_first_has_nothing() {
    HashInput both =
        new HashInput(
            new HashKey(Input.HEADER, "X-Key"), new HashKey(Input.QUERY_ARG, "q"), "/", () -> "");
    HashInput argument = on(Input.QUERY_ARG, "q");
    assertThat(both.of(new AskingExchange().argument("q", "v")))
        .isEqualTo(argument.of(new AskingExchange().argument("q", "v")));
    assertThat(both.of(new AskingExchange().header("x-key", "h").argument("q", "v")))
        .isNotEqualTo(both.of(new AskingExchange().argument("q", "v")));
    assertThat(both.of(new AskingExchange())).isEqualTo(HashInput.ABSENT);
  }
}
