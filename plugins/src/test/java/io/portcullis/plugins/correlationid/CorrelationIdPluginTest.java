package io.portcullis.plugins.correlationid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.portcullis.core.log.LogEntry;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrelationIdPluginTest {
  private final FakeGateway gateway = new FakeGateway();
  private final AtomicLong made = new AtomicLong();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void the_upstream_and_the_log_get_a_uuid() {
    FakeExchange exchange = FakeExchange.get("/");

    start("{'generator':'uuid','header_name':'X-Cid'}").access(exchange);

    assertThat(exchange.request().headers().all("x-cid"))
        .containsExactly("00000000-0000-0000-0000-000000000001");
    assertThat(exchange.get(LogEntry.CORRELATION_ID))
        .isEqualTo("00000000-0000-0000-0000-000000000001");
  }

  @Test
  void a_counter_counts_across_configurations() {
    FakeExchange first = FakeExchange.get("/");
    FakeExchange second = FakeExchange.get("/");

    start("{}").access(first);
    start("{'header_name':'x-other'}").access(second);

    String prefix = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}#";
    assertThat(first.request().headers().get("kong-request-id")).matches(prefix + "1$");
    assertThat(second.request().headers().get("x-other")).matches(prefix + "2$");
  }

  @Test
  void a_tracker_names_listener_process_connection_request_and_time() {
    FakeExchange exchange = FakeExchange.get("/");
    gateway.now.set(1_715_768_430_007L);

    start("{'generator':'tracker'}").access(exchange);

    assertThat(exchange.request().headers().get("kong-request-id"))
        .isEqualTo("10.0.0.9-8000-42-7-3-1715768430.007");
  }

  @Test
  void an_identifier_that_came_along_is_kept_and_told() {
    FakeExchange exchange = FakeExchange.get("/").header("kong-request-id", "mine");
    PluginHandler handler = start("{'echo_downstream':true}");

    handler.access(exchange);
    handler.headerFilter(exchange);

    assertThat(exchange.request().headers().all("kong-request-id")).containsExactly("mine");
    assertThat(exchange.response().headers().all("kong-request-id")).containsExactly("mine");
    assertThat(exchange.get(LogEntry.CORRELATION_ID)).isEqualTo("mine");
  }

  @Test
  void an_empty_one_is_replaced() {
    FakeExchange exchange = FakeExchange.get("/").header("kong-request-id", "");

    start("{'generator':'uuid'}").access(exchange);

    assertThat(exchange.request().headers().all("kong-request-id"))
        .containsExactly("00000000-0000-0000-0000-000000000001");
  }

  @Test
  void the_answer_tells_nothing_unless_asked_to() {
    FakeExchange exchange = FakeExchange.get("/");
    PluginHandler handler = start("{}");

    handler.access(exchange);
    handler.headerFilter(exchange);

    assertThat(exchange.response().headers().size()).isZero();
  }

  @Test
  void an_answer_before_any_access_has_one_too() {
    PluginHandler handler = start("{'generator':'uuid','echo_downstream':true}");
    FakeExchange with = FakeExchange.get("/").header("kong-request-id", "mine");
    FakeExchange without = FakeExchange.get("/");

    handler.headerFilter(with);
    handler.headerFilter(without);

    assertThat(with.response().headers().get("kong-request-id")).isEqualTo("mine");
    assertThat(without.response().headers().get("kong-request-id"))
        .isEqualTo("00000000-0000-0000-0000-000000000001");
  }

  @Test
  void uuids_are_of_version_4() {
    PluginHandler handler =
        gateway.start(new CorrelationIdPlugin(), "{'generator':'uuid','header_name':'x'}");
    Set<UUID> seen = new HashSet<>();

    for (int i = 0; i < 1000; i++) {
      FakeExchange exchange = FakeExchange.get("/");
      handler.access(exchange);
      seen.add(UUID.fromString(exchange.request().headers().all("x").getFirst()));
    }

    assertThat(seen).hasSize(1000).allMatch(id -> id.version() == 4 && id.variant() == 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X Y", "a:b", "é", "a\\r\\nb"})
  void a_name_that_no_header_has_is_refused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start("{'header_name':'" + name + "'}"))
        .withMessageContaining("is not the name of a header");
  }

  private PluginHandler start(String config) {
    return gateway.start(
        new CorrelationIdPlugin(() -> new UUID(0, made.incrementAndGet())), config);
  }
}
