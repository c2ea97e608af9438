package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.plugin.AdminEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class PluginPagesTest {
  private static final AdminEndpoint GREETINGS =
      new AdminEndpoint(
          "/greetings/{name}",
          Map.of(
              "GET", call -> new AdminEndpoint.Answer(200, seen(call)),
              "POST", call -> new AdminEndpoint.Answer(201, seen(call)),
              "DELETE", call -> AdminEndpoint.Answer.noContent()));

  private final HttpClient client = HttpClient.newHttpClient();
  private final AdminServer server =
      new AdminServer(
          List.of(Listener.plain("127.0.0.1", 0)),
          AdminProtection.of(AccessRules.standard()),
          "kong/3.9.1",
          List.of(
              PluginPages.endpoint(GREETINGS),
              Endpoint.get("/", request -> AdminResponse.noContent())));

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void a_plugins_endpoint_gets_what_the_path_and_the_body_hold() throws Exception {
    assertThat(send("GET", "/greetings/a%20b", "").body())
        .isEqualTo("{\"parameters\":[\"a b\"],\"body\":null}");

    HttpResponse<String> posted = send("POST", "/greetings/x", "{\"k\":1}");
    assertThat(posted.statusCode()).isEqualTo(201);
    assertThat(JsonMapper.shared().readTree(posted.body()).at("/body/k").intValue()).isEqualTo(1);
  }

  @Test
  void its_other_methods_are_answered_as_for_our_own_endpoints() throws Exception {
    HttpResponse<String> deleted = send("DELETE", "/greetings/x", "");
    assertThat(deleted.statusCode()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    assertThat(send("HEAD", "/greetings/x", "").statusCode()).isEqualTo(200);
    assertThat(send("PUT", "/greetings/x", "").statusCode()).isEqualTo(405);
    assertThat(send("OPTIONS", "/greetings/x", "").headers().firstValue("allow"))
        .hasValue("DELETE, GET, HEAD, OPTIONS, POST");
  }

  private HttpResponse<String> send(String method, String path, String json) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.addresses().getFirst().getPort() + path));
    if (json.isEmpty()) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(json));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode seen(AdminEndpoint.Call call) {
    var seen = JsonNodeFactory.instance.objectNode();
    call.parameters().forEach(seen.putArray("parameters")::add);
    seen.set("body", call.body());
    return seen;
  }
}
