package io.portcullis.e2e.golden;

import io.portcullis.e2e.wire.WireAnswer;
import io.portcullis.e2e.wire.WireConnection;
import java.io.IOException;
import java.time.Duration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A gateway without a database that serves what another one has stored: it is sent the other's
 * export whenever that changed.
 */
final class Replica {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final int storedAdmin;
  private final int servedAdmin;
  private String sent = "";

  /**
   * @param storedAdmin port of the Admin API that takes writes
   * @param servedAdmin port of the one without a database
   */
  Replica(int storedAdmin, int servedAdmin) {
    this.storedAdmin = storedAdmin;
    this.servedAdmin = servedAdmin;
  }

  /**
   * Where a request to the Admin API goes: one that reads goes to the serving gateway, which then
   * has all that is stored, and so do those about what only that one knows. It has no database
   * whose state it could tell.
   */
  int admin(String method, String path) throws IOException {
    boolean reads = method.equals("GET") || method.equals("HEAD") || path.endsWith("/validate");
    if (path.startsWith("/proxy-cache") || reads && !path.startsWith("/status")) {
      follow();
      return servedAdmin;
    }
    return storedAdmin;
  }

  /** From now on it serves what is stored now. */
  void follow() throws IOException {
    String text = exchange(storedAdmin, request("GET", "/portcullis/config")).text();
    if (text.equals(sent)) {
      return;
    }
    ObjectNode request = request("POST", "/config");
    request.putObject("headers").put("Content-Type", "application/yaml");
    WireAnswer answer = exchange(servedAdmin, request.put("body", text));
    if (answer.status() != 201) {
      throw new AssertionError("POST /config: " + answer.status() + " " + answer.text());
    }
    sent = text;
  }

  private static ObjectNode request(String method, String path) {
    return JsonNodeFactory.instance.objectNode().put("method", method).put("path", path);
  }

  private static WireAnswer exchange(int port, ObjectNode request) throws IOException {
    try (WireConnection connection = WireConnection.open(port, LIMIT)) {
      return connection.exchange(StepRequest.of(request, port, false));
    }
  }
}
