package io.portcullis.plugins.jose;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.security.Key;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that a credential may have. ES, PS and EdDSA are jjwt's. HS and RS are our own
 * behind jjwt's interface, because jjwt refuses keys that Kong has always taken: secrets shorter
 * than the digest and RSA keys of less than 2048 bits.
 */
public enum SigningAlgorithm {
  HS256(Family.HMAC, new HmacAlgorithm("HS256", "HmacSHA256")),
  HS384(Family.HMAC, new HmacAlgorithm("HS384", "HmacSHA384")),
  HS512(Family.HMAC, new HmacAlgorithm("HS512", "HmacSHA512")),
  RS256(Family.RSA, new RsaAlgorithm("RS256", "SHA256withRSA")),
  RS384(Family.RSA, new RsaAlgorithm("RS384", "SHA384withRSA")),
  RS512(Family.RSA, new RsaAlgorithm("RS512", "SHA512withRSA")),
  ES256(Family.EC, Jwts.SIG.ES256),
  ES384(Family.EC, Jwts.SIG.ES384),
  ES512(Family.EC, Jwts.SIG.ES512),
  PS256(Family.RSA, Jwts.SIG.PS256),
  PS384(Family.RSA, Jwts.SIG.PS384),
  PS512(Family.RSA, Jwts.SIG.PS512),
  EDDSA(Family.EDWARDS, Jwts.SIG.EdDSA);

  /** What kind of key verifies. */
  public enum Family {
    HMAC,
    RSA,
    EC,
    EDWARDS
  }

  private final Family family;

  @SuppressWarnings("ImmutableEnumChecker") // jjwt's interface is not annotated; these are
  private final SecureDigestAlgorithm<?, ? extends Key> implementation;

  SigningAlgorithm(Family family, SecureDigestAlgorithm<?, ? extends Key> implementation) {
    this.family = family;
    this.implementation = implementation;
  }

  /** What kind of key it takes. */
  public Family family() {
    return family;
  }

  /** Names compare with case, as RFC 7515 §4.1.1 wants; null for {@code none} and strangers. */
  public static @Nullable SigningAlgorithm named(String name) {
    for (SigningAlgorithm algorithm : values()) {
      if (algorithm.implementation.getId().equals(name)) {
        return algorithm;
      }
    }
    return null;
  }

  /** Its name in headers of tokens. */
  public String id() {
    return implementation.getId();
  }

  /**
   * The signature that {@code key} makes.
   *
   * @throws io.jsonwebtoken.security.SecurityException when the key does not fit
   */
  @SuppressWarnings("unchecked") // the family made the key
  public byte[] sign(Key key, byte[] signedPart) {
    return ((SecureDigestAlgorithm<Key, ?>) implementation).digest(new Signing(key, signedPart));
  }

  /**
   * Whether {@code key} made the signature. A signature of the wrong length or form, and a key that
   * does not fit the algorithm, are simply not it.
   */
  @SuppressWarnings("unchecked") // the family made the key
  boolean verifies(Key key, byte[] signedPart, byte[] signature) {
    try {
      return ((SecureDigestAlgorithm<?, Key>) implementation)
          .verify(new Verification(key, signedPart, signature));
    } catch (RuntimeException e) {
      return false;
    }
  }
}
