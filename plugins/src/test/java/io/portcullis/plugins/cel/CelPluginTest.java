package io.portcullis.plugins.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions see, and what becomes of a request of which one is not true. */
class CelPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "req_method == `PUT`",
        "req_path == `/users/30/a b`",
        "req_params.Id == `30` && req_params.id == `30`",
        "int(req_params.Id) % 3 == 0",
        "req_params.name == `a b`",
        "`something` in req_headers[`X-Header`]",
        "size(req_headers[`X-Header`]) == 2",
        "!(`Absent` in req_headers)",
        "req_querystring.q == [`1`, `x y`]",
        "req_querystring[`a[]`][0] == ``",
        "now == `2024-05-15T10:20:30Z`",
        "timestamp(now).getFullYear() == 2024",
        "JWT.sub == `ann` && size(JWT.roles) > 1 && JWT.deep.n == 7",
        "req_headers.exists(name, name.startsWith(`X-`))",
        "req_path.matches(`^/users/[0-9]+/`)",
      })
  void true_expressions_let_requests_pass(String expression) {
    assertThat(ask(start(expression))).isEqualTo("next");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "req_method == `GET`",
        "int(req_params.Id) % 7 == 0",
        "req_headers[`Absent`][0] == `x`",
        "int(req_params.name) == 1",
        "req_params.Id",
        "req_querystring.q.map(x, req_querystring.q.map(y, 1 / 0)) == []",
      })
  void anything_else_is_500_without_a_body(String expression) {
    assertThat(ask(start(expression))).isEqualTo("500 ");
  }

  @Test
  void a_check_of_the_token_that_fails_is_401() {
    assertThat(ask(start("size(JWT.roles) > 2"))).isEqualTo("401 ");
    assertThat(Replies.text(start("JWT.sub == `ann`").access(FakeExchange.get("/"))))
        .as("without a token")
        .isEqualTo("401 ");
  }

  @Test
  void the_refusal_may_say_which_check_failed() {
    PluginHandler handler =
        gateway.start(
            new CelPlugin(),
            "{'checks':[{'check_expr':'size(JWT.roles) > 1'},{'check_expr':'1 == 1'},"
                + "{'check_expr':'1 == 2'}],'return_error_msg':true,"
                + "'response_headers':{'X-Done':'false'}}");

    Reply reply = handler.access(request());

    assertThat(Replies.text(reply)).isEqualTo("500 request aborted by evaluator #1");
    assertThat(Replies.headers(reply))
        .containsEntry("content-type", "text/plain; charset=utf-8")
        .containsEntry("x-done", "false")
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 ==",
        "unknown == 1",
        "resp_data.a == 1",
        "req_method == 1",
        "system(`ls`)",
        "",
        " "
      })
  void what_is_no_expression_about_requests_is_refused(String expression) {
    assertThatThrownBy(() -> start(expression)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_loop_without_bounds_is_cut_off() {
    FakeExchange exchange = FakeExchange.get("/?" + "q=1&".repeat(300));

    assertThat(
            Replies.text(
                start(
                        "req_querystring.q.all(a, req_querystring.q.all(b,"
                            + " req_querystring.q.all(c, true)))")
                    .access(exchange)))
        .isEqualTo("500 ");
  }

  private PluginHandler start(String expression) {
    return new CelHandler(
        new CelConfig(
            List.of(new CelConfig.Check(expression.replace('`', '\''))),
            "/users/{id}/{name}",
            false,
            Map.of()),
        gateway.clock());
  }

  private static FakeExchange request() {
    FakeExchange exchange =
        FakeExchange.get("/users/30/a b?q=1&q=x+y&a%5B%5D")
            .method("PUT")
            .header("x-header", "something")
            .header("x-header", "else");
    exchange.put(
        VerifiedClaims.KEY, FakeGateway.json("{'sub':'ann','roles':['a','b'],'deep':{'n':7}}"));
    return exchange;
  }

  private static String ask(PluginHandler handler) {
    return Replies.text(handler.access(request()));
  }
}
