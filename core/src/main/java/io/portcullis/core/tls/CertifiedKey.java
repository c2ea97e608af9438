package io.portcullis.core.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.interfaces.RSAKey;
import java.util.Arrays;

/** A private key with the chain that vouches for it. */
public record CertifiedKey(CertificateChain chain, PrivateKey key) {
  private static final byte[] PROBE = {80, 111, 114, 116, 99, 117, 108, 108, 105, 115};

  /**
   * Reads both and sees that they belong together.
   *
   * @throws CertificateException for a text without certificates, or with broken ones
   * @throws InvalidKeyException for a text without a key, or with one that does not fit
   */
  public static CertifiedKey parse(String certificates, String key)
      throws CertificateException, InvalidKeyException {
    CertificateChain chain = CertificateChain.parse(certificates);
    PrivateKey parsed = PrivateKeyText.parse(key);
    if (!fits(chain.first().getPublicKey(), parsed)) {
      throw new InvalidKeyException("certificate does not match key");
    }
    return new CertifiedKey(chain, parsed);
  }

  /** Whether the two are halves of one pair. */
  public static boolean fits(PublicKey open, PrivateKey secret) {
    if (open instanceof RSAKey openRsa && secret instanceof RSAKey secretRsa) {
      return openRsa.getModulus().equals(secretRsa.getModulus());
    }
    String signature =
        switch (open.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
          case "DSA" -> "SHA256withDSA";
          default -> null;
        };
    if (signature == null) {
      return false;
    }
    try {
      Signature signer = Signature.getInstance(signature);
      signer.initSign(secret);
      signer.update(PROBE);
      byte[] signed = signer.sign();
      signer.initVerify(open);
      signer.update(PROBE);
      return signer.verify(signed);
    } catch (GeneralSecurityException | RuntimeException another) {
      // A key of another algorithm or curve.
      return false;
    }
  }

  /** {@code RSA}, {@code EC} or {@code EdDSA}. */
  public String algorithm() {
    return chain.first().getPublicKey().getAlgorithm();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CertifiedKey that
        && chain.equals(that.chain)
        && Arrays.equals(key.getEncoded(), that.key.getEncoded());
  }

  @Override
  public int hashCode() {
    return chain.hashCode();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return chain.first().getSubjectX500Principal().getName();
  }
}
