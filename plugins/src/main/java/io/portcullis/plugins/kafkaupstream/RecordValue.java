package io.portcullis.plugins.kafkaupstream;

import io.portcullis.core.log.QueryString;
import io.portcullis.core.plugin.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a record's value out of a request: the body as it came, or a JSON object of the forwarded
 * parts whose members are those of Kong's plugin. Thread-safe.
 */
final class RecordValue {
  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";

  private static final String MULTIPART = "multipart/form-data";

  /** Bodies that are passed on as text although nothing in them is parsed. */
  private static final Set<String> TEXTS =
      Set.of("text/plain", "text/html", "application/xml", "text/xml", "application/soap+xml");

  private final JsonMapper json = JsonMapper.builder().build();
  private final boolean raw;
  private final boolean method;
  private final boolean uri;
  private final boolean body;

  RecordValue(KafkaUpstreamConfig config) {
    this.raw = config.isRaw();
    this.method = config.forwardMethod();
    this.uri = config.forwardUri();
    this.body = config.forwardBody();
  }

  /**
   * The value. A JSON body is read in either form, so that no consumer trips over a broken one.
   *
   * @throws UnreadableBodyException for a body that is not what its content type says: no JSON, or
   *     parts without an end
   */
  byte[] of(ReceivedRequest request) throws UnreadableBodyException {
    String type = mediaType(request.contentType());
    if (raw) {
      if (type.equals(JSON)) {
        check(request.body());
      }
      return request.body();
    }
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    if (method) {
      value.put("method", request.method());
    }
    Headers headers = request.headers();
    if (headers != null) {
      ObjectNode lines = value.putObject("headers");
      for (int i = 0; i < headers.size(); i++) {
        QueryString.add(
            lines, headers.name(i), JsonNodeFactory.instance.stringNode(headers.value(i)));
      }
    }
    if (uri) {
      value.put("uri", request.target());
      String query = request.query();
      value.set("uri_args", QueryString.ofQuery(query == null ? "" : query));
    }
    if (body) {
      addBody(value, type, request);
    }
    return json.writeValueAsBytes(value);
  }

  private void addBody(ObjectNode value, String type, ReceivedRequest request)
      throws UnreadableBodyException {
    byte[] octets = request.body();
    String text = octets.length == 0 || isText(type) ? text(octets) : null;
    if (text == null) {
      value.put("body", Base64.getEncoder().encodeToString(octets));
      value.put("body_base64", true);
      return;
    }
    value.put("body", text);
    if (type.equals(JSON)) {
      value.set("body_args", parsed(octets));
    } else if (type.equals(FORM)) {
      value.set("body_args", QueryString.ofQuery(text));
    } else if (type.equals(MULTIPART)) {
      value.set("body_args", MultipartText.parse(String.valueOf(request.contentType()), text));
    }
  }

  private JsonNode parsed(byte[] octets) throws UnreadableBodyException {
    try {
      JsonNode parsed = json.readTree(octets);
      if (!parsed.isMissingNode()) {
        return parsed;
      }
    } catch (JacksonException broken) {
      // the same as nothing
    }
    throw notJson();
  }

  private void check(byte[] octets) throws UnreadableBodyException {
    try (JsonParser parser = json.createParser(octets)) {
      boolean empty = parser.nextToken() == null;
      parser.skipChildren();
      if (empty || parser.nextToken() != null) {
        throw notJson();
      }
    } catch (JacksonException broken) {
      throw notJson();
    }
  }

  private static UnreadableBodyException notJson() {
    return new UnreadableBodyException("Cannot parse JSON body");
  }

  private static boolean isText(String type) {
    return type.equals(JSON) || type.equals(FORM) || type.equals(MULTIPART) || TEXTS.contains(type);
  }

  /** Null for octets that are no UTF-8. */
  private static @Nullable String text(byte[] octets) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException binary) {
      return null;
    }
  }

  private static String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return "";
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
