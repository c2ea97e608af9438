package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations of GraphQL, and how long shadows are waited for. */
class GraphQlTest {
  private static final String HERO = "query Hero($id: ID!) { hero(id: $id) { name } }";

  private final FakeGateway gateway = new FakeGateway();
  private final Backends backends = new Backends();

  @BeforeEach
  void connect() {
    gateway.upstream.set(backends.json("/graphql", "{'data':{'hero':{'name':'Luke'}}}"));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void a_query_is_posted_with_variables_from_the_path() {
    Reply reply =
        ask(
            "{'type':'query','query':'"
                + HERO
                + "','operation_name':'Hero','variables':{'id':'{id}','deep':{'a':'{id}'},"
                + "'first':3,'none':'{input_headers.x-none}','plain':'{'}}",
            "'target':'data'",
            FakeExchange.get("/heroes/7?x=1"));

    UpstreamCaller.Call call = backends.last();
    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.uri().toString()).isEqualTo("http://h.test/graphql");
    assertThat(call.headers().get("content-type")).isEqualTo("application/json");
    assertThat(body(call))
        .isEqualTo(
            "{'query':'"
                + HERO
                + "','operationName':'Hero','variables':{'id':'7','deep':{'a':'{id}'},'first':3,"
                + "'none':'','plain':'{'}}");
    assertThat(Replies.text(reply)).isEqualTo("200 {\"hero\":{\"name\":\"Luke\"}}");
  }

  @Test
  void a_query_goes_into_the_url_if_it_is_got() {
    ask(
        "{'type':'query','method':'GET','query':'{ hero & }','variables':{'id':'{id}'}}",
        "'method':'POST'",
        post("/heroes/a%20b", "ignored"));

    UpstreamCaller.Call call = backends.last();
    assertThat(call.method()).isEqualTo("GET");
    assertThat(body(call)).isEmpty();
    assertThat(URLDecoder.decode(call.uri().getRawQuery(), StandardCharsets.UTF_8))
        .isEqualTo("query={ hero & }&variables={\"id\":\"a b\"}");
    assertThat(call.uri().getRawQuery()).doesNotContain(" ").contains("%26");
  }

  @Test
  void a_query_without_variables_has_none() {
    ask("{'type':'query','query':'{ hero }'}", "", FakeExchange.get("/heroes/7"));

    assertThat(body(backends.last())).isEqualTo("{'query':'{ hero }'}");
  }

  @Test
  void a_mutation_has_the_variables_of_the_body_before_those_of_the_configuration() {
    ask(
        "{'type':'mutation','query':'mutation','variables':{'id':'{id}','stars':5,'text':'-'}}",
        "",
        post("/heroes/7", "{\"text\":\"good\",\"price\":1.10}"));

    assertThat(body(backends.last()))
        .isEqualTo(
            "{'query':'mutation','variables':{'text':'good','price':1.10,'id':'{id}','stars':5}}");
  }

  @Test
  void a_mutation_without_an_object_fails_and_calls_nobody() {
    for (String body : new String[] {"", "[1]", "{\"a\":"}) {
      Reply reply = ask("{'type':'mutation','query':'mutation'}", "", post("/heroes/7", body));
      assertThat(Replies.text(reply)).as(body).startsWith("500");
    }
    assertThat(backends.calls).isEmpty();
  }

  @Test
  void a_variable_may_come_from_an_earlier_answer() {
    backends.json("/me", "{'id':42}");
    String config =
        "{'endpoint':'/heroes/{id}','sequential':true,'backend':["
            + Endpoints.backend("/me", "")
            + ","
            + Endpoints.backend(
                "/graphql",
                "'graphql':{'type':'query','query':'q','variables':{'id':'{resp0_id}'}}")
            + "]}";

    gateway.start(new CompositionPlugin(), config).access(FakeExchange.get("/heroes/7"));

    assertThat(body(backends.last())).isEqualTo("{'query':'q','variables':{'id':'42'}}");
  }

  @Test
  void a_shadow_has_its_own_time() {
    backends.json("/a", "{}").json("/b", "{}").json("/c", "{}");
    String config =
        "{'timeout':'3s','backend':["
            + Endpoints.backend("/a", "")
            + ","
            + Endpoints.backend("/b", "'shadow':true,'shadow_timeout':'10s'")
            + ","
            + Endpoints.backend("/c", "'shadow':true")
            + "]}";

    gateway.start(new CompositionPlugin(), config).access(FakeExchange.get("/"));

    for (UpstreamCaller.Call call : backends.calls) {
      Duration most = Duration.ofSeconds(call.uri().getPath().equals("/b") ? 10 : 3);
      assertThat(call.timeout()).isBetween(most.dividedBy(2), most);
    }
    assertThat(backends.calls).hasSize(3);
  }

  private Reply ask(String graphql, String more, FakeExchange exchange) {
    String members = "'graphql':" + graphql + (more.isEmpty() ? "" : "," + more);
    String config = Endpoints.one("/graphql", members, "'endpoint':'/heroes/{id}'");
    return gateway.start(new CompositionPlugin(), config).access(exchange);
  }

  private static FakeExchange post(String target, String body) {
    return FakeExchange.get(target).method("POST").body("application/json", body);
  }

  private static String body(UpstreamCaller.Call call) {
    return new String(call.body(), StandardCharsets.UTF_8).replace('"', '\'');
  }
}
