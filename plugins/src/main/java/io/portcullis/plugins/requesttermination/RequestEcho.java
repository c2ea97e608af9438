package io.portcullis.plugins.requesttermination;

import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.log.QueryString;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the request back to its sender, for debugging routes. */
final class RequestEcho {
  private static final String FORM = "application/x-www-form-urlencoded";

  private final JsonMapper json = JsonMapper.builder().build();
  private final NodeInformation node;

  RequestEcho(NodeInformation node) {
    this.node = node;
  }

  Reply reply(int status, @Nullable String message, Exchange exchange) {
    ObjectNode echo = JsonNodeFactory.instance.objectNode();
    echo.put("message", message);
    ObjectNode kong = echo.putObject("kong");
    kong.put("node_id", node.nodeId().toString());
    kong.put("worker_pid", node.processId());
    kong.put("hostname", node.hostname());
    echo.set("request", request(exchange.request()));
    Route route = exchange.route();
    if (route != null) {
      echo.set("matched_route", route.stored());
    }
    Service service = exchange.service();
    if (service != null) {
      echo.set("matched_service", service.stored());
    }
    return Reply.exit(status, json.writeValueAsString(echo));
  }

  private ObjectNode request(Request request) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("scheme", request.scheme());
    object.put("host", request.host());
    object.put("port", request.port());
    ObjectNode headers = object.putObject("headers");
    Headers lines = request.headers();
    for (int i = 0; i < lines.size(); i++) {
      QueryString.add(headers, lines.name(i), JsonNodeFactory.instance.stringNode(lines.value(i)));
    }
    String query = request.rawQuery();
    object.set("query", QueryString.ofQuery(query == null ? "" : query));
    byte[] body = request.body();
    if (body != null && body.length > 0) {
      String text = new String(body, StandardCharsets.UTF_8);
      JsonNode parsed = parsed(text, request.headers().get("content-type"));
      if (parsed != null) {
        object.set("body", parsed);
      }
      object.put("raw_body", text);
    } else {
      object.put("raw_body", "");
    }
    object.put("method", request.method());
    object.put("path", request.path());
    ObjectNode captures = object.putObject("uri_captures");
    ObjectNode named = captures.putObject("named");
    ArrayNode unnamed = captures.putArray("unnamed");
    for (Map.Entry<String, String> capture : request.captures().entrySet()) {
      if (Character.isDigit(capture.getKey().charAt(0))) {
        unnamed.add(capture.getValue());
      } else {
        named.put(capture.getKey(), capture.getValue());
      }
    }
    return object;
  }

  private @Nullable JsonNode parsed(String text, @Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    if (type.startsWith(FORM)) {
      return QueryString.ofQuery(text);
    }
    if (!type.startsWith("application/json")) {
      return null;
    }
    try {
      return json.readTree(text);
    } catch (JacksonException e) {
      return null;
    }
  }
}
