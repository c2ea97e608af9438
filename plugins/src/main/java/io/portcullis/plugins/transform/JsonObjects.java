package io.portcullis.plugins.transform;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes bodies that are JSON objects. Numbers stay what they are. Thread-safe. */
public final class JsonObjects {
  private final JsonMapper json =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** The object; null when the body is something else. */
  public @Nullable ObjectNode read(byte[] body) {
    try {
      JsonNode root = json.readTree(body);
      return root instanceof ObjectNode object ? object : null;
    } catch (JacksonException notJson) {
      return null;
    }
  }

  public byte[] write(ObjectNode object) {
    return json.writeValueAsBytes(object);
  }

  /** Whether a content type is {@code application/json}, or another that is built on it. */
  public static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int semicolon = contentType.indexOf(';');
    String media =
        (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
            .strip()
            .toLowerCase(Locale.ROOT);
    return media.equals("application/json")
        || media.startsWith("application/")
            && media.endsWith("+json")
            && !media.startsWith("application/grpc");
  }
}
