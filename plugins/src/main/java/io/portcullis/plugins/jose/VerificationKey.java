package io.portcullis.plugins.jose;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Makes the key that a credential's tokens are verified with. */
public final class VerificationKey {
  private VerificationKey() {}

  /**
   * An HMAC secret as it stands, or decoded from base64url with or without padding.
   *
   * @return null when there is none or it cannot be decoded
   */
  public static @Nullable Key secret(@Nullable String secret, boolean base64) {
    if (secret == null || secret.isEmpty()) {
      return null;
    }
    byte[] octets;
    try {
      octets =
          base64 ? Base64.getUrlDecoder().decode(secret) : secret.getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
    return octets.length == 0 ? null : new SecretKeySpec(octets, "HMAC");
  }

  /**
   * A public key in PEM: SubjectPublicKeyInfo, or PKCS#1 for RSA.
   *
   * @return null when there is none or it is not of that family
   */
  public static @Nullable Key publicKey(@Nullable String pem, SigningAlgorithm.Family family) {
    if (pem == null) {
      return null;
    }
    try {
      byte[] info = section(pem, "PUBLIC KEY");
      if (info != null) {
        return KeyFactory.getInstance(jcaName(family)).generatePublic(new X509EncodedKeySpec(info));
      }
      byte[] pkcs1 = section(pem, "RSA PUBLIC KEY");
      return pkcs1 != null && family == SigningAlgorithm.Family.RSA ? rsa(pkcs1) : null;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  private static String jcaName(SigningAlgorithm.Family family) {
    return switch (family) {
      case RSA -> "RSA";
      case EC -> "EC";
      case EDWARDS -> "EdDSA";
      case HMAC -> throw new IllegalArgumentException("HMAC has no public key");
    };
  }

  private static byte @Nullable [] section(String pem, String label) {
    String begin = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(begin);
    int end = pem.indexOf("-----END " + label + "-----");
    return start < 0 || end < start
        ? null
        : Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
  }

  /** {@code SEQUENCE { modulus INTEGER, publicExponent INTEGER }} (RFC 8017 §A.1.1). */
  private static Key rsa(byte[] der) throws GeneralSecurityException {
    try {
      Der outer = new Der(der, 0, der.length).next(0x30);
      Der modulus = outer.next(0x02);
      Der exponent = new Der(der, modulus.end, outer.end).next(0x02);
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(modulus.number(), exponent.number()));
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("truncated DER", e);
    }
  }

  /** The contents of one DER value inside {@code octets}. */
  private record Der(byte[] octets, int start, int end) {
    Der next(int tag) {
      if (octets[start] != tag) {
        throw new IllegalArgumentException("unexpected DER tag " + octets[start]);
      }
      int length = octets[start + 1] & 0xff;
      int at = start + 2;
      if (length > 0x80) {
        int count = length - 0x80;
        length = 0;
        for (int i = 0; i < count; i++) {
          length = length << 8 | octets[at++] & 0xff;
        }
      }
      if (length < 0 || at + length > end) {
        throw new IllegalArgumentException("bad DER length " + length);
      }
      return new Der(octets, at, at + length);
    }

    BigInteger number() {
      return new BigInteger(octets, start, end - start);
    }
  }
}
