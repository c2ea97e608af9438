package io.portcullis.plugins.endpointrouter;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointRouterPluginTest {
  private static final String ENDPOINTS =
      "'endpoints':[{'path':'/users/{id}','method':'GET'},{'path':'/users/{id}','method':'POST'},"
          + "{'path':'/Orders/','method':'GET'},{'path':'/files/*','method':'GET'},"
          + "{'path':'/users/me/name','method':'GET'}]";

  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nope,404 404 page not found",
    "GET,/,404 404 page not found",
    "GET,/users,404 404 page not found",
    "GET,/users/7/name,404 404 page not found",
    "PUT,/users/7,405 405 method not allowed",
    "POST,/files/a/b,405 405 method not allowed",
    "PUT,/nope,404 404 page not found"
  })
  void what_is_for_no_endpoint_is_told_so(String method, String path, String expected) {
    Reply reply = start("{" + ENDPOINTS + "}").access(FakeExchange.get(path).method(method));

    assertThat(Replies.text(reply)).isEqualTo(expected);
    assertThat(Replies.headers(reply))
        .containsEntry("x-krakend-completed", "false")
        .containsEntry("content-type", "text/plain");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/users/7/,301,/users/7",
    "POST,/users/7/?a=1,307,/users/7?a=1",
    "GET,/Orders,301,/Orders/",
    "GET,/orders/,301,/Orders/",
    "GET,/ORDERS,301,/Orders/",
    "GET,/USERS/Me,301,/users/Me",
    "GET,/users/ME/name/,301,/users/me/name",
    "GET,/Files/A/b,301,/files/A/b",
    "GET,/files,301,/files/"
  })
  void nearly_right_paths_are_redirected(String method, String target, int status, String to) {
    Reply reply = start("{" + ENDPOINTS + "}").access(FakeExchange.get(target).method(method));

    boolean page = status == 301;
    assertThat(Replies.text(reply))
        .isEqualTo(status + (page ? " <a href=\"" + to + "\">Moved Permanently</a>.\n\n" : " "));
    assertThat(Replies.headers(reply)).containsEntry("location", to);
    assertThat(Replies.headers(reply).containsKey("content-type")).isEqualTo(page);
  }

  @Test
  void redirects_and_405_can_be_turned_off() {
    PluginHandler handler =
        start(
            "{'redirect_trailing_slash':false,'redirect_fixed_path':false,"
                + "'tell_wrong_methods':false,"
                + ENDPOINTS
                + "}");

    assertThat(Replies.text(handler.access(FakeExchange.get("/users/7/")))).startsWith("404");
    assertThat(Replies.text(handler.access(FakeExchange.get("/USERS/7")))).startsWith("404");
    assertThat(Replies.text(handler.access(FakeExchange.get("/users/7").method("PUT"))))
        .startsWith("404");
  }

  @Test
  void errors_may_have_bodies_of_their_own() {
    PluginHandler handler =
        start(
            "{'not_found_body':{'msg':'<none>'},'wrong_method_body':{'msg':'not so'},"
                + ENDPOINTS
                + "}");
    Reply missing = handler.access(FakeExchange.get("/nope"));

    assertThat(Replies.text(missing)).isEqualTo("404 {\"msg\":\"\\u003cnone\\u003e\"}");
    assertThat(Replies.headers(missing))
        .containsEntry("content-type", "application/json; charset=utf-8");
    assertThat(Replies.text(handler.access(FakeExchange.get("/users/7").method("PUT"))))
        .isEqualTo("405 {\"msg\":\"not so\"}");
  }

  @Test
  void options_tell_the_methods_when_asked_to() {
    Reply reply =
        start("{'auto_options':true," + ENDPOINTS + "}")
            .access(FakeExchange.get("/users/7").method("OPTIONS"));

    assertThat(Replies.text(reply)).isEqualTo("200 ");
    assertThat(Replies.headers(reply)).containsEntry("allow", "GET, POST");
    assertThat(
            Replies.headers(
                start("{'auto_options':true," + ENDPOINTS + "}")
                    .access(FakeExchange.get("/users/7").method("PUT"))))
        .containsEntry("allow", "GET, OPTIONS, POST");
    assertThat(
            Replies.text(
                start("{" + ENDPOINTS + "}")
                    .access(FakeExchange.get("/users/7").method("OPTIONS"))))
        .startsWith("405");
  }

  @Test
  void the_health_is_where_it_is_configured() {
    PluginHandler handler =
        start("{'health_path':'/health','response_headers':{'X-Krakend':'Version 1'}}");
    Reply reply = handler.access(FakeExchange.get("/health"));

    assertThat(Replies.text(reply))
        .isEqualTo(
            "200 {\"agents\":{},\"now\":\"2024-05-15 10:20:30.000000000 +0000"
                + " UTC\",\"status\":\"ok\"}");
    assertThat(Replies.headers(reply))
        .containsOnly(Map.entry("content-type", "application/json; charset=utf-8"));
    assertThat(Replies.text(handler.access(FakeExchange.get("/__health")))).startsWith("404");
    assertThat(Replies.text(handler.access(FakeExchange.get("/health").method("POST"))))
        .startsWith("405");
  }

  @Test
  void an_echo_tells_the_request() {
    PluginHandler handler = start("{'echo':true}");
    FakeExchange exchange =
        FakeExchange.get("/__echo/a%20b?q=1&q=2&c").method("POST").header("x-request-id", "7");

    assertThat(Replies.text(handler.access(exchange)))
        .startsWith("200 {\"req_uri\":\"/__echo/a%20b?q=1\\u0026q=2\\u0026c\"")
        .contains("\"path\":\"/__echo/a b\",\"query\":\"c=\\u0026q=1\\u0026q=2\",\"user\":\"\"}")
        .contains("\"req_method\":\"POST\"")
        .contains("\"req_querystring\":{\"c\":[\"\"],\"q\":[\"1\",\"2\"]}")
        .contains("\"X-Request-Id\":[\"7\"]");
    assertThat(Replies.text(handler.access(FakeExchange.get("/__debug/a")))).startsWith("404");
  }

  @Test
  void debugging_answers_pong() {
    PluginHandler handler = start("{'debug':true}");

    assertThat(Replies.text(handler.access(FakeExchange.get("/__debug/a"))))
        .isEqualTo("200 {\"message\":\"pong\"}");
    assertThat(handler.wantsRequestBody(FakeExchange.get("/__debug/a").request())).isTrue();
    assertThat(handler.wantsRequestBody(FakeExchange.get("/other").request())).isFalse();
    assertThat(start("{}").wantsRequestBody()).isFalse();
  }

  @Test
  void a_path_that_is_escaped_twice_is_refused() {
    assertThat(Replies.text(start("{'echo':true}").access(FakeExchange.get("/__echo/a%252Fb"))))
        .isEqualTo("400 error: encoded url params");
  }

  private PluginHandler start(String config) {
    return gateway.start(new EndpointRouterPlugin(), config);
  }
}
