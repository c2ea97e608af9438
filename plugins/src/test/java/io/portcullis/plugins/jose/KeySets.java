package io.portcullis.plugins.jose;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;

/** Writes keys in the form of RFC 7517. */
public final class KeySets {
  private KeySets() {}

  /** A set of keys that are written already. */
  public static String set(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  /** A secret for HMAC. */
  public static String secret(String kid, byte[] octets) {
    return "{\"kty\":\"oct\",\"kid\":\"" + kid + "\",\"k\":\"" + Tokens.encoded(octets) + "\"}";
  }

  /** Both halves of a pair; the private one only if asked for. */
  public static String key(String kid, KeyPair pair, boolean whole) {
    String common = "{\"kid\":\"" + kid + "\",";
    if (pair.getPrivate() instanceof RSAPrivateCrtKey rsa) {
      return common
          + "\"kty\":\"RSA\""
          + number("n", rsa.getModulus(), 0)
          + number("e", rsa.getPublicExponent(), 0)
          + (whole
              ? number("d", rsa.getPrivateExponent(), 0)
                  + number("p", rsa.getPrimeP(), 0)
                  + number("q", rsa.getPrimeQ(), 0)
                  + number("dp", rsa.getPrimeExponentP(), 0)
                  + number("dq", rsa.getPrimeExponentQ(), 0)
                  + number("qi", rsa.getCrtCoefficient(), 0)
              : "")
          + "}";
    }
    if (pair.getPrivate() instanceof ECPrivateKey secret) {
      ECPublicKey point = (ECPublicKey) pair.getPublic();
      int bits = point.getParams().getCurve().getField().getFieldSize();
      int octets = (bits + 7) / 8;
      return common
          + "\"kty\":\"EC\",\"crv\":\"P-"
          + bits
          + "\""
          + number("x", point.getW().getAffineX(), octets)
          + number("y", point.getW().getAffineY(), octets)
          + (whole ? number("d", secret.getS(), octets) : "")
          + "}";
    }
    EdECPublicKey point = (EdECPublicKey) pair.getPublic();
    byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    byte[] x = reversed(point.getPoint().getY(), secret.length);
    if (point.getPoint().isXOdd()) {
      x[x.length - 1] |= (byte) 0x80;
    }
    return common
        + "\"kty\":\"OKP\",\"crv\":\""
        + point.getParams().getName()
        + "\",\"x\":\""
        + Tokens.encoded(x)
        + "\""
        + (whole ? ",\"d\":\"" + Tokens.encoded(secret) + "\"" : "")
        + "}";
  }

  private static String number(String name, BigInteger value, int octets) {
    return ",\"" + name + "\":\"" + Tokens.encoded(bigEndian(value, octets)) + "\"";
  }

  private static byte[] bigEndian(BigInteger value, int octets) {
    byte[] signed = value.toByteArray();
    byte[] plain = signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
    byte[] padded = new byte[Math.max(octets, plain.length)];
    System.arraycopy(plain, 0, padded, padded.length - plain.length, plain.length);
    return padded;
  }

  private static byte[] reversed(BigInteger value, int octets) {
    byte[] plain = bigEndian(value, octets);
    byte[] turned = new byte[plain.length];
    for (int i = 0; i < plain.length; i++) {
      turned[i] = plain[plain.length - 1 - i];
    }
    return turned;
  }
}
