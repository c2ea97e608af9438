package io.portcullis.plugins.jose;

import io.jsonwebtoken.security.SecureRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What jjwt's algorithms want to be asked with for a signature. */
final class Signing implements SecureRequest<InputStream, Key> {
  private final Key key;
  private final InputStream signedPart;

  Signing(Key key, byte[] signedPart) {
    this.key = key;
    this.signedPart = new ByteArrayInputStream(signedPart);
  }

  @Override
  public Key getKey() {
    return key;
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
    return null; // jjwt's own
  }
}
