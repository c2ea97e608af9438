package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.upstream.ScriptedServer;
import io.portcullis.e2e.upstream.ServiceNames;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that let few requests through. */
final class GuardedFileTest {
  private static final String GOOD = "'aud':'http://api.test','iss':'https://idp.test','sub':'ann'";
  private static final String PERSON = "{\"name\":\"Ann\",\"age\":7}";
  private static final Map.Entry<String, String> PLAN = Map.entry("X-Plan", "gold");
  private static final Map.Entry<String, String> FIRST = Map.entry("X-Client", "first");
  private static final Map.Entry<String, String> SECOND = Map.entry("X-Client", "second");

  @TempDir private Path folder;

  private static String everything() {
    return """
    {
      'version': 3, 'port': PORT, 'timeout': '20s', 'host': ['BACKEND'],
      'extra_config': {
        'security/cors': {
          'allow_origins': ['http://page.test'], 'allow_methods': ['POST', 'GET'],
          'allow_headers': ['Origin', 'Authorization', 'Content-Type'],
          'expose_headers': ['Content-Length'], 'max_age': '12h'
        },
        'security/http': {
          'allowed_hosts': ['api.test'], 'frame_deny': true, 'content_type_nosniff': true,
          'browser_xss_filter': true, 'referrer_policy': 'no-referrer'
        },
        'security/bot-detector': {'deny': ['robot']}
      },
      'endpoints': [{
        'endpoint': '/user', 'method': 'POST', 'input_headers': ['X-Plan', 'Content-Type'],
        'backend': [{'url_pattern': '/users/{JWT.sub}'}],
        'extra_config': {
          'auth/validator': {
            'alg': 'HS256', 'jwk_url': 'BACKEND/keys', 'disable_jwk_security': true, 'cache': true,
            'audience': ['http://api.test'], 'issuer': 'https://idp.test',
            'roles_key': 'roles', 'roles': ['admin']
          },
          'qos/ratelimit/router': {
            'max_rate': 1, 'capacity': 5, 'client_max_rate': 1, 'client_capacity': 3,
            'strategy': 'header', 'key': 'X-Client', 'every': '24h'
          },
          'validation/cel': [{'check_expr': '\\'X-Plan\\' in req_headers'}],
          'validation/json-schema': {
            '$schema': 'http://json-schema.org/draft-07/schema', 'required': ['name', 'age'],
            'properties': {'name': {'type': 'string'}, 'age': {'type': 'number'},
              'pronoun': {'type': 'string', 'enum': ['she', 'he', 'they']}}
          }
        }
      }]
    }
    """;
  }

  @Test
  @DisplayName("B28 B45 B46 B51 B57 B3 each guard of one file refuses in its own way, in its order")
  void each_guard_of_one_file_refuses_in_its_own_way() throws Exception {
    try (ScriptedServer backend = ScriptedServer.start()) {
      backend.json("/users/ann", "{'works':true}").json("/keys", SignedTokens.keys());
      try (KrakendGateway gateway =
          KrakendGateway.serving(folder, everything().replace("BACKEND", backend.url()))) {
        refusesHostsAndRobots(gateway);
        refusesTokens(gateway);
        refusesRequests(gateway);
        letsPagesAsk(gateway);
      }
      assertThat(backend.received().stream().filter(one -> one.target().equals("/users/ann")))
          .hasSize(3)
          .allSatisfy(one -> assertThat(one.headers().getFirst("X-Plan")).isEqualTo("gold"));
    }
  }

  private static void refusesHostsAndRobots(KrakendGateway gateway) throws Exception {
    WireAnswer host =
        FileSockets.answer(gateway.port(), WireRequest.get("/user", "elsewhere.test"));
    assertThat(host.status()).isEqualTo(500);
    assertThat(host.text()).isEqualTo("Bad Host\n");

    WireAnswer robot = post(gateway, PERSON, Map.entry("User-Agent", "robot"));
    assertBare(robot, 403);
    assertThat(robot.header("X-Frame-Options")).containsExactly("DENY");
  }

