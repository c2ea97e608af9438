package io.portcullis.plugins.jose;

import io.portcullis.plugins.jose.SigningAlgorithm.Family;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A key in the form of RFC 7517 and RFC 8037.
 *
 * @param id {@code kid}; empty for none
 * @param thumbprint {@code x5t}; empty for none
 * @param thumbprint256 {@code x5t#S256}; empty for none
 * @param family what algorithms it is for
 * @param verifying the public or secret half
 * @param signing the private or secret half; null when it is not there
 */
public record JsonWebKey(
    String id,
    String thumbprint,
    String thumbprint256,
    Family family,
    Key verifying,
    @Nullable Key signing) {

  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException for what is no key, or one for nothing that is known here
   */
  public static JsonWebKey of(JsonNode json) {
    try {
      return switch (text(json, "kty")) {
        case "oct" -> {
          Key secret = new SecretKeySpec(octets(json, "k"), "HMAC");
          yield key(json, Family.HMAC, secret, secret);
        }
        case "RSA" -> rsa(json);
        case "EC" -> ec(json);
        case "OKP" -> edwards(json);
        default -> throw new IllegalArgumentException("unknown kty");
      };
    } catch (GeneralSecurityException broken) {
      throw new IllegalArgumentException(broken.getMessage(), broken);
    }
  }

  private static JsonWebKey rsa(JsonNode json) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("RSA");
    BigInteger modulus = number(json, "n");
    BigInteger exponent = number(json, "e");
    Key verifying = factory.generatePublic(new RSAPublicKeySpec(modulus, exponent));
    Key signing = null;
    if (json.has("d")) {
      BigInteger secret = number(json, "d");
      signing =
          factory.generatePrivate(
              json.has("p")
                  ? new RSAPrivateCrtKeySpec(
                      modulus,
                      exponent,
                      secret,
                      number(json, "p"),
                      number(json, "q"),
                      number(json, "dp"),
                      number(json, "dq"),
                      number(json, "qi"))
                  : new RSAPrivateKeySpec(modulus, secret));
    }
    return key(json, Family.RSA, verifying, signing);
  }

  private static JsonWebKey ec(JsonNode json) throws GeneralSecurityException {
    String curve = CURVES.get(text(json, "crv"));
    if (curve == null) {
      throw new IllegalArgumentException("unknown crv");
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
    KeyFactory factory = KeyFactory.getInstance("EC");
    ECPoint point = new ECPoint(number(json, "x"), number(json, "y"));
    Key verifying = factory.generatePublic(new ECPublicKeySpec(point, spec));
    Key signing =
        json.has("d")
            ? factory.generatePrivate(new ECPrivateKeySpec(number(json, "d"), spec))
            : null;
    return key(json, Family.EC, verifying, signing);
  }

  /** The point is little-endian, its last bit the sign of the other coordinate (RFC 8032 §5). */
  private static JsonWebKey edwards(JsonNode json) throws GeneralSecurityException {
    NamedParameterSpec spec =
        switch (text(json, "crv")) {
          case "Ed25519" -> NamedParameterSpec.ED25519;
          case "Ed448" -> NamedParameterSpec.ED448;
          default -> throw new IllegalArgumentException("unknown crv");
        };
    byte[] x = octets(json, "x");
    byte[] bigEndian = new byte[x.length];
    for (int i = 0; i < x.length; i++) {
      bigEndian[i] = x[x.length - 1 - i];
    }
    boolean odd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, bigEndian));
    KeyFactory factory = KeyFactory.getInstance("EdDSA");
    Key verifying = factory.generatePublic(new EdECPublicKeySpec(spec, point));
    Key signing =
        json.has("d")
            ? factory.generatePrivate(new EdECPrivateKeySpec(spec, octets(json, "d")))
            : null;
    return key(json, Family.EDWARDS, verifying, signing);
  }

  private static JsonWebKey key(
      JsonNode json, Family family, Key verifying, @Nullable Key signing) {
    return new JsonWebKey(
        json.path("kid").asString(""),
        json.path("x5t").asString(""),
        json.path("x5t#S256").asString(""),
        family,
        verifying,
        signing);
  }

  private static BigInteger number(JsonNode json, String name) {
    return new BigInteger(1, octets(json, name));
  }

  private static byte[] octets(JsonNode json, String name) {
    byte[] octets = Base64.getUrlDecoder().decode(text(json, name));
    if (octets.length == 0) {
      throw new IllegalArgumentException("no " + name);
    }
    return octets;
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("no " + name);
    }
    return value.stringValue();
  }
}
