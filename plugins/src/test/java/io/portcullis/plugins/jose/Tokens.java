package io.portcullis.plugins.jose;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens with the JDK alone, so that tests do not trust the code that they test. */
public final class Tokens {
  private Tokens() {}

  public static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** JSON with single quotes. */
  public static String unsigned(String algorithm, String claims) {
    return encoded("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}")
        + "."
        + encoded(claims.replace('\'', '"'));
  }

  public static String hmac(String algorithm, String claims, String secret) {
    return hmac(algorithm, claims, secret.getBytes(StandardCharsets.UTF_8));
  }

  public static String hmac(String algorithm, String claims, byte[] secret) {
    String text = unsigned(algorithm, claims);
    return text + "." + encoded(hmacOf(algorithm, text, secret));
  }

  public static byte[] hmacOf(String algorithm, String text, byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
      mac.init(new SecretKeySpec(secret, "HMAC"));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static KeyPair pair(String jcaName, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(jcaName);
      if (size > 0) {
        generator.initialize(size);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String signed(String algorithm, String claims, PrivateKey key) {
    String text = unsigned(algorithm, claims);
    try {
      Signature signature = signature(algorithm);
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + encoded(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Signature signature(String algorithm) throws GeneralSecurityException {
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
      case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
      case "PS" -> {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
            new PSSParameterSpec(
                "SHA-" + bits,
                "MGF1",
                new MGF1ParameterSpec("SHA-" + bits),
                Integer.parseInt(bits) / 8,
                1));
        yield signature;
      }
      default -> Signature.getInstance("EdDSA");
    };
  }

  public static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  public static String pem(KeyPair pair) {
    return pem("PUBLIC KEY", pair.getPublic().getEncoded());
  }

  /** {@code RSAPublicKey} of PKCS#1. */
  public static byte[] pkcs1(BigInteger modulus, BigInteger exponent) {
    byte[] content =
        concatenated(der(0x02, modulus.toByteArray()), der(0x02, exponent.toByteArray()));
    return der(0x30, content);
  }

  private static byte[] der(int tag, byte[] content) {
    byte[] head =
        content.length < 128
            ? new byte[] {(byte) tag, (byte) content.length}
            : new byte[] {
              (byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length
            };
    return concatenated(head, content);
  }

  private static byte[] concatenated(byte[] one, byte[] other) {
    byte[] both = new byte[one.length + other.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
