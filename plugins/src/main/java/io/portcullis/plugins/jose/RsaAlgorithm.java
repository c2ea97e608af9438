package io.portcullis.plugins.jose;

import io.jsonwebtoken.security.SecureDigestAlgorithm;
import io.jsonwebtoken.security.SecureRequest;
import io.jsonwebtoken.security.SignatureException;
import io.jsonwebtoken.security.VerifySecureDigestRequest;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** RSASSA-PKCS1-v1_5 (RFC 7518 §3.3) with keys of any size that the JDK takes. */
final class RsaAlgorithm implements SecureDigestAlgorithm<PrivateKey, PublicKey> {
  private final String id;
  private final String jcaName;

  RsaAlgorithm(String id, String jcaName) {
    this.id = id;
    this.jcaName = jcaName;
  }

  @Override
  public String getId() {
    return id;
  }

  @Override
  public byte[] digest(SecureRequest<InputStream, PrivateKey> request) {
    try {
      Signature signature = Signature.getInstance(jcaName);
      signature.initSign(request.getKey());
      signature.update(request.getPayload().readAllBytes());
      return signature.sign();
    } catch (GeneralSecurityException | IOException e) {
      throw new SignatureException("cannot sign with " + id, e);
    }
  }

  @Override
  public boolean verify(VerifySecureDigestRequest<PublicKey> request) {
    try {
      Signature signature = Signature.getInstance(jcaName);
      signature.initVerify(request.getKey());
      signature.update(request.getPayload().readAllBytes());
      return signature.verify(request.getDigest());
    } catch (GeneralSecurityException | IOException e) {
      throw new SignatureException("cannot verify " + id, e);
    }
  }
}
