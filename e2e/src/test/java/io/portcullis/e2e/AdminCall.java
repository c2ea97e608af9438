package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.gateway.GatewayProcess;
import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import io.portcullis.e2e.wire.WireRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One call of a gateway's Admin API, as curl makes it. */
final class AdminCall {
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  private AdminCall() {}

  static WireAnswer get(GatewayProcess gateway, String path) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), TIMEOUT)) {
      return connection.exchange(WireRequest.get(path, "127.0.0.1:" + gateway.adminPort()));
    }
  }

  static WireAnswer post(GatewayProcess gateway, String path, String form) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), TIMEOUT)) {
      return connection.exchange(form(gateway, path, form));
    }
  }

  static WireAnswer patch(GatewayProcess gateway, String path, String form) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), TIMEOUT)) {
      return connection.exchange(form("PATCH", gateway, path, form));
    }
  }

  static WireAnswer delete(GatewayProcess gateway, String path) throws IOException {
    try (WireConnection connection = WireConnection.open(gateway.adminPort(), TIMEOUT)) {
      WireRequest get = WireRequest.get(path, "127.0.0.1:" + gateway.adminPort());
      return connection.exchange(new WireRequest("DELETE", path, get.headers(), get.body()));
    }
  }

  /** Makes an entity, and answers it. */
  static JsonNode create(GatewayProcess gateway, String path, String form) throws IOException {
    WireAnswer answer = post(gateway, path, form);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return JsonMapper.shared().readTree(answer.text());
  }

  /** Removes all plugins, routes, services and consumers. */
  static void deleteAll(GatewayProcess gateway) throws IOException {
    for (String kind : List.of("plugins", "routes", "services", "consumers")) {
      JsonNode all = JsonMapper.shared().readTree(get(gateway, "/" + kind).text());
      for (JsonNode entity : all.get("data")) {
        delete(gateway, "/" + kind + "/" + entity.get("id").stringValue());
      }
    }
  }

  static WireRequest form(GatewayProcess gateway, String path, String form) {
    return form("POST", gateway, path, form);
  }

  private static WireRequest form(String method, GatewayProcess gateway, String path, String form) {
    byte[] body = form.getBytes(StandardCharsets.UTF_8);
    return new WireRequest(
        method,
        path,
        List.of(
            Map.entry("Host", "127.0.0.1:" + gateway.adminPort()),
            Map.entry("Content-Type", "application/x-www-form-urlencoded"),
            Map.entry("Content-Length", Integer.toString(body.length))),
        body);
  }
}
