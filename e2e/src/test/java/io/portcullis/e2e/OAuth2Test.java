package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.gateway.PostgresServer;
import io.portcullis.e2e.upstream.TestUpstream;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two processes on one PostgreSQL that give tokens. */
final class OAuth2Test {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CLIENT = "client_id=cid&client_secret=csec&";

  /** A minute between two polls: only the database's notice can bring a token over in time. */
  private static final Map<String, String> SETTINGS =
      Map.of("db_update_frequency", "60", "trusted_ips", "127.0.0.1/32");

  @Test
  void a_token_that_one_process_gives_is_accepted_by_both(@TempDir Path folder) throws Exception {
    try (PostgresServer server = PostgresServer.start();
        TestUpstream upstream = TestUpstream.start(0)) {
      Map<String, String> settings = new HashMap<>(server.newDatabase());
      settings.putAll(SETTINGS);
      try (GatewayProcess one = GatewayProcess.start(folder.resolve("one"), settings);
          GatewayProcess two = GatewayProcess.start(folder.resolve("two"), settings)) {
        configure(one, upstream.port());
        await().atMost(LIMIT).until(() -> call(two, "none").status() == 401);

        String password =
            "grant_type=password&provision_key=pk&authenticated_userid=u1&scope=email";
        JsonNode given = granted(ask(one, "token", CLIENT + password));
        String token = given.get("access_token").stringValue();

        assertThat(call(one, token).status()).as("where it was given, at once").isEqualTo(200);
        await().atMost(LIMIT).until(() -> call(two, token).status() == 200);
        assertThat(call(two, token).text().toLowerCase(Locale.ROOT))
            .contains("x-authenticated-userid")
            .contains("x-authenticated-scope");

        String refresh =
            CLIENT
                + "grant_type=refresh_token&refresh_token="
                + given.get("refresh_token").stringValue();
        String another = granted(ask(two, "token", refresh)).get("access_token").stringValue();
        assertThat(call(two, another).status()).isEqualTo(200);
        assertThat(call(two, token).status()).as("the former one").isEqualTo(401);
        await().atMost(LIMIT).until(() -> call(one, token).status() == 401);

        assertThat(AdminCall.get(one, "/portcullis/history").text()).contains("plugin oauth2");
        assertThat(AdminCall.delete(one, "/oauth2_tokens/" + another).status()).isEqualTo(204);
        await().atMost(LIMIT).until(() -> call(two, another).status() == 401);
        assertOneTokenForOneCode(one, two);
      }
    }
  }

  /** However many ask for it at the same time, at whichever process. */
  private static void assertOneTokenForOneCode(GatewayProcess one, GatewayProcess two)
      throws Exception {
    String letIn = "client_id=cid&response_type=code&provision_key=pk&authenticated_userid=u1";
    String uri = granted(ask(one, "authorize", letIn)).get("redirect_uri").stringValue();
    String form =
        CLIENT
            + "grant_type=authorization_code&code="
            + uri.substring(uri.indexOf("code=") + "code=".length());
    Set<String> tokens = new HashSet<>();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<WireAnswer>> calls =
          List.of(
              () -> ask(one, "token", form),
              () -> ask(two, "token", form),
              () -> ask(one, "token", form),
              () -> ask(two, "token", form));
      for (Future<WireAnswer> answer : askers.invokeAll(calls)) {
        if (answer.get().status() == 200) {
          tokens.add(answer.get().text());
        } else {
          assertThat(answer.get().text()).contains("Invalid code");
        }
      }
    }
    assertThat(tokens).hasSize(1);
  }

  private static void configure(GatewayProcess gateway, int upstream) throws IOException {
    AdminCall.create(gateway, "/services", "name=s&url=http://127.0.0.1:" + upstream);
    AdminCall.create(gateway, "/services/s/routes", "paths[]=/s");
    AdminCall.create(gateway, "/consumers", "username=alice");
    AdminCall.create(
        gateway,
        "/consumers/alice/oauth2",
        "name=app&client_id=cid&client_secret=csec&hash_secret=true&redirect_uris[]=http://cb.test/");
    AdminCall.create(
        gateway,
        "/services/s/plugins",
        "name=oauth2&config.provision_key=pk&config.enable_password_grant=true"
            + "&config.enable_authorization_code=true&config.scopes[]=email"
            + "&config.accept_http_if_already_terminated=true");
  }

  private static JsonNode granted(WireAnswer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.text());
  }

  private static WireAnswer ask(GatewayProcess gateway, String endpoint, String form)
      throws IOException {
    byte[] body = form.getBytes(StandardCharsets.UTF_8);
    WireRequest request =
        new WireRequest(
            "POST",
            "/s/oauth2/" + endpoint,
            List.of(
                Map.entry("Host", "gw.test"),
                Map.entry("X-Forwarded-Proto", "https"),
                Map.entry("Content-Type", "application/x-www-form-urlencoded"),
                Map.entry("Content-Length", Integer.toString(body.length))),
            body);
    return exchange(gateway, request);
  }

  private static WireAnswer call(GatewayProcess gateway, String token) throws IOException {
    return exchange(
        gateway,
        new WireRequest(
            "GET",
            "/s/x",
            List.of(Map.entry("Host", "gw.test"), Map.entry("Authorization", "Bearer " + token)),
            new byte[0]));
  }

  private static WireAnswer exchange(GatewayProcess gateway, WireRequest request)
      throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.proxyPort(), AdminCall.TIMEOUT)) {
      return connection.exchange(request);
    }
  }
}
