package io.portcullis.admin.wire;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An answer of the Admin API.
 *
 * @param headers besides those that every answer has
 */
public record AdminResponse(int status, Map<String, String> headers, Body body) {

  public AdminResponse {
    headers = Map.copyOf(headers);
  }

  /** What follows the head. */
  public sealed interface Body {}

  /** No bytes. */
  public record NoBody() implements Body {}

  /** A JSON document. */
  public record Document(JsonNode json) implements Body {}

  /** Bytes of some type: metrics, {@code robots.txt}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; handed on to the socket
  public record Bytes(String contentType, byte[] octets) implements Body {}

  public static AdminResponse json(int status, JsonNode document) {
    return new AdminResponse(status, Map.of(), new Document(document));
  }

  /** Kong's plain shape, {@code {"message": …}}. */
  public static AdminResponse message(int status, String message) {
    return json(status, JsonNodeFactory.instance.objectNode().put("message", message));
  }

  public static AdminResponse text(int status, String contentType, String text) {
    return new AdminResponse(
        status, Map.of(), new Bytes(contentType, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** 204. */
  public static AdminResponse noContent() {
    return new AdminResponse(204, Map.of(), new NoBody());
  }

  public AdminResponse with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new AdminResponse(status, more, body);
  }
}
