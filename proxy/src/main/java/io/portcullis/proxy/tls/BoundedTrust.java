package io.portcullis.proxy.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Believes what another trust manager believes, if few enough certificates stand between a server's
 * own and one of those that are trusted. The JDK bounds only paths that it has to search for.
 */
final class BoundedTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager trust;
  private final int depth;
  private final Set<X500Principal> trusted = new HashSet<>();

  /**
   * @param depth certificates in between at most
   */
  BoundedTrust(X509ExtendedTrustManager trust, int depth) {
    this.trust = trust;
    this.depth = depth;
    for (X509Certificate authority : trust.getAcceptedIssuers()) {
      trusted.add(authority.getSubjectX500Principal());
    }
  }

  /** To be called for a chain that is believed. */
  private void bound(X509Certificate[] chain) throws CertificateException {
    int between = 0;
    while (between < chain.length - 1
        && !trusted.contains(chain[between].getIssuerX500Principal())) {
      between++;
    }
    if (between > depth) {
      throw new CertificateException(
          between + " certificates up to a trusted one, expected at most " + depth);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, type, engine);
    bound(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trust.checkServerTrusted(chain, type, socket);
    bound(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trust.checkServerTrusted(chain, type);
    bound(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trust.checkClientTrusted(chain, type, engine);
    bound(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trust.checkClientTrusted(chain, type, socket);
    bound(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trust.checkClientTrusted(chain, type);
    bound(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
