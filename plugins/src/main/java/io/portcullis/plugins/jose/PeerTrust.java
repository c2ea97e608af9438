package io.portcullis.plugins.jose;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts peers whose chain has one of several public keys, if any are listed, and that the system's
 * authorities or those of a file vouch for, unless nobody has to. Immutable.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private static final int DIGEST = 32;

  /** Null when nobody has to vouch. */
  private final @Nullable X509ExtendedTrustManager authorities;

  /** SHA-256 of public keys in DER. */
  private final List<byte[]> pins;

  private PeerTrust(@Nullable X509ExtendedTrustManager authorities, List<byte[]> pins) {
    this.authorities = authorities;
    this.pins = pins;
  }

  /**
   * Reads a digest in base64.
   *
   * @throws IllegalArgumentException when it is none
   */
  static byte[] pin(String text) {
    byte[] digest = Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
    if (digest.length != DIGEST) {
      throw new IllegalArgumentException("a SHA-256 digest has 32 octets");
    }
    return digest;
  }

  /**
   * What connections are encrypted with.
   *
   * @param authority PEM file with certificates beside the system's; null for none
   * @param fingerprints of which a chain must have one; none for any chain
   * @param vouched whether an authority must vouch for the peer, and its name fit
   * @throws IOException when the file cannot be read
   */
  static SSLContext context(@Nullable Path authority, List<String> fingerprints, boolean vouched)
      throws IOException {
    List<byte[]> pins = new ArrayList<>();
    fingerprints.forEach(fingerprint -> pins.add(pin(fingerprint)));
    try {
      PeerTrust trust = new PeerTrust(vouched ? authorities(authority) : null, List.copyOf(pins));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager authorities(@Nullable Path file)
      throws IOException, GeneralSecurityException {
    X509ExtendedTrustManager system = manager(null);
    if (file == null) {
      return system;
    }
    KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
    all.load(null, null);
    int number = 0;
    for (X509Certificate known : system.getAcceptedIssuers()) {
      all.setCertificateEntry("system-" + number++, known);
    }
    try (InputStream pem = Files.newInputStream(file)) {
      for (Certificate own : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        all.setCertificateEntry("own-" + number++, own);
      }
    }
    return manager(all);
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("no trust manager for X.509");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (authorities != null) {
      authorities.checkServerTrusted(chain, type, engine);
    }
    checkPins(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    if (authorities != null) {
      authorities.checkServerTrusted(chain, type, socket);
    }
    checkPins(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (authorities != null) {
      authorities.checkServerTrusted(chain, type);
    }
    checkPins(chain);
  }

  private void checkPins(X509Certificate[] chain) throws CertificateException {
    if (pins.isEmpty()) {
      return;
    }
    for (X509Certificate certificate : chain) {
      byte[] digest = digest(certificate.getPublicKey().getEncoded());
      for (byte[] pin : pins) {
        if (MessageDigest.isEqual(pin, digest)) {
          return;
        }
      }
    }
    throw new CertificateException("the peer has no key that is listed");
  }

  private static byte[] digest(byte[] key) throws CertificateException {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key);
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
  }
}
