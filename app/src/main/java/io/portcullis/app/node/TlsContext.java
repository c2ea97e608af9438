package io.portcullis.app.node;

import io.portcullis.app.settings.SettingsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/** Reads PEM files into what a TLS listener needs. */
final class TlsContext {
  private static final char[] NO_PASSWORD = new char[0];

  private TlsContext() {}

  /**
   * A context that shows {@code certificate} and its chain.
   *
   * @throws SettingsException with one line when a file cannot be read or the two do not fit
   */
  static SSLContext of(Path certificate, Path key) throws SettingsException {
    try {
      List<Certificate> chain = certificates(certificate);
      PrivateKey privateKey = privateKey(key);
      if (chain.isEmpty()) {
        throw new SettingsException("ssl_cert: " + certificate + " holds no certificate");
      }
      if (!fits(chain.getFirst(), privateKey)) {
        throw new SettingsException("ssl_cert_key: " + key + " is not the key of " + certificate);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("default", privateKey, NO_PASSWORD, chain.toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingsException(
          "ssl_cert: cannot use " + certificate + " with " + key + ": " + e.getMessage());
    }
  }

  private static List<Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    List<Certificate> chain = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        if (object instanceof X509CertificateHolder holder) {
          chain.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    }
    return chain;
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      for (@Nullable Object object = parser.readObject();
          object != null;
          object = parser.readObject()) {
        if (object instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
        }
        if (object instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
      }
    }
    throw new IOException(file + " holds no unencrypted private key");
  }

  private static boolean fits(Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm = ((X509Certificate) certificate).getPublicKey().getAlgorithm();
    String signature =
        switch (algorithm) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> algorithm;
        };
    byte[] probe = {1, 2, 3, 4};
    java.security.Signature signer = java.security.Signature.getInstance(signature);
    try {
      signer.initSign(key);
    } catch (java.security.InvalidKeyException e) {
      return false;
    }
    signer.update(probe);
    byte[] signed = signer.sign();
    signer.initVerify(certificate);
    signer.update(probe);
    return signer.verify(signed);
  }
}
