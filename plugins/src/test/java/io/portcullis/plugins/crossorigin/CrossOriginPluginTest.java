package io.portcullis.plugins.crossorigin;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What preflights and pages are told. */
class CrossOriginPluginTest {
  private static final String TRAINING =
      "'allow_origins':['*'],'allow_methods':['POST','GET'],"
          + "'allow_headers':['Origin','Authorization','Content-Type'],"
          + "'expose_headers':['Content-Length'],'max_age':'12h'";

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  @DisplayName("B57 a preflight that is allowed is 204 and names what was asked for")
  void a_preflight_that_is_allowed_is_204() {
    Reply reply = preflight(start(TRAINING), "http://a.test", "GET", "content-type,origin");

    assertThat(Replies.text(reply)).isEqualTo("204 ");
    assertThat(Replies.headers(reply))
        .isEqualTo(
            Map.of(
                "vary",
                "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
                "access-control-allow-origin",
                "*",
                "access-control-allow-methods",
                "GET",
                "access-control-allow-headers",
                "content-type,origin",
                "access-control-max-age",
                "43200"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.test, PUT, ''",
    "http://a.test, POST, X-PINGOTHER",
    "http://a.test, POST, 'Origin, X-Other'",
  })
  void a_preflight_that_is_not_allowed_is_204_without_leave(
      String origin, String method, String headers) {
    Reply reply = preflight(start(TRAINING), origin, method, headers);

    assertThat(Replies.text(reply)).isEqualTo("204 ");
    assertThat(Replies.headers(reply)).containsOnlyKeys("vary");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.test, true",
    "HTTPS://A.TEST, true",
    "https://x.b.test, true",
    "https://b.test, false",
    "http://a.test, false",
    "https://a.test.evil, false",
    "null, false",
  })
  void origins_are_compared(String origin, boolean allowed) {
    PluginHandler handler = start("'allow_origins':['https://a.test','https://*.b.test']");

    assertThat(
            Replies.headers(preflight(handler, origin, "GET", ""))
                .get("access-control-allow-origin"))
        .isEqualTo(allowed ? origin : null);
    assertThat(page(handler, "GET", origin).get("access-control-allow-origin"))
        .isEqualTo(allowed ? origin : null);
  }

  @Test
  @DisplayName("B57 an answer to a page has its origin's leave and what it may read")
  void an_answer_to_a_page_has_its_leave() {
    PluginHandler handler = start(TRAINING);

    assertThat(page(handler, "GET", "http://a.test"))
        .isEqualTo(
            Map.of(
                "vary", "Origin",
                "access-control-allow-origin", "*",
                "access-control-expose-headers", "Content-Length"));
    assertThat(page(handler, "DELETE", "http://a.test")).containsOnlyKeys("vary");
    assertThat(page(handler, "GET", null)).containsOnlyKeys("vary");
  }

  @Test
  void without_a_list_any_header_may_be_set() {
    assertThat(
            Replies.headers(preflight(start(""), "http://a.test", "POST", "X-A, X-B"))
                .get("access-control-allow-headers"))
        .isEqualTo("X-A, X-B");
  }

  @Test
  void credentials_and_private_networks_are_allowed_when_configured() {
    PluginHandler handler = start("'allow_credentials':true,'allow_private_network':true");
    FakeExchange exchange =
        asking("http://a.test", "GET", "").header("access-control-request-private-network", "true");

    Map<String, String> lines = Replies.headers(handler.access(exchange));

    assertThat(lines)
        .containsEntry("access-control-allow-credentials", "true")
        .containsEntry("access-control-allow-private-network", "true");
    assertThat(lines.get("vary")).endsWith("Access-Control-Request-Private-Network");
  }

  @Test
  void a_global_configuration_answers_before_a_route_is_known() {
    PluginHandler handler = start("'options_success_status':200");

    assertThat(Replies.text(handler.rewrite(asking("http://a.test", "GET", "")))).isEqualTo("200 ");
    assertThat(handler.rewrite(FakeExchange.get("/"))).isEqualTo(Reply.NEXT);
    assertThat(handler.access(FakeExchange.get("/").method("OPTIONS"))).isEqualTo(Reply.NEXT);
  }

  @Test
  void preflights_may_go_on_to_the_upstream() {
    PluginHandler handler = start("'options_passthrough':true");
    FakeExchange exchange = asking("http://a.test", "GET", "");

    assertThat(handler.access(exchange)).isEqualTo(Reply.NEXT);
    handler.headerFilter(exchange);

    assertThat(lines(exchange.response().headers()))
        .containsEntry("access-control-allow-origin", "*")
        .containsEntry("access-control-allow-methods", "GET");
  }

  private PluginHandler start(String config) {
    return gateway.start(new CrossOriginPlugin(), "{" + config + "}");
  }

  private static Reply preflight(
      PluginHandler handler, String origin, String method, String headers) {
    FakeExchange exchange = asking(origin, method, headers);
    Reply reply = handler.access(exchange);
    handler.headerFilter(exchange);
    assertThat(exchange.response().headers().size()).as("added to the reply's own").isZero();
    return reply;
  }

  private static FakeExchange asking(String origin, String method, String headers) {
    FakeExchange exchange =
        FakeExchange.get("/")
            .method("OPTIONS")
            .header("origin", origin)
            .header("access-control-request-method", method);
    return headers.isEmpty()
        ? exchange
        : exchange.header("access-control-request-headers", headers);
  }

  private static Map<String, String> page(
      PluginHandler handler, String method, @Nullable String origin) {
    FakeExchange exchange = FakeExchange.get("/").method(method);
    if (origin != null) {
      exchange.header("origin", origin);
    }
    assertThat(handler.access(exchange)).isEqualTo(Reply.NEXT);
    handler.headerFilter(exchange);
    return lines(exchange.response().headers());
  }

  private static Map<String, String> lines(Headers headers) {
    Map<String, String> lines = new TreeMap<>();
    for (int i = 0; i < headers.size(); i++) {
      lines.put(headers.name(i), headers.value(i));
    }
    return lines;
  }
}
