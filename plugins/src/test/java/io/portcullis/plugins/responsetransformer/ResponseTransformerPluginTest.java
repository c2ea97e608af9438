package io.portcullis.plugins.responsetransformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseTransformerPluginTest {
  private final FakeGateway context = new FakeGateway();
  private final EchoTarget target = EchoTarget.start();

  @AfterEach
  void stop() {
    target.close();
    context.close();
  }

  @Test
  void changes_headers_in_order() {
    target.answers(
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nX-B: 3\r\nX-C: 4\r\nContent-Length: 2\r\n\r\nok");

    RawClient.Answer answer =
        get(
            "{'remove':{'headers':['X-B:any']},'rename':{'headers':['X-A:X-Z']},"
                + "'replace':{'headers':['x-c:five','x-d:no']},"
                + "'add':{'headers':['X-C:no','X-E:six']},'append':{'headers':['X-E:seven','X-U:é']}}");

    assertThat(answer.headers("x-a")).isEmpty();
    assertThat(answer.headers("x-b")).isEmpty();
    assertThat(answer.headers("x-z")).containsExactly("1", "2");
    assertThat(answer.headers("x-c")).containsExactly("five");
    assertThat(answer.headers("x-d")).isEmpty();
    assertThat(answer.headers("x-e")).containsExactly("six", "seven");
    assertThat(answer.headers("x-u")).containsExactly("\u00c3\u00a9");
    assertThat(answer.headers("content-length")).containsExactly("2");
    assertThat(answer.text()).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'remove':{'json':['a','n']}} | {'b':2}",
        "{'rename':{'json':['a:z']}} | {'b':2,'n':{'x':1},'z':'1'}",
        "{'replace':{'json':['a:new','b:false','q:no'],'json_types':['string','boolean']}}"
            + " | {'a':'new','b':false,'n':{'x':1}}",
        "{'replace':{'json':['a:5','b:1.50'],'json_types':['number','number']}}"
            + " | {'a':5,'b':1.50,'n':{'x':1}}",
        "{'add':{'json':['k:5','a:no']}} | {'a':'1','b':2,'n':{'x':1},'k':'5'}",
        "{'add':{'json':['k:five'],'json_types':['number']}} | {'a':'1','b':2,'n':{'x':1}}",
        "{'add':{'json':['k:yes'],'json_types':['boolean']}}"
            + " | {'a':'1','b':2,'n':{'x':1},'k':false}",
        "{'append':{'json':['a:app','b:app','n:app','k:app']}}"
            + " | {'a':['1','app'],'b':['app'],'n':{'x':1},'k':['app']}",
        "{'append':{'json':['k:1','k:2'],'json_types':['number','number']}}"
            + " | {'a':'1','b':2,'n':{'x':1},'k':[1,2]}",
      })
  void changes_members_of_the_body(String config, String expected) {
    answers("application/json", "{\"a\":\"1\",\"b\":2,\"n\":{\"x\":1}}");

    RawClient.Answer answer = get(config);

    assertThat(answer.text()).isEqualTo(expected.replace('\'', '"'));
    assertThat(answer.headers("content-length")).isEmpty();
    assertThat(answer.headers("transfer-encoding")).containsExactly("chunked");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | [1,2]",
        "application/json | {bad",
        "application/json | 5",
        "application/json | {} trailing",
        "text/plain;charset=x | {\"a\":1}",
        "application/grpc+json | {\"a\":1}",
        "application/jsonp | {\"a\":1}",
      })
  void leaves_other_bodies_alone(String type, String body) {
    answers(type, body);

    assertThat(get("{'remove':{'json':['a']}}").text()).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource({"application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"})
  void knows_json_by_its_type(String type) {
    answers(type, "{\"a\":1,\"keep\":1E+2}");

    assertThat(get("{'remove':{'json':['a']}}").text()).isEqualTo("{\"keep\":1E+2}");
  }

  @Test
  void a_body_in_pieces_is_changed_as_one() {
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n");

    assertThat(get("{'replace':{'json':['a:new']}}").text()).isEqualTo("{\"a\":\"new\"}");
  }

  @Test
  void compressed_and_partial_bodies_pass_with_their_length() {
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: x\r\n"
            + "Content-Length: 7\r\n\r\n{\"a\":1}");
    assertThat(get("{'remove':{'json':['a']}}").headers("content-length")).containsExactly("7");

    target.answers(
        "HTTP/1.1 206 Partial Content\r\nContent-Type: application/json\r\n"
            + "Content-Length: 7\r\n\r\n{\"a\":1}");
    assertThat(get("{'remove':{'json':['a']}}").text()).isEqualTo("{\"a\":1}");
  }

  @Test
  void an_answer_without_a_body_gets_none() {
    target.answers("HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n");
    RawClient.Answer nothing = get("{'add':{'json':['k:1'],'headers':['X-N:1']}}");
    assertThat(nothing.status()).isEqualTo(204);
    assertThat(nothing.headers("x-n")).containsExactly("1");

    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
    assertThat(get("{'add':{'json':['k:1']}}").text()).isEmpty();
  }

  @Test
  void the_answer_to_a_head_tells_no_length_that_would_be_wrong() {
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n");
    try (GatewayFixture gateway = gateway(start("{'remove':{'json':['a']}}"));
        RawClient client = gateway.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      RawClient.Answer answer = client.answerToHead();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers("content-length")).isEmpty();
    }
  }

  @Test
  void refusals_of_the_gateway_are_changed_too() {
    PluginHandler refusing =
        new PluginHandler() {
          @Override
          public Reply access(Exchange exchange) {
            return Reply.exit(400, "{\"message\":\"m\"}");
          }
        };
    try (GatewayFixture gateway =
            gateway(refusing, start("{'add':{'json':['k:1'],'headers':['X-N:1']}}"));
        RawClient client = gateway.connect()) {
      RawClient.Answer answer = client.get("/");

      assertThat(answer.text()).isEqualTo("{\"message\":\"m\",\"k\":\"1\"}");
      assertThat(answer.headers("x-n")).containsExactly("1");
      assertThat(answer.headers("content-length")).containsExactly("23");
    }
  }

  @Test
  void a_line_break_in_a_value_makes_no_header() {
    answers("text/plain;x=y", "ok");

    RawClient.Answer answer = get("{'add':{'headers':['X-N:1\\r\\nX-Evil:2']}}");

    assertThat(answer.headers("x-n")).containsExactly("1%0D%0AX-Evil:2");
    assertThat(answer.headers("x-evil")).isEmpty();
  }

  @Test
  void a_name_that_no_header_has_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start("{'append':{'headers':['bad name:1']}}"))
        .withMessage("'bad name' is not the name of a header");
  }

  private PluginHandler start(String config) {
    return context.start(new ResponseTransformerPlugin(), config);
  }

  private RawClient.Answer get(String config) {
    try (GatewayFixture gateway = gateway(start(config));
        RawClient client = gateway.connect()) {
      return client.get("/");
    }
  }

  private GatewayFixture gateway(PluginHandler... handlers) {
    GatewayFixture.Builder builder = GatewayFixture.gateway().service("s", target).route("s", "/");
    for (PluginHandler handler : handlers) {
      builder.plugin(handler);
    }
    return builder.start();
  }

  private void answers(String type, String body) {
    target.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }
}
