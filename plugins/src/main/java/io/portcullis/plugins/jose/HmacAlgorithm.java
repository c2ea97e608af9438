package io.portcullis.plugins.jose;

import io.jsonwebtoken.security.SecureDigestAlgorithm;
import io.jsonwebtoken.security.SecureRequest;
import io.jsonwebtoken.security.SignatureException;
import io.jsonwebtoken.security.VerifySecureDigestRequest;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC (RFC 7518 §3.2) with secrets of any length. */
final class HmacAlgorithm implements SecureDigestAlgorithm<SecretKey, SecretKey> {
  private final String id;
  private final String jcaName;

  HmacAlgorithm(String id, String jcaName) {
    this.id = id;
    this.jcaName = jcaName;
  }

  @Override
  public String getId() {
    return id;
  }

  @Override
  public byte[] digest(SecureRequest<InputStream, SecretKey> request) {
    return digest(request.getKey(), request.getPayload());
  }

  @Override
  public boolean verify(VerifySecureDigestRequest<SecretKey> request) {
    return MessageDigest.isEqual(
        digest(request.getKey(), request.getPayload()), request.getDigest());
  }

  private byte[] digest(SecretKey key, InputStream payload) {
    try {
      Mac mac = Mac.getInstance(jcaName);
      mac.init(key);
      return mac.doFinal(payload.readAllBytes());
    } catch (GeneralSecurityException | IOException e) {
      throw new SignatureException("cannot compute " + id, e);
    }
  }
}
