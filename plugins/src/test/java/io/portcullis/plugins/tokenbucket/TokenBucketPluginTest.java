package io.portcullis.plugins.tokenbucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.Replies;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many requests pass, and whose. */
class TokenBucketPluginTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

  @Test
  @DisplayName("B51 B28 more than all may send is 503")
  void more_than_all_may_send_is_503() {
    TokenBucketHandler handler = start(config(2, 0, 0, 0, "ip", null, "1s"));

    assertThat(ask(handler, "10.0.0.1")).isEqualTo("next");
    assertThat(ask(handler, "10.0.0.2")).isEqualTo("next");
    assertThat(ask(handler, "10.0.0.3")).isEqualTo("503 ");
    pass(Duration.ofMillis(500));
    assertThat(ask(handler, "10.0.0.3")).isEqualTo("next");
    assertThat(ask(handler, "10.0.0.3")).isEqualTo("503 ");
  }

  @Test
  @DisplayName("B51 B28 more than a client may send is 429, and others still pass")
  void more_than_a_client_may_send_is_429() {
    TokenBucketHandler handler = start(config(100, 0, 1, 5, "header", "Authorization", "1s"));

    for (int i = 0; i < 5; i++) {
      assertThat(askWith(handler, "authorization", "alice")).isEqualTo("next");
    }
    assertThat(askWith(handler, "authorization", "alice")).isEqualTo("429 ");
    assertThat(askWith(handler, "authorization", "bob")).isEqualTo("next");
    pass(Duration.ofSeconds(1));
    assertThat(askWith(handler, "authorization", "alice")).isEqualTo("next");
    assertThat(askWith(handler, "authorization", "alice")).isEqualTo("429 ");
  }

  @Test
  void a_refusal_has_no_headers() {
    TokenBucketHandler handler = start(config(1, 1, 0, 0, "ip", null, "1h"));
    handler.access(FakeExchange.get("/"));

    Reply refusal = handler.access(FakeExchange.get("/"));

    assertThat(Replies.headers(refusal)).isEmpty();
  }

  @Test
  void a_client_who_is_refused_uses_up_nothing_of_all() {
    TokenBucketHandler handler = start(config(2, 2, 1, 1, "ip", null, "1h"));

    assertThat(ask(handler, "10.0.0.1")).isEqualTo("next");
    assertThat(ask(handler, "10.0.0.1")).isEqualTo("429 ");
    assertThat(ask(handler, "10.0.0.1")).isEqualTo("429 ");
    assertThat(ask(handler, "10.0.0.2")).isEqualTo("next");
    assertThat(ask(handler, "10.0.0.3")).isEqualTo("503 ");
  }

  @ParameterizedTest
  @CsvSource({"header,X-Client", "param,client"})
  void a_request_that_does_not_say_whose_it_is_is_refused(String strategy, String key) {
    TokenBucketHandler handler = start(config(0, 0, 100, 100, strategy, key, "1s"));

    assertThat(ask(handler, "10.0.0.1")).isEqualTo("429 ");
  }

  @Test
  void an_empty_header_is_none() {
    TokenBucketHandler handler = start(config(0, 0, 100, 100, "header", "X-Client", "1s"));

    assertThat(askWith(handler, "x-client", "")).isEqualTo("429 ");
  }

  @Test
  void parameters_of_the_path_tell_clients_apart() {
    TokenBucketConfig config =
        new TokenBucketConfig(0, 0, 1, 1, "param", "id", "1h", "/users/{id}/orders");
    TokenBucketHandler handler = start(config);

    assertThat(Replies.text(handler.access(FakeExchange.get("/users/1/orders")))).isEqualTo("next");
    assertThat(Replies.text(handler.access(FakeExchange.get("/users/1/orders")))).isEqualTo("429 ");
    assertThat(Replies.text(handler.access(FakeExchange.get("/users/2/orders")))).isEqualTo("next");
  }

  @Test
  void captures_of_the_route_tell_clients_apart() {
    TokenBucketHandler handler = start(config(0, 0, 1, 1, "param", "name", "1h"));

    assertThat(ask(handler, "10.0.0.1")).isEqualTo("next");
    assertThat(ask(handler, "10.0.0.2")).isEqualTo("429 ");
  }

  @Test
  void the_first_address_of_a_header_may_stand_for_the_connections() {
    TokenBucketHandler handler = start(config(0, 0, 1, 1, "ip", "X-Real", "1h"));

    assertThat(askWith(handler, "x-real", "10.0.0.1:99, 10.0.0.2")).isEqualTo("next");
    assertThat(askWith(handler, "x-real", "10.0.0.1")).isEqualTo("429 ");
    assertThat(askWith(handler, "x-real", "[2001:db8::1]:99")).isEqualTo("next");
    assertThat(askWith(handler, "x-real", "2001:db8::1")).isEqualTo("429 ");
    assertThat(askWith(handler, "x-real", "nobody")).as("the connection's").isEqualTo("next");
    assertThat(askWith(handler, "x-real", "somebody")).as("the connection's").isEqualTo("429 ");
  }

  @ParameterizedTest(name = "{0}/{1} per {2}")
  @CsvSource({
    // What KrakenD makes of a missing capacity.
    "100, 0, 1s, 100, 1",
    "100, 0, 1m, 1, 1",
    "100, 7, 1s, 100, 7",
    "0, 7, 1s, 1, 1",
    "0.5, 7, 1s, 1, 1",
    "1, 120, 1m, 1, 1",
    "60, 120, 1m, 1, 2",
    "5, 5, 10ms, 5, 5",
  })
  void capacities_follow_from_rates(
      double all, double client, String every, int allTokens, int clientTokens) {
    TokenBucketConfig config = config(all, 0, client, 0, "ip", null, every);

    assertThat(config.allTokens()).isEqualTo(allTokens);
    assertThat(config.clientTokens()).isEqualTo(clientTokens);
  }

  @Test
  void a_slow_rate_is_kept_exactly() {
    TokenBucketHandler handler = start(config(3, 1, 0, 0, "ip", null, "1h"));

    assertThat(ask(handler, "10.0.0.1")).isEqualTo("next");
    pass(Duration.ofMinutes(20).minusNanos(1));
    assertThat(ask(handler, "10.0.0.1")).isEqualTo("503 ");
    pass(Duration.ofNanos(1));
    assertThat(ask(handler, "10.0.0.1")).isEqualTo("next");
  }

  @Test
  void clients_are_forgotten_before_they_fill_the_memory() {
    TokenBucketHandler handler = start(config(0, 0, 1, 1, "header", "X-Client", "1h"));
    String long_ = "x".repeat(8000);

    for (int i = 0; i < 30_000; i++) {
      askWith(handler, "x-client", long_ + i);
    }

    assertThat(handler.clients()).isLessThan(10_000);
  }

  @Test
  void without_rates_everything_passes() {
    TokenBucketHandler handler = start(config(0, 5, 0, 5, "header", "X-Client", "1s"));

    for (int i = 0; i < 20; i++) {
      assertThat(ask(handler, "10.0.0.1")).isEqualTo("next");
    }
  }

  @Test
  @DisplayName("B51 the service's limit is taken before a route is known, and not twice")
  void the_services_limit_is_taken_before_a_route_is_known() {
    TokenBucketHandler handler =
        new TokenBucketHandler(
            config(2, 2, 0, 0, "ip", null, "1h"), true, nanos::get, Runnable::run);

    for (int i = 0; i < 2; i++) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(handler.rewrite(exchange)).isEqualTo(Reply.NEXT);
      assertThat(handler.access(exchange)).isEqualTo(Reply.NEXT);
    }
    assertThat(Replies.text(handler.rewrite(FakeExchange.get("/")))).isEqualTo("503 ");
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private TokenBucketHandler start(TokenBucketConfig config) {
    return new TokenBucketHandler(config, false, nanos::get, Runnable::run);
  }

  private static TokenBucketConfig config(
      double maxRate,
      int capacity,
      double clientMaxRate,
      int clientCapacity,
      String strategy,
      @Nullable String key,
      String every) {
    return new TokenBucketConfig(
        maxRate, capacity, clientMaxRate, clientCapacity, strategy, key, every, null);
  }

  private static String ask(TokenBucketHandler handler, String address) {
    return Replies.text(handler.access(FakeExchange.get("/").from(address)));
  }

  private static String askWith(TokenBucketHandler handler, String header, String value) {
    return Replies.text(handler.access(FakeExchange.get("/").header(header, value)));
  }
}
