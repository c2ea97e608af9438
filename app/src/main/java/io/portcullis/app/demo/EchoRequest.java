package io.portcullis.app.demo;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers 200 with the request as JSON. */
final class EchoRequest implements HttpHandler {
  private final JsonMapper mapper = JsonMapper.builder().build();
  private final int limit;

  EchoRequest(int limit) {
    this.limit = limit;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    exchange.setMaxEntitySize(limit);
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (received, body) -> answer(received, body),
            (received, _) -> received.setStatusCode(413).endExchange());
  }

  private void answer(HttpServerExchange exchange, byte[] body) {
    ObjectNode seen = mapper.createObjectNode();
    seen.put("method", exchange.getRequestMethod().toString());
    String query = exchange.getQueryString();
    seen.put("path", exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query));
    ObjectNode headers = seen.putObject("headers");
    for (HeaderValues line : exchange.getRequestHeaders()) {
      String name = line.getHeaderName().toString();
      if (line.size() == 1) {
        headers.put(name, line.getFirst());
      } else {
        ArrayNode several = headers.putArray(name);
        line.forEach(several::add);
      }
    }
    seen.put("body", new String(body, StandardCharsets.UTF_8));
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange
        .getResponseSender()
        .send(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(seen) + "\n");
  }
}
