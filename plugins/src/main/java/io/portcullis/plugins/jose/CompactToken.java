package io.portcullis.plugins.jose;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JWS in compact form (RFC 7515 §7.1), taken apart and not yet verified.
 *
 * @param header the JOSE header, a JSON object
 * @param claims the payload, any JSON value but null
 * @param algorithm the header's {@code alg}, one of {@link SigningAlgorithm}
 * @param signedPart the octets that the signature is over
 * @param signature decoded
 * @param canonical whether the signature's text is the only one for these octets: with unused bits
 *     set in its last character, two texts would be one signature, and a changed token still valid
 */
public record CompactToken(
    JsonNode header,
    JsonNode claims,
    SigningAlgorithm algorithm,
    byte[] signedPart,
    byte[] signature,
    boolean canonical) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Takes a token apart. The order of the checks is Kong's, because the first one that fails is
   * what the caller is told.
   */
  public static CompactToken parse(String text) throws InvalidTokenException {
    int first = text.indexOf('.');
    int second = first < 0 ? -1 : text.indexOf('.', first + 1);
    if (second < 0) {
      throw new InvalidTokenException("Bad token; invalid JSON");
    }
    JsonNode header = json(text, 0, first);
    JsonNode claims = json(text, first + 1, second);
    JsonNode name = header.get("alg");
    SigningAlgorithm algorithm =
        name != null && name.isString() ? SigningAlgorithm.named(name.stringValue()) : null;
    if (algorithm == null) {
      throw new InvalidTokenException("Bad token; invalid alg");
    }
    String signatureText = text.substring(second + 1);
    byte[] signature = signature(signatureText);
    if (claims.isNull()) {
      throw new InvalidTokenException("Bad token; invalid claims");
    }
    byte[] signedPart = text.substring(0, second).getBytes(StandardCharsets.ISO_8859_1);
    return new CompactToken(
        header, claims, algorithm, signedPart, signature, isCanonical(signatureText, signature));
  }

  /** The claim, else the header parameter, else null. */
  public @Nullable JsonNode claimOrParameter(String name) {
    JsonNode claim = claims.get(name);
    return claim != null ? claim : header.get(name);
  }

  private static JsonNode json(String text, int start, int end) throws InvalidTokenException {
    try {
      JsonNode node = JSON.readTree(Base64.getUrlDecoder().decode(text.substring(start, end)));
      if (node.isMissingNode()) {
        throw new InvalidTokenException("Bad token; invalid JSON");
      }
      return node;
    } catch (IllegalArgumentException | JacksonException e) {
      throw new InvalidTokenException("Bad token; invalid JSON");
    }
  }

  private static byte[] signature(String text) throws InvalidTokenException {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidTokenException("Bad token; invalid signature");
    }
  }

  private static boolean isCanonical(String text, byte[] octets) {
    return text.startsWith(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
  }

  /** Whether {@code key} signed this. */
  public boolean isSignedWith(Key key) {
    return canonical && algorithm.verifies(key, signedPart, signature);
  }
}
