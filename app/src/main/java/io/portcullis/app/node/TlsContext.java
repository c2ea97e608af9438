package io.portcullis.app.node;

import io.portcullis.app.settings.SettingsException;
import io.portcullis.core.tls.CertificateChain;
import io.portcullis.core.tls.CertifiedKey;
import io.portcullis.core.tls.PrivateKeyText;
import io.portcullis.proxy.tls.LiveCertificates;
import io.portcullis.proxy.tls.ServerTls;
import io.portcullis.proxy.tls.ShownKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLContext;

/** Reads PEM files into what a TLS listener needs. */
final class TlsContext {
  private TlsContext() {}

  /**
   * A context that shows {@code certificate} and its chain, whatever the client asks for.
   *
   * @throws SettingsException with one line when a file cannot be read or the two do not fit
   */
  static SSLContext of(Path certificate, Path key) throws SettingsException {
    return of(certificate, key, new LiveCertificates());
  }

  /** The same for clients that ask for a server name that nothing is live for. */
  static SSLContext of(Path certificate, Path key, LiveCertificates live) throws SettingsException {
    try {
      return ServerTls.context(ShownKeys.of(keys(certificate, key)), live);
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingsException(
          "ssl_cert: cannot use " + certificate + " with " + key + ": " + OneLine.of(e));
    }
  }

  private static CertifiedKey keys(Path certificate, Path key)
      throws SettingsException, IOException {
    CertificateChain chain;
    PrivateKey secret;
    try {
      chain = CertificateChain.parse(Files.readString(certificate, StandardCharsets.ISO_8859_1));
    } catch (CertificateException e) {
      throw new SettingsException("ssl_cert: " + certificate + ": " + e.getMessage());
    }
    try {
      secret = PrivateKeyText.parse(Files.readString(key, StandardCharsets.ISO_8859_1));
    } catch (InvalidKeyException e) {
      throw new SettingsException("ssl_cert_key: " + key + ": " + e.getMessage());
    }
    if (!CertifiedKey.fits(chain.first().getPublicKey(), secret)) {
      throw new SettingsException("ssl_cert_key: " + key + " is not the key of " + certificate);
    }
    return new CertifiedKey(chain, secret);
  }
}