  private static void refusesTokens(KrakendGateway gateway) throws Exception {
    assertBare(post(gateway, PERSON), 401);
    assertBare(post(gateway, PERSON, bearer("{'roles':['admin'],'aud':'x'}")), 401);
    assertBare(post(gateway, PERSON, bearer("{" + GOOD + ",'exp':1,'roles':['admin']}")), 401);
    assertBare(post(gateway, PERSON, bearer("{" + GOOD + ",'roles':['guest']}")), 403);
  }

  /** The first client may send three, and all together five. */
  private static void refusesRequests(KrakendGateway gateway) throws Exception {
    Map.Entry<String, String> token = bearer("{" + GOOD + ",'roles':['admin']}");
    assertBare(post(gateway, PERSON, token, PLAN), 429);

    WireAnswer expression = post(gateway, PERSON, token, FIRST);
    assertThat(expression.status()).isEqualTo(500);
    assertThat(expression.body()).isEmpty();
    assertThat(expression.header("X-Krakend-Completed")).containsExactly("false");
    WireAnswer schema = post(gateway, "{\"name\":\"Ann\"}", token, FIRST, PLAN);
    assertThat(schema.status()).isEqualTo(400);
    assertThat(schema.body()).isEmpty();
    assertThat(schema.header("X-Krakend-Completed")).containsExactly("false");
    WireAnswer served = post(gateway, PERSON, token, FIRST, PLAN);
    assertThat(served.status()).isEqualTo(200);
    assertThat(served.text()).isEqualTo("{\"works\":true}");
    assertThat(served.header("X-Krakend-Completed")).containsExactly("true");
    assertThat(served.header("X-Frame-Options")).containsExactly("DENY");
    assertThat(served.header("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(served.header("X-XSS-Protection")).containsExactly("1; mode=block");
    assertThat(served.header("Referrer-Policy")).containsExactly("no-referrer");
    assertThat(served.header("Access-Control-Allow-Origin")).isEmpty();
    assertBare(post(gateway, PERSON, token, FIRST, PLAN), 429);

    Map.Entry<String, String> page = Map.entry("Origin", "http://page.test");
    WireAnswer asked = post(gateway, PERSON, token, SECOND, PLAN, page);
    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.header("Access-Control-Allow-Origin")).containsExactly("http://page.test");
    assertThat(asked.header("Access-Control-Expose-Headers")).containsExactly("Content-Length");
    assertThat(post(gateway, PERSON, token, SECOND, PLAN).status()).isEqualTo(200);
    assertBare(post(gateway, PERSON, token, SECOND, PLAN), 503);
  }

  private static void letsPagesAsk(KrakendGateway gateway) throws Exception {
    WireAnswer allowed = preflight(gateway, "http://page.test");
    assertThat(allowed.status()).isEqualTo(204);
    assertThat(allowed.header("Access-Control-Allow-Origin")).containsExactly("http://page.test");
    assertThat(allowed.header("Access-Control-Allow-Methods")).containsExactly("POST");
    assertThat(allowed.header("Access-Control-Max-Age")).containsExactly("43200");
    WireAnswer refused = preflight(gateway, "http://other.test");
    assertThat(refused.status()).isEqualTo(204);
    assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  @DisplayName("B52 B53 circuit breakers, bot detectors and service discovery of one file")
  void breakers_detectors_and_discovery_of_one_file() throws Exception {
    int port = GatewayProcess.freePort();
    try (ScriptedServer one = ScriptedServer.start();
        ScriptedServer two = ScriptedServer.start();
        ServiceNames names = ServiceNames.of(two.port())) {
      one.json("/who", "{'who':'one'}");
      two.json("/who", "{'who':'two'}");
      Path file =
          KrakendGateway.write(
              folder, complement().replace("ONE", one.url()).replace("TWO", two.url()), port);
      try (KrakendGateway gateway =
          KrakendGateway.run(
              folder,
              port,
              Map.of(),
              "run",
              "-c",
              file.toString(),
              "--set",
              "dns_resolver=127.0.0.1:" + names.port())) {
        for (int i = 0; i < 3; i++) {
          assertThat(gateway.get("/cb").body()).startsWith("invalid status code 404 [GET /fails]");
        }
        assertThat(gateway.get("/cb").body()).isEqualTo("circuit breaker is open");
        assertThat(one.received()).hasSize(3);
        await()
            .atMost(KrakendGateway.PATIENCE)
            .until(
                () ->
                    gateway
                        .output()
                        .contains("[CB] Circuit breaker named 'b52' went from 'closed' to 'open'"));

        assertThat(agent(gateway, "/static", "a")).isEqualTo(403);
        assertThat(agent(gateway, "/nowhere", "Pingdom.com_bot_version_1.2")).isEqualTo(403);
        assertThat(agent(gateway, "/static", "facebookexternalhit/1.1")).isEqualTo(403);
        assertThat(agent(gateway, "/static", "Pingdom.com_bot_version_1.1")).isEqualTo(200);
        assertThat(agent(gateway, "/static", "own")).isEqualTo(200);
        assertThat(agent(gateway, "/dns", "own")).isEqualTo(403);

        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 8; i++) {
          answers.add(gateway.get("/static").body());
          assertThat(gateway.get("/dns").body()).isEqualTo("{\"who\":\"two\"}");
        }
        assertThat(answers).containsExactlyInAnyOrder("{\"who\":\"one\"}", "{\"who\":\"two\"}");
      }
    }
  }

  private static String complement() {
    return """
    {
      'version': 3, 'port': PORT, 'timeout': '20s',
      'extra_config': {
        'router': {'return_error_msg': true},
        'security/bot-detector': {
          'deny': ['a', 'b'], 'allow': ['c', 'Pingdom.com_bot_version_1.1'], 'cache_size': 10,
          'patterns': ['(Pingdom.com_bot_version_).*', '(facebookexternalhit)/.*']
        }
      },
      'endpoints': [
        {'endpoint': '/cb', 'backend': [{'host': ['ONE'], 'url_pattern': '/fails',
          'extra_config': {'qos/circuit-breaker': {'name': 'b52', 'interval': 60, 'max_errors': 2,
            'timeout': 600, 'log_status_change': true}}}]},
        {'endpoint': '/static', 'backend': [
          {'host': ['ONE', 'TWO'], 'url_pattern': '/who', 'sd': 'static'}]},
        {'endpoint': '/dns', 'extra_config': {'security/bot-detector': {'deny': ['own']}},
          'backend': [{'host': ['_who._tcp.service.test'], 'url_pattern': '/who', 'sd': 'dns',
            'disable_host_sanitize': true}]}
      ]
    }
    """;
  }

  /** Refused early: without a body and without a word on completeness. */
  private static void assertBare(WireAnswer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("X-Krakend-Completed")).isEmpty();
    assertThat(answer.header("Retry-After")).isEmpty();
  }

