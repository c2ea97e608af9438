package io.portcullis.plugins.oauth2;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a client's secret when it is hashed: PBKDF2 in the PHC string format, as Kong
 * keeps it: {@code $pbkdf2-sha512$i=10000,l=32$<salt>$<hash>}. Slow on purpose: not for I/O
 * threads.
 */
final class SecretHash {
  private static final String PREFIX = "$pbkdf2-sha512$i=10000,l=32$";
  private static final int ITERATIONS = 10_000;
  private static final int BITS = 256;
  private static final int SALT_LENGTH = 16;

  private SecretHash() {}

  static String of(String secret) {
    byte[] salt = new byte[SALT_LENGTH];
    new SecureRandom().nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return PREFIX
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(derived(secret, salt));
  }

  /** False for hashes of other kinds, too. */
  static boolean matches(String secret, String hash) {
    int dollar = hash.lastIndexOf('$');
    if (secret.isEmpty() || !hash.startsWith(PREFIX) || dollar < PREFIX.length()) {
      return false;
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      byte[] salt = base64.decode(hash.substring(PREFIX.length(), dollar));
      byte[] expected = base64.decode(hash.substring(dollar + 1));
      return salt.length > 0 && MessageDigest.isEqual(expected, derived(secret, salt));
    } catch (IllegalArgumentException noBase64) {
      return false;
    }
  }

  private static byte[] derived(String secret, byte[] salt) {
    // The key's characters go in as UTF-8, which is what Kong hashes; an empty one is not taken.
    char[] text = secret.toCharArray();
    PBEKeySpec spec = new PBEKeySpec(text, salt, ITERATIONS, BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    } finally {
      spec.clearPassword();
    }
  }
}
