package io.portcullis.plugins.ratelimiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimitingPluginTest {
  private static final String NEXT = "next";
  private static final String REFUSED = "429 API rate limit exceeded";

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void tells_clients_of_every_period() {
    PluginHandler handler =
        start(
            "{'second':1000,'minute':2000,'hour':3000,'day':4000,'month':5000,'year':6000,"
                + "'limit_by':'ip'}");

    assertThat(headersOfAllowed(handler, FakeExchange.get("/")))
        .isEqualTo(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("x-ratelimit-limit-second", "1000"),
                    Map.entry("x-ratelimit-remaining-second", "999"),
                    Map.entry("x-ratelimit-limit-minute", "2000"),
                    Map.entry("x-ratelimit-remaining-minute", "1999"),
                    Map.entry("x-ratelimit-limit-hour", "3000"),
                    Map.entry("x-ratelimit-remaining-hour", "2999"),
                    Map.entry("x-ratelimit-limit-day", "4000"),
                    Map.entry("x-ratelimit-remaining-day", "3999"),
                    Map.entry("x-ratelimit-limit-month", "5000"),
                    Map.entry("x-ratelimit-remaining-month", "4999"),
                    Map.entry("x-ratelimit-limit-year", "6000"),
                    Map.entry("x-ratelimit-remaining-year", "5999"),
                    Map.entry("ratelimit-limit", "1000"),
                    Map.entry("ratelimit-remaining", "999"),
                    Map.entry("ratelimit-reset", "1"))));
  }

  @Test
  void refuses_over_the_limit_without_counting_the_refused() {
    PluginHandler handler = start("{'hour':2,'day':4,'year':100,'limit_by':'ip'}");
    assertThat(ask(handler)).isEqualTo(NEXT);
    assertThat(ask(handler)).isEqualTo(NEXT);
    for (int i = 0; i < 3; i++) {
      Reply refusal = handler.access(FakeExchange.get("/"));
      assertThat(Replies.text(refusal)).isEqualTo(REFUSED);
      assertThat(Replies.headers(refusal))
          .containsEntry("x-ratelimit-remaining-hour", "0")
          .containsEntry("x-ratelimit-remaining-day", "2")
          .containsEntry("x-ratelimit-remaining-year", "98")
          .containsEntry("ratelimit-limit", "2")
          .containsEntry("ratelimit-remaining", "0")
          .containsEntry("ratelimit-reset", "2370")
          .containsEntry("retry-after", "2370");
    }
    gateway.now.addAndGet(3_600_000);

    assertThat(headersOfAllowed(handler, FakeExchange.get("/")))
        .containsEntry("x-ratelimit-remaining-day", "1");
  }

  @Test
  void of_two_equally_tight_periods_the_longer_is_told() {
    PluginHandler handler = start("{'day':2,'month':2,'limit_by':'ip'}");

    assertThat(headersOfAllowed(handler, FakeExchange.get("/")))
        .containsEntry("ratelimit-limit", "2")
        .containsEntry(
            "ratelimit-reset",
            Long.toString(2_592_000 - (14 * 86_400 + 10 * 3_600 + 20 * 60 + 30)));
  }

  @Test
  void a_month_of_31_days_still_resets_in_at_least_a_second() {
    gateway.now.set(Instant.parse("2024-05-31T12:00:00Z").toEpochMilli());

    assertThat(headersOfAllowed(start("{'month':5}"), FakeExchange.get("/")))
        .containsEntry("ratelimit-reset", "1");
  }

  @Test
  void a_limit_need_not_be_whole() {
    PluginHandler handler = start("{'minute':1.5,'limit_by':'ip'}");

    assertThat(headersOfAllowed(handler, FakeExchange.get("/")))
        .containsEntry("x-ratelimit-limit-minute", "1.5")
        .containsEntry("x-ratelimit-remaining-minute", "0.5");
    assertThat(ask(handler)).isEqualTo(NEXT);
    assertThat(ask(handler)).isEqualTo(REFUSED);
  }

  @Test
  void answers_may_be_silent_about_limits() {
    PluginHandler handler = start("{'day':1,'hide_client_headers':true}");

    assertThat(headersOfAllowed(handler, FakeExchange.get("/"))).isEmpty();
    assertThat(Replies.headers(handler.access(FakeExchange.get("/")))).isEmpty();
  }

  @Test
  void status_and_message_may_be_chosen() {
    PluginHandler handler = start("{'day':1,'error_code':418,'error_message':'Slow down'}");
    ask(handler);

    assertThat(ask(handler)).isEqualTo("418 Slow down");
  }

  @Test
  void by_default_each_consumer_counts_alone_then_the_credential_then_the_address() {
    PluginHandler handler = start("{'day':1}");
    Consumer alice = gateway.consumer("alice", null);
    Credential one = gateway.jwt(alice, "k1", "{}");
    Credential two = gateway.jwt(alice, "k2", "{}");

    assertThat(ask(handler, as(alice, one))).isEqualTo(NEXT);
    assertThat(ask(handler, as(alice, two))).isEqualTo(REFUSED);
    assertThat(ask(handler, as(gateway.consumer("bob", null), one))).isEqualTo(NEXT);
    assertThat(ask(handler, as(null, one))).isEqualTo(NEXT);
    assertThat(ask(handler, as(null, two))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/"))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/"))).isEqualTo(REFUSED);
    assertThat(ask(handler, FakeExchange.get("/").from("10.0.0.1"))).isEqualTo(NEXT);
  }

  @Test
  void by_credential_each_credential_counts_alone() {
    PluginHandler handler = start("{'day':1,'limit_by':'credential'}");
    Consumer alice = gateway.consumer("alice", null);

    assertThat(ask(handler, as(alice, gateway.jwt(alice, "k1", "{}")))).isEqualTo(NEXT);
    assertThat(ask(handler, as(alice, gateway.jwt(alice, "k2", "{}")))).isEqualTo(NEXT);
  }

  @Test
  void by_service_all_clients_share() {
    PluginHandler handler = start("{'day':1,'limit_by':'service'}");
    Service service = FakeGateway.service("svc");

    assertThat(ask(handler, FakeExchange.get("/").on(null, service))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/").on(null, service).from("10.0.0.1")))
        .isEqualTo(REFUSED);
    assertThat(ask(handler, FakeExchange.get("/").on(null, FakeGateway.service("other"))))
        .isEqualTo(NEXT);
  }

  @Test
  void by_header_each_value_counts_alone() {
    PluginHandler handler = start("{'day':1,'limit_by':'header','header_name':'X-Tenant'}");

    assertThat(ask(handler, FakeExchange.get("/").header("x-tenant", "a"))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/").header("x-tenant", "a").from("10.0.0.1")))
        .isEqualTo(REFUSED);
    assertThat(ask(handler, FakeExchange.get("/").header("x-tenant", "b"))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/"))).isEqualTo(NEXT);
  }

  @Test
  void by_path_only_that_path_is_shared() {
    PluginHandler handler = start("{'day':1,'limit_by':'path','path':'/t/limited'}");

    assertThat(ask(handler, FakeExchange.get("/t/limited"))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/t/limited?x=1").from("10.0.0.1")))
        .isEqualTo(REFUSED);
    assertThat(ask(handler, FakeExchange.get("/t/other"))).isEqualTo(NEXT);
    assertThat(ask(handler, FakeExchange.get("/t/another"))).isEqualTo(REFUSED);
  }

  @Test
  void configurations_of_one_scope_share_counters_and_others_do_not() {
    UUID service = UUID.randomUUID();
    gateway.scope(null, service);
    PluginHandler before = start("{'day':1}");
    PluginHandler after = start("{'day':1}");
    PluginHandler elsewhere =
        gateway.scope(UUID.randomUUID(), null).start(new RateLimitingPlugin(), "{'day':1}");

    assertThat(ask(before)).isEqualTo(NEXT);
    assertThat(ask(after)).isEqualTo(REFUSED);
    assertThat(ask(elsewhere)).isEqualTo(NEXT);
  }

  @Test
  void shared_policies_count_on_this_node_alone_or_refuse() {
    PluginHandler tolerant = start("{'day':1,'policy':'cluster'}");
    assertThat(ask(tolerant)).isEqualTo(NEXT);
    assertThat(ask(tolerant)).isEqualTo(REFUSED);

    PluginHandler strict =
        start("{'day':1,'policy':'redis','fault_tolerant':false,'redis':{'host':'r.test'}}");
    assertThat(ask(strict)).isEqualTo("500 An unexpected error occurred");
  }

  private PluginHandler start(String config) {
    return gateway.start(new RateLimitingPlugin(), config);
  }

  private static String ask(PluginHandler handler) {
    return ask(handler, FakeExchange.get("/"));
  }

  private static String ask(PluginHandler handler, FakeExchange exchange) {
    return Replies.text(handler.access(exchange));
  }

  private static FakeExchange as(Consumer consumer, Credential credential) {
    FakeExchange exchange = FakeExchange.get("/");
    exchange.authenticate(consumer, credential);
    return exchange;
  }

  private static Map<String, String> headersOfAllowed(
      PluginHandler handler, FakeExchange exchange) {
    assertThat(Replies.text(handler.access(exchange))).isEqualTo(NEXT);
    handler.headerFilter(exchange);
    Map<String, String> headers = new TreeMap<>();
    exchange.response().headers().forEach(headers::put);
    return headers;
  }
}
