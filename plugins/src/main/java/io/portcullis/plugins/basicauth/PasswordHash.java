package io.portcullis.plugins.basicauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is kept of a password: SHA-1 over it and the consumer's id, in lower-case hexadecimal
 * digits. Weak by today's measure; it is the form that Kong's clients and databases know.
 */
final class PasswordHash {
  private static final HexFormat HEX = HexFormat.of();

  private PasswordHash() {}

  static String of(String password, String consumerId) {
    return of(password.getBytes(StandardCharsets.UTF_8), consumerId);
  }

  /** Whether {@code hash} is that of the password; takes the same time wherever they differ. */
  static boolean matches(byte[] password, String consumerId, String hash) {
    return MessageDigest.isEqual(
        of(password, consumerId).getBytes(StandardCharsets.US_ASCII),
        hash.getBytes(StandardCharsets.UTF_8));
  }

  private static String of(byte[] password, String consumerId) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(password);
      return HEX.formatHex(digest.digest(consumerId.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }
}
