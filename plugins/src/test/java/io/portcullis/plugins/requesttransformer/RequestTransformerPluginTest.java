package io.portcullis.plugins.requesttransformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.testkit.EchoTarget;
import io.portcullis.proxy.testkit.GatewayFixture;
import io.portcullis.proxy.testkit.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTransformerPluginTest {
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
  private final FakeGateway context = new FakeGateway();
  private final EchoTarget target = EchoTarget.start();

  @AfterEach
  void stop() {
    target.close();
    context.close();
  }

  @Test
  void changes_headers_in_order() {
    EchoTarget.Received got =
        get(
            "{'remove':{'headers':['X-A']},'rename':{'headers':['X-B:X-C']},"
                + "'replace':{'headers':['X-C:rep','X-No:x']},"
                + "'add':{'headers':['X-A:readd','X-C:no']},'append':{'headers':['X-C:app']}}",
            "/",
            "X-A: 1\r\nX-B: 2\r\nX-B: 3\r\n");

    assertThat(got.header("x-a")).isEqualTo("readd");
    assertThat(got.header("x-b")).isNull();
    assertThat(got.header("x-c")).isEqualTo("rep\napp");
    assertThat(got.header("x-no")).isNull();
  }

  @Test
  void the_host_can_only_be_replaced() {
    assertThat(get("{'add':{'headers':['Host:x']},'append':{'headers':['host:y']}}", "/", ""))
        .satisfies(got -> assertThat(got.header("host")).isEqualTo("gw.test"));
    assertThat(get("{'replace':{'headers':['Host:$(headers.x_h)']}}", "/", "X-H: z.test:81\r\n"))
        .satisfies(got -> assertThat(got.header("host")).isEqualTo("z.test:81"));
    assertThat(get("{'rename':{'headers':['X-H:Host']}}", "/", "X-H: w.test\r\n"))
        .satisfies(got -> assertThat(got.header("host")).isEqualTo("w.test"));
  }

  @Test
  void a_host_that_is_none_is_refused() {
    RawClient.Answer answer =
        send(
            "{'replace':{'headers':['Host:$(headers.x_h)']}}",
            "GET / HTTP/1.1\r\nX-H: a b\r\n",
            "");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(target.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'add':{'querystring':['a:added','n:v w&x']}} | /?a=1&b=2&b=3 | /?a=1&b=2&b=3&n=v%20w%26x",
        "{'add':{'querystring':['a:added','n:1']}} | /?a | /?a&n=1",
        "{'add':{'querystring':['a:added']}} | /?c=9 | /?a=added&c=9",
        "{'remove':{'querystring':['a','b']}} | /?a=1&b=2&b=3 | /",
        "{'remove':{'querystring':['a']}} | /?A=1&c=%20 | /?A=1&c=%20",
        "{'rename':{'querystring':['b:x']}} | /?b=2&a=1&b=3 | /?a=1&x=2&x=3",
        "{'replace':{'querystring':['b:x','c:no']}} | /?b=2&a=1&b=3 | /?a=1&b=x",
        "{'append':{'querystring':['b:x']}} | /?b=2&a=1 | /?a=1&b=2&b=x",
        "{'add':{'querystring':['n:é']}} | / | /?n=%C3%A9",
        "{'add':{'querystring':['n:$(query_params.q)']}} | /?q=%26%C3 | /?n=%26%C3&q=%26%C3",
        "{'replace':{'uri':'/new/path'}} | /t/x?q=1 | /new/path?q=1",
        "{'replace':{'uri':'new?own=1'}} | /t/x?q=1 | /new?own=1&q=1",
        "{'replace':{'uri':'/u/$(query_params.q)/$(headers.host)'}} | /?q=a%2Fb%3Fc%20d"
            + " | /u/a/b%3Fc%20d/gw.test?q=a%2Fb%3Fc%20d",
      })
  void changes_query_and_path(String config, String sent, String expected) {
    assertThat(get(config, sent, "").target()).isEqualTo(expected);
  }

  @Test
  void templates_read_the_request_as_it_came() {
    EchoTarget.Received got =
        get(
            "{'remove':{'headers':['X-In'],'querystring':['q']},"
                + "'add':{'headers':['X-Q:$(query_params.q)'],"
                + "'querystring':['h:$(headers.x_in)']}}",
            "/?q=7",
            "X-In: in\r\n");

    assertThat(got.header("x-in")).isNull();
    assertThat(got.header("x-q")).isEqualTo("7");
    assertThat(got.target()).isEqualTo("/?h=in");
  }

  @Test
  void a_value_makes_no_second_header() {
    EchoTarget.Received got =
        get("{'add':{'headers':['X-Q:$(query_params.q)']}}", "/?q=a%0d%0aX-Evil:1%C4%8A", "");

    assertThat(got.header("x-q")).isEqualTo("a%0D%0AX-Evil:1\u00c4\u008a");
    assertThat(got.header("x-evil")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'append':{'body':['a:app','n3:v']}} | {'a':'1','b':2} |"
            + " {'a':['1','app'],'b':2,'n3':['v']}",
        "{'replace':{'body':['a:new','zz:no']}} | {'a':'1','b':2} | {'a':'new','b':2}",
        "{'remove':{'body':['a']},'rename':{'body':['b:c']}} | {'a':1,'b':2.50} | {'c':2.50}",
        "{'add':{'body':['k:5','a:no']}} | {'a':null} | {'a':null,'k':'5'}",
        "{'add':{'body':['k:5']}} | `` | {'k':'5'}",
        "{'replace':{'body':['k:5']}} | `` | ``",
        "{'add':{'body':['k:5']}} | {bad | {bad",
        "{'add':{'body':['k:5']}} | [1] | [1]",
        "{'add':{'body':['k:$(headers.host)']}} | {} | {'k':'gw.test'}",
        "{'add':{'body':['k:a:b']}} | {} | {'k':'a:b'}",
      })
  void changes_json(String config, String sent, String expected) {
    EchoTarget.Received got = post(config, JSON, sent.replace('\'', '"'));

    assertThat(got.text()).isEqualTo(expected.replace('\'', '"'));
    assertThat(got.header("content-length")).isEqualTo(Integer.toString(expected.length()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'append':{'body':['a:app','n:v']}} | a=1&b=2 | a=1&b=2&a=app&n=v",
        "{'replace':{'body':['a:new x']}} | b=2&a=1&a=3 | b=2&a=new%20x",
        "{'remove':{'body':['a']},'rename':{'body':['b:c']}} | a=1&b=2 | c=2",
        "{'add':{'body':['k:5','a:no']}} | a=1 | a=1&k=5",
        "{'remove':{'body':['x']}} | a=1+2 | a=1+2",
      })
  void changes_forms(String config, String sent, String expected) {
    assertThat(post(config, FORM, sent).text()).isEqualTo(expected);
  }

  @Test
  void changes_multipart_forms() {
    String body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";

    EchoTarget.Received got =
        post(
            "{'replace':{'body':['a:2']}}",
            "Content-Type: multipart/form-data; boundary=x\r\n",
            body);

    assertThat(got.text()).isEqualTo(body.replace("1", "2"));
  }

  @Test
  void other_bodies_stream() {
    PluginHandler handler = start("{'add':{'body':['a:1']}}");
    try (GatewayFixture gateway = gateway(handler, 10);
        RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n"
              + "hello world");
      assertThat(client.answer().status()).isEqualTo(200);
      client.send("POST / HTTP/1.1\r\nHost: a\r\n" + JSON + "Content-Length: 11\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
    assertThat(target.lastRequest().text()).isEqualTo("hello world");
  }

  @Test
  void a_form_moves_into_the_query_of_a_get() {
    EchoTarget.Received got = post("{'http_method':'GET'}", "/?c=3&a=0", FORM, "b=2&a=1");

    assertThat(got.method()).isEqualTo("GET");
    assertThat(got.target()).isEqualTo("/?a=0&a=1&b=2&c=3");
    assertThat(got.text()).isEqualTo("b=2&a=1");
    assertThat(post("{'http_method':'GET'}", "/?c=3", JSON, "{}").target()).isEqualTo("/?c=3");
    assertThat(post("{'http_method':'PUT'}", "/?c=3", FORM, "a=1").target()).isEqualTo("/?c=3");
  }

  @Test
  void a_method_that_gets_no_body_leaves_the_client_without_one() {
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    RawClient.Answer answer = send("{'http_method':'HEAD'}", "GET / HTTP/1.1\r\n", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers("content-length")).containsExactly("0");
    assertThat(target.lastRequest().method()).isEqualTo("HEAD");
  }

  @Test
  void the_answer_to_a_head_stays_without_a_body() {
    target.answers("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    try (GatewayFixture gateway = gateway(start("{'http_method':'GET'}"), 10);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answerToHead().status()).isEqualTo(200);
      }
    }
    assertThat(target.lastRequest().method()).isEqualTo("GET");
  }

  @Test
  void a_configuration_that_names_no_body_wants_none() {
    assertThat(start("{'add':{'headers':['a:1'],'querystring':['b:2']}}").wantsRequestBody())
        .isFalse();
    assertThat(start("{'http_method':'POST'}").wantsRequestBody()).isFalse();
    assertThat(start("{'http_method':'GET'}").wantsRequestBody()).isTrue();
    assertThat(start("{'append':{'body':['a:1']}}").wantsRequestBody()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'add':{'headers':['a:$(os.exit())']}}",
        "{'replace':{'uri':'/$(headers.)'}}",
        "{'append':{'body':['a:$(x)']}}"
      })
  void a_template_that_is_not_understood_keeps_the_configuration_from_starting(String config) {
    assertThatIllegalArgumentException().isThrownBy(() -> start(config));
  }

  private PluginHandler start(String config) {
    return context.start(new RequestTransformerPlugin(), config);
  }

  private EchoTarget.Received get(String config, String path, String lines) {
    send(config, "GET " + path + " HTTP/1.1\r\n" + lines, "");
    return target.lastRequest();
  }

  private EchoTarget.Received post(String config, String lines, String body) {
    return post(config, "/", lines, body);
  }

  private EchoTarget.Received post(String config, String path, String lines, String body) {
    send(
        config,
        "POST " + path + " HTTP/1.1\r\n" + lines + "Content-Length: " + body.length() + "\r\n",
        body);
    return target.lastRequest();
  }

  private RawClient.Answer send(String config, String head, String body) {
    try (GatewayFixture gateway = gateway(start(config), 10_000);
        RawClient client = gateway.connect()) {
      return client.send(head + "Host: gw.test\r\n\r\n" + body).answer();
    }
  }

  private GatewayFixture gateway(PluginHandler handler, int bodyLimit) {
    return GatewayFixture.gateway()
        .service("s", target)
        .route("s", route -> route.put("preserve_host", true).put("strip_path", false), "/")
        .plugin(handler, new PluginTraits(801, false, bodyLimit, 0))
        .start();
  }
}
