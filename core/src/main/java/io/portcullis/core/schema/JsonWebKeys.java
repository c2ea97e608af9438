package io.portcullis.core.schema;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Checks asymmetric keys in the form of RFC 7517: RSA, EC and the octet key pairs of RFC 8037. */
final class JsonWebKeys {
  private static final String NO_KEY = "could not load JWK, likely not a valid key";
  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

  /** Length of a key of each curve in octets. */
  private static final Map<String, Integer> OCTETS =
      Map.of("Ed25519", 32, "X25519", 32, "Ed448", 57, "X448", 56);

  private static final BigInteger THREE = BigInteger.valueOf(3);

  private JsonWebKeys() {}

  /** Why {@code text} is no key that the key id {@code kid} fits; null when it is one. */
  static @Nullable String refusal(String text, String kid) {
    JsonNode parsed;
    try {
      parsed = JsonMapper.shared().readTree(text);
    } catch (JacksonException broken) {
      return "could not json decode jwk string";
    }
    if (!(parsed instanceof ObjectNode jwk)) {
      return "could not json decode jwk string";
    }
    if (!kid.equals(string(jwk, "kid"))) {
      return "kid in jwk.kid must be equal to keys.kid";
    }
    try {
      return loads(jwk) ? null : NO_KEY;
    } catch (GeneralSecurityException | RuntimeException broken) {
      return NO_KEY; // factories throw unchecked exceptions at some impossible numbers
    }
  }

  private static boolean loads(ObjectNode jwk) throws GeneralSecurityException {
    String type = string(jwk, "kty");
    if (type == null) {
      return false;
    }
    return switch (type) {
      case "RSA" -> {
        BigInteger modulus = number(jwk, "n");
        BigInteger exponent = number(jwk, "e");
        if (modulus == null || exponent == null) {
          yield false;
        }
        KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        yield true;
      }
      case "EC" -> {
        BigInteger x = number(jwk, "x");
        BigInteger y = number(jwk, "y");
        String curve = CURVES.get(String.valueOf(string(jwk, "crv")));
        yield x != null && y != null && curve != null && isOnCurve(curve, x, y);
      }
      case "OKP" -> {
        Integer length = OCTETS.get(String.valueOf(string(jwk, "crv")));
        byte[] key = octets(jwk, jwk.has("x") ? "x" : "d");
        yield length != null && key != null && key.length == length;
      }
      default -> false;
    };
  }

  private static boolean isOnCurve(String curve, BigInteger x, BigInteger y)
      throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
    BigInteger prime = ((ECFieldFp) spec.getCurve().getField()).getP();
    if (x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0) {
      return false;
    }
    BigInteger right =
        x.modPow(THREE, prime).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB());
    return y.multiply(y).subtract(right).mod(prime).signum() == 0;
  }

  private static @Nullable BigInteger number(ObjectNode jwk, String field) {
    byte[] octets = octets(jwk, field);
    return octets == null || octets.length == 0 ? null : new BigInteger(1, octets);
  }

  private static byte @Nullable [] octets(ObjectNode jwk, String field) {
    String text = string(jwk, field);
    return text == null ? null : Base64.getUrlDecoder().decode(text);
  }

  private static @Nullable String string(ObjectNode jwk, String field) {
    JsonNode value = jwk.get(field);
    return value != null && value.isString() ? value.stringValue() : null;
  }
}
