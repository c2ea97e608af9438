package io.portcullis.plugins.hmacauth;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** How a signature is made. */
enum SigningAlgorithm {
  SHA1("hmac-sha1", "HmacSHA1"),
  SHA256("hmac-sha256", "HmacSHA256"),
  SHA384("hmac-sha384", "HmacSHA384"),
  SHA512("hmac-sha512", "HmacSHA512");

  private final String name;
  private final String inJava;

  SigningAlgorithm(String name, String inJava) {
    this.name = name;
    this.inJava = inJava;
  }

  /** Names as requests and configurations tell them. */
  static String[] names() {
    SigningAlgorithm[] all = values();
    String[] names = new String[all.length];
    for (int i = 0; i < all.length; i++) {
      names[i] = all[i].name;
    }
    return names;
  }

  static @Nullable SigningAlgorithm named(String name) {
    for (SigningAlgorithm algorithm : values()) {
      if (algorithm.name.equals(name)) {
        return algorithm;
      }
    }
    return null;
  }

  /**
   * @param secret of at least one octet
   */
  byte[] sign(byte[] text, byte[] secret) {
    try {
      Mac mac = Mac.getInstance(inJava);
      mac.init(new SecretKeySpec(secret, inJava));
      return mac.doFinal(text);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // the platform has them all
    }
  }
}