  private static Map.Entry<String, String> bearer(String claims) throws Exception {
    return Map.entry("Authorization", "Bearer " + SignedTokens.token(claims));
  }

  private static int agent(KrakendGateway gateway, String path, String agent) throws Exception {
    return gateway.get(path, "User-Agent", agent).statusCode();
  }

  private static WireAnswer preflight(KrakendGateway gateway, String origin) throws Exception {
    List<Map.Entry<String, String>> lines =
        List.of(
            Map.entry("Host", "api.test"),
            Map.entry("Origin", origin),
            Map.entry("Access-Control-Request-Method", "POST"),
            Map.entry("Access-Control-Request-Headers", "authorization"));
    return FileSockets.answer(
        gateway.port(), new WireRequest("OPTIONS", "/user", lines, new byte[0]));
  }

  @SafeVarargs
  private static WireAnswer post(
      KrakendGateway gateway, String body, Map.Entry<String, String>... more) throws Exception {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    WireRequest request =
        new WireRequest("POST", "/user", List.of(Map.entry("Host", "api.test")), octets)
            .with("Content-Type", "application/json")
            .with("Content-Length", Integer.toString(octets.length));
    for (Map.Entry<String, String> line : more) {
      request = request.with(line.getKey(), line.getValue());
    }
    return FileSockets.answer(gateway.port(), request);
  }
}
