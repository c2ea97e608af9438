package io.portcullis.plugins.requesttermination;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class RequestTerminationPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | 503 {\"message\":\"Service unavailable\"}",
        "{'status_code':401} | 401 {\"message\":\"Unauthorized\"}",
        "{'status_code':404} | 404 {\"message\":\"Not found\"}",
        "{'status_code':405} | 405 {\"message\":\"Method not allowed\"}",
        "{'status_code':500} | 500 {\"message\":\"An unexpected error occurred\"}",
        "{'status_code':502} | 502 {\"message\":\"Bad Gateway\"}",
        "{'status_code':418,'message':'tea'} | 418 {\"message\":\"tea\"}",
        "{'message':'é'} | 503 {\"message\":\"é\"}",
        "{'status_code':200,'body':'plain'} | 200 plain",
        "{'status_code':204} | `204 `",
        "{'status_code':304} | `304 `",
      })
  void answers_with_what_is_configured(String config, String expected) {
    assertThat(Replies.text(start(config).access(FakeExchange.get("/")))).isEqualTo(expected);
  }

  @Test
  void a_body_has_the_configured_content_type_or_none() {
    Reply typed = start("{'body':'<a/>','content_type':'text/xml'}").access(FakeExchange.get("/"));
    Reply untyped = start("{'body':'<a/>'}").access(FakeExchange.get("/"));

    assertThat(Replies.headers(typed)).containsEntry("content-type", "text/xml");
    assertThat(Replies.headers(untyped)).isEmpty();
  }

  @Test
  void an_error_without_any_text_is_a_page() {
    Reply reply = start("{'status_code':403}").access(FakeExchange.get("/"));

    assertThat(Replies.text(reply)).startsWith("403 <html>").contains("<h1>403</h1>");
    assertThat(Replies.headers(reply)).containsEntry("content-type", "text/html; charset=UTF-8");
  }

  @Test
  void without_the_trigger_requests_pass() {
    PluginHandler handler = start("{'trigger':'X-Stop'}");

    assertThat(Replies.text(handler.access(FakeExchange.get("/?a=1")))).isEqualTo("next");
    assertThat(Replies.text(handler.access(FakeExchange.get("/").header("x-stop", ""))))
        .startsWith("503");
    assertThat(Replies.text(handler.access(FakeExchange.get("/?X-Stop")))).startsWith("503");
    assertThat(Replies.text(handler.access(FakeExchange.get("/?X-Stop=1")))).startsWith("503");
    assertThat(Replies.text(handler.access(FakeExchange.get("/?x-stop=1")))).isEqualTo("next");
  }

  @Test
  void echo_shows_the_request() {
    FakeExchange exchange =
        FakeExchange.get("/t/x?a=1&b")
            .method("POST")
            .header("content-type", "application/json")
            .on(FakeGateway.route("r"), FakeGateway.service("svc"));
    exchange.request().setBody("{\"k\": 1}".getBytes(StandardCharsets.UTF_8));
    Reply reply = start("{'status_code':404,'echo':true}").access(exchange);

    ObjectNode echo = FakeGateway.json(Replies.text(reply).substring(4));
    assertThat(echo.get("message").stringValue()).isEqualTo("Not found");
    assertThat(echo.get("kong"))
        .isEqualTo(
            FakeGateway.json(
                "{'node_id':'00000000-0000-4000-8000-00000000000a','worker_pid':42,"
                    + "'hostname':'node.test'}"));
    ObjectNode request = (ObjectNode) echo.get("request");
    assertThat(request.get("method").stringValue()).isEqualTo("POST");
    assertThat(request.get("path").stringValue()).isEqualTo("/t/x");
    assertThat(request.get("query")).isEqualTo(FakeGateway.json("{'a':'1','b':true}"));
    assertThat(request.get("body")).isEqualTo(FakeGateway.json("{'k':1}"));
    assertThat(request.get("raw_body").stringValue()).isEqualTo("{\"k\": 1}");
    assertThat(request.get("uri_captures"))
        .isEqualTo(FakeGateway.json("{'named':{'name':'named'},'unnamed':['first']}"));
    assertThat(echo.at("/matched_route/name").stringValue()).isEqualTo("r");
    assertThat(echo.at("/matched_service/name").stringValue()).isEqualTo("svc");
  }

  @Test
  void only_an_echo_wants_the_body() {
    assertThat(start("{}").wantsRequestBody()).isFalse();
    assertThat(start("{'echo':true}").wantsRequestBody()).isTrue();
  }

  private PluginHandler start(String config) {
    return gateway.start(new RequestTerminationPlugin(), config);
  }
}
