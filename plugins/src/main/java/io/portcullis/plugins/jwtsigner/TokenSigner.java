package io.portcullis.plugins.jwtsigner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portcullis.plugins.jose.SigningAlgorithm;
import java.security.Key;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Makes tokens (RFC 7515) of JSON objects. Thread-safe. */
final class TokenSigner {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private final SigningAlgorithm algorithm;
  private final boolean full;

  /** The header, encoded. */
  private final String header;

  TokenSigner(SigningAlgorithm algorithm, String kid, String typ, boolean full) {
    this.algorithm = algorithm;
    this.full = full;
    this.header =
        encoded(
            text(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("alg", algorithm.id())
                    .put("kid", kid)
                    .put("typ", typ)));
  }

  /**
   * The token, in compact form or as the text of a JSON object.
   *
   * @throws io.jsonwebtoken.security.SecurityException when the key does not fit
   */
  String sign(JsonNode claims, Key key) {
    String payload = encoded(text(claims));
    byte[] signature = algorithm.sign(key, (header + "." + payload).getBytes(UTF_8));
    return full
        ? "{\"payload\":\""
            + payload
            + "\",\"protected\":\""
            + header
            + "\",\"signature\":\""
            + encoded(signature)
            + "\"}"
        : header + "." + payload + "." + encoded(signature);
  }

  /** With members sorted and nothing in it that HTML could take for its own, as Go writes JSON. */
  private static byte[] text(JsonNode json) {
    return JSON.writeValueAsString(json)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .getBytes(UTF_8);
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
