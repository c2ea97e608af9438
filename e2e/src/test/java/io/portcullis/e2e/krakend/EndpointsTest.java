package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.upstream.ScriptedServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What endpoints of a KrakenD file answer, with the gateway as its own backend in most of them. */
final class EndpointsTest {
  @TempDir private static Path folder;

  private static ScriptedServer backend;
  private static KrakendGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    backend = ScriptedServer.start();
    backend
        .json("/users/7", "{'login':'seven'}")
        .json("/users/hafizan", "{'login':'hafizan'}")
        .answers("/moved/users/7", 301, "", "Location", backend.url() + "/users/7");
    gateway = KrakendGateway.serving(folder, file().replace("BACKEND", backend.url()));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    backend.close();
  }

  private static String file() {
    return """
    {
      '$schema': 'https://www.krakend.io/schema/v3.json',
      'version': 3,
      'host': ['http://127.0.0.1:PORT'],
      'port': PORT,
      'timeout': '20s',
      'debug_endpoint': true,
      'echo_endpoint': true,
      'extra_config': {'router': {'return_error_msg': true, 'health_path': '/health',
        'disable_health': false, 'logger_skip_paths': ['/health']}},
      'endpoints': [
        {'endpoint': '/ok', 'backend': [{'url_pattern': '/__debug/ok'}]},
        {'endpoint': '/epic-fail', 'backend': [{'url_pattern': '/this-url-likely-does-not-exist'}]},
        {'endpoint': '/mixed', 'backend': [
          {'url_pattern': '/__debug/mixed'}, {'url_pattern': '/this-url-likely-does-not-exist'}]},
        {'endpoint': '/interpretation-bad-status', 'backend': [{'url_pattern': '/unknown'}]},
        {'endpoint': '/interpretation-bad-encoding', 'backend': [
          {'url_pattern': '/__echo/', 'encoding': 'rss'}]},
        {'endpoint': '/default', 'backend': [{'url_pattern': '/__echo/'}]},
        {'endpoint': '/known-params', 'input_headers': ['Accept'],
          'input_query_strings': ['q', 'a[]'], 'backend': [{'url_pattern': '/__echo/'}]},
        {'endpoint': '/all', 'input_headers': ['*'], 'input_query_strings': ['*'],
          'backend': [{'url_pattern': '/__echo/'}]},
        {'endpoint': '/mandatory/{id}', 'input_query_strings': ['optional'],
          'backend': [{'url_pattern': '/__echo/?id={id}'}]},
        {'endpoint': '/users/{id}', 'backend': [
          {'host': ['BACKEND'], 'url_pattern': '/moved/users/{id}', 'group': 'fathi'},
          {'host': ['BACKEND'], 'url_pattern': '/users/hafizan', 'group': 'hafizan'}]},
        {'endpoint': '/users/me', 'method': 'POST', 'backend': [{'url_pattern': '/__echo/'}]},
        {'endpoint': '/files/*', 'backend': [{'url_pattern': '/__echo/files'}]},
        {'endpoint': '/scripted', 'extra_config': {'modifier/lua-endpoint': {'pre': 'x()'}},
          'backend': [{'url_pattern': '/__debug/ok'}]}
      ]
    }
    """;
  }

  @Test
  @DisplayName("B30 working, failing and mixed endpoints on the debug endpoint")
  void working_failing_and_mixed_endpoints() throws Exception {
    HttpResponse<String> works = gateway.get("/ok");
    assertThat(works.statusCode()).isEqualTo(200);
    assertThat(works.body()).isEqualTo("{\"message\":\"pong\"}");
    assertThat(KrakendGateway.header(works, "X-Krakend-Completed")).isEqualTo("true");
    assertThat(KrakendGateway.header(works, "X-Krakend")).startsWith("Version ");
    assertThat(gateway.get("/epic-fail").statusCode()).isEqualTo(500);
    HttpResponse<String> mixed = gateway.get("/mixed");
    assertThat(mixed.statusCode()).isEqualTo(200);
    assertThat(KrakendGateway.header(mixed, "X-Krakend-Completed")).isEqualTo("false");
  }

  @Test
  @DisplayName("B31 messages of errors, when the router is told so")
  void messages_of_errors() throws Exception {
    HttpResponse<String> status = gateway.get("/interpretation-bad-status");
    assertThat(status.statusCode()).isEqualTo(500);
    assertThat(status.body())
        .contains("invalid status code 404", "http://127.0.0.1:" + gateway.port() + "/unknown");
    HttpResponse<String> encoding = gateway.get("/interpretation-bad-encoding");
    assertThat(encoding.statusCode()).isEqualTo(500);
    assertThat(encoding.body()).isNotEmpty();
  }

  @Test
  @DisplayName("B35 B34 only what is known passes, and the gateway is its own backend")
  void only_what_is_known_passes() throws Exception {
    String query = "?q=1&Q=2&a[]=3&other=4".replace("[]", "%5B%5D");
    String plain = gateway.get("/default" + query, "Accept", "text/x", "Cookie", "a=b").body();
    assertThat(plain)
        .contains("\"req_uri\":\"/__echo/\"")
        .doesNotContain("text/x", "Cookie", "\"Accept\"");
    assertThat(gateway.get("/known-params" + query, "accept", "text/x", "X-Other", "y").body())
        .contains("\"Accept\":[\"text/x\"]", "\"q\":[\"1\"]", "\"a[]\":[\"3\"]")
        .doesNotContain("X-Other", "\"Q\"", "other");
    assertThat(gateway.get("/all" + query, "X-Other", "y", "Cookie", "a=b").body())
        .contains("\"X-Other\":[\"y\"]", "\"Q\":[\"2\"]", "\"other\":[\"4\"]", "\"Cookie\"");
    assertThat(gateway.get("/mandatory/abc?optional=1&other=2").body())
        .contains("\"id\":[\"abc\"]", "\"optional\":[\"1\"]")
        .doesNotContain("other");
  }

  @Test
  @DisplayName("B16 two users in one answer, by way of a redirect")
  void two_users_in_one_answer() throws Exception {
    HttpResponse<String> users = gateway.get("/users/7");

    assertThat(users.body())
        .isEqualTo("{\"fathi\":{\"login\":\"seven\"},\"hafizan\":{\"login\":\"hafizan\"}}");
    assertThat(KrakendGateway.header(users, "X-Krakend-Completed")).isEqualTo("true");
  }

  @Test
  @DisplayName("B54 the health is where the file wants it")
  void the_health_is_where_the_file_wants_it() throws Exception {
    assertThat(gateway.get("/health").body()).contains("\"status\":\"ok\"");
    assertThat(gateway.get("/__health").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("B28 what is no endpoint is told as KrakenD's router does")
  void what_is_no_endpoint_is_told() throws Exception {
    HttpResponse<String> missing = gateway.get("/nope");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).isEqualTo("404 page not found");
    assertThat(KrakendGateway.header(missing, "X-Krakend-Completed")).isEqualTo("false");
    assertThat(KrakendGateway.header(missing, "X-Krakend")).startsWith("Version ");
    HttpResponse<String> method = gateway.send("DELETE", "/ok", "");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.body()).isEqualTo("405 method not allowed");
    HttpResponse<String> slash = gateway.get("/ok/?a=1");
    assertThat(slash.statusCode()).isEqualTo(301);
    assertThat(KrakendGateway.header(slash, "Location")).isEqualTo("/ok?a=1");
    HttpResponse<String> spelling = gateway.send("POST", "/Users/ME", "x");
    assertThat(spelling.statusCode()).isEqualTo(307);
    assertThat(KrakendGateway.header(spelling, "Location")).isEqualTo("/users/me");
    assertThat(gateway.get("/users/a%252Fb").statusCode()).isEqualTo(400);
    assertThat(gateway.get("/files/a/b/c").body()).contains("\"req_uri\":\"/__echo/files\"");
  }

  @Test
  @DisplayName("an endpoint that needs Lua says so, and the log does once")
  void an_endpoint_that_needs_lua_says_so() throws Exception {
    HttpResponse<String> scripted = gateway.get("/scripted");

    assertThat(scripted.statusCode()).isEqualTo(501);
    assertThat(scripted.body()).startsWith("Lua (modifier/lua-endpoint) is not supported; use ");
    assertThat(gateway.output().split("modifier/lua-endpoint", -1)).hasSize(2);
  }
}
