package io.portcullis.e2e.krakend;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens of an identity provider. */
final class SignedTokens {
  private static final byte[] SECRET =
      "a-secret-of-the-identity-provider".getBytes(StandardCharsets.UTF_8);

  private SignedTokens() {}

  /** The provider's key set. */
  static String keys() {
    return "{'keys':[{'kty':'oct','kid':'k1','k':'" + encoded(SECRET) + "'}]}";
  }

  /**
   * A token with HS256.
   *
   * @param claims JSON; single quotes are double ones
   */
  static String token(String claims) throws GeneralSecurityException {
    String signed = part("{'alg':'HS256','kid':'k1'}") + "." + part(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HMAC"));
    return signed + "." + encoded(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String part(String json) {
    return encoded(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
