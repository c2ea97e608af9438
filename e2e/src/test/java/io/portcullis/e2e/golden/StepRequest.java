package io.portcullis.e2e.golden;

import io.portcullis.e2e.upstream.SpacedJson;
import io.portcullis.e2e.wire.WireRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns a step's {@code request}, its variables filled in, into what goes on the wire. */
final class StepRequest {
  private static final String BOUNDARY = "golden-boundary-7f3a";

  private record Body(byte[] bytes, @Nullable String contentType) {}

  private StepRequest() {}

  static WireRequest of(JsonNode request, int port, boolean exactHeaders) {
    List<Map.Entry<String, String>> given = pairs(request.path("headers"));
    Optional<Body> body = body(request);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    if (!exactHeaders) {
      if (lacks(given, "host")) {
        headers.add(Map.entry("Host", "127.0.0.1:" + port));
      }
      if (body.isPresent()) {
        String contentType = body.get().contentType();
        if (contentType != null && lacks(given, "content-type")) {
          headers.add(Map.entry("Content-Type", contentType));
        }
        if (lacks(given, "content-length") && lacks(given, "transfer-encoding")) {
          headers.add(Map.entry("Content-Length", Integer.toString(body.get().bytes().length)));
        }
      }
    }
    headers.addAll(given);
    return new WireRequest(
        request.path("method").asString("GET"),
        percentEncoded(request.path("path").asString()),
        headers,
        body.map(Body::bytes).orElse(new byte[0]));
  }

  private static boolean lacks(List<Map.Entry<String, String>> headers, String name) {
    return headers.stream().noneMatch(header -> header.getKey().equalsIgnoreCase(name));
  }

  /** From an object, or from a list of pairs where order or repetition matters. */
  private static List<Map.Entry<String, String>> pairs(JsonNode pairs) {
    List<Map.Entry<String, String>> result = new ArrayList<>();
    if (pairs.isObject()) {
      pairs
          .properties()
          .forEach(member -> result.add(Map.entry(member.getKey(), member.getValue().asString())));
    } else {
      pairs.forEach(pair -> result.add(Map.entry(pair.get(0).asString(), pair.get(1).asString())));
    }
    return result;
  }

  private static Optional<Body> body(JsonNode request) {
    if (request.has("json")) {
      return Optional.of(
          new Body(utf8(SpacedJson.unicode(request.get("json"))), "application/json"));
    }
    if (request.has("form")) {
      String form =
          pairs(request.get("form")).stream()
              .map(pair -> formEncoded(pair.getKey()) + "=" + formEncoded(pair.getValue()))
              .collect(Collectors.joining("&"));
      return Optional.of(new Body(utf8(form), "application/x-www-form-urlencoded"));
    }
    if (request.has("multipart")) {
      return Optional.of(
          new Body(
              multipart(request.get("multipart")), "multipart/form-data; boundary=" + BOUNDARY));
    }
    if (request.has("body")) {
      return Optional.of(new Body(utf8(request.get("body").stringValue()), null));
    }
    if (request.has("body_b64")) {
      return Optional.of(
          new Body(Base64.getDecoder().decode(request.get("body_b64").stringValue()), null));
    }
    if (request.has("body_fill")) {
      JsonNode fill = request.get("body_fill");
      String text =
          fill.path("before").asString("")
              + fill.get("unit").stringValue().repeat(fill.get("times").intValue())
              + fill.path("after").asString("");
      return Optional.of(new Body(utf8(text), null));
    }
    return Optional.empty();
  }

  private static byte[] multipart(JsonNode parts) {
    StringBuilder text = new StringBuilder();
    for (JsonNode part : parts) {
      text.append("--").append(BOUNDARY).append("\r\nContent-Disposition: form-data; name=\"");
      text.append(part.get("name").stringValue()).append('"');
      if (part.has("filename")) {
        text.append("; filename=\"").append(part.get("filename").stringValue()).append('"');
      }
      text.append("\r\n");
      if (part.has("type")) {
        text.append("Content-Type: ").append(part.get("type").stringValue()).append("\r\n");
      }
      text.append("\r\n").append(part.get("value").stringValue()).append("\r\n");
    }
    return utf8(text.append("--").append(BOUNDARY).append("--\r\n").toString());
  }

  private static String formEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  /** Spaces, control characters and what is outside ASCII; all else is sent as it stands. */
  private static String percentEncoded(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : utf8(path)) {
      if (b > ' ' && b < 0x7f) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b & 0xff));
      }
    }
    return encoded.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
