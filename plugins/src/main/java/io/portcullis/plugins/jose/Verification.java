package io.portcullis.plugins.jose;

import io.jsonwebtoken.security.VerifySecureDigestRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What jjwt's algorithms want to be asked with. */
final class Verification implements VerifySecureDigestRequest<Key> {
  private final Key key;
  private final InputStream signedPart;
  private final byte[] signature;

  Verification(Key key, byte[] signedPart, byte[] signature) {
    this.key = key;
    this.signedPart = new ByteArrayInputStream(signedPart);
    this.signature = signature;
  }

  @Override
  public Key getKey() {
    return key;
  }

  @Override
  public byte[] getDigest() {
    return signature;
  }

  @Override
  public InputStream getPayload() {
    return signedPart;
  }

  @Override
  public @Nullable Provider getProvider() {
    return null; // the JDK's first that fits
  }

  @Override
  public @Nullable SecureRandom getSecureRandom() {
    return null; // verifying needs none
  }
}
